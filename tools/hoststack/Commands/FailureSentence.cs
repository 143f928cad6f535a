using System.Net.Sockets;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.NetDevices.Interfaces;
using HostStack.Pan;

namespace HostStack.Cli.Commands;

/// <summary>Turns an exception into one sentence with the remedy, and an exit code. Pure.</summary>
internal static class FailureSentence
{
    public static (string Sentence, int ExitCode) Of(Exception failure, bool interrupted) => failure switch
    {
        OperationCanceledException or PanRefusedException or ObjectDisposedException when interrupted => ("Interrupted.", ExitCode.Interrupted),
        Configuration.ConfigurationException wrong => (wrong.Message, ExitCode.Configuration),
        CommandFailedException failed => (failed.Message, failed.ExitCode),
        ControllerUnavailableException lost => (lost.Message, IsPermission(lost) ? ExitCode.NoPermission : ExitCode.Unavailable),
        PanRefusedException { Refusal.Layer: RefusalLayer.Link } nobody => (nobody.Message, ExitCode.Failed),
        PanRefusedException refused => (refused.Message, ExitCode.Refused),
        KeyStoreException keys => (keys.Message, IsPermission(keys) ? ExitCode.NoPermission : ExitCode.CannotCreate),
        NetDeviceException device => (device.Message, device.IsPermission ? ExitCode.NoPermission : ExitCode.CannotCreate),
        _ => (
            $"Unexpected: {failure.GetType().Name}: {OneLine(failure.Message)} Run it again with --log debug=FILE and report it with that file.",
            ExitCode.Internal),
    };

    private static bool IsPermission(Exception failure) =>
        failure.InnerException is UnauthorizedAccessException
            or SocketException { SocketErrorCode: SocketError.AccessDenied };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
