using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.Windows;

/// <summary>What a <see cref="WindowsTapPort"/> says.</summary>
internal static partial class WindowsTapLog
{
    [LoggerMessage(1, LogLevel.Error, "Port {Port}: the network failed over a frame, which is lost")]
    public static partial void SinkFailed(ILogger logger, string port, Exception exception);

    [LoggerMessage(2, LogLevel.Error, "Port {Port}: {Problem}")]
    public static partial void Lost(ILogger logger, string port, string problem);

    [LoggerMessage(3, LogLevel.Warning, "Port {Port} leaves something behind: {Problem}")]
    public static partial void LeftBehind(ILogger logger, string port, string problem);
}
