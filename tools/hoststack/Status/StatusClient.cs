using System.Net.Sockets;
using System.Text;

namespace HostStack.Cli.Status;

/// <summary>Asks a running host how it stands.</summary>
internal static class StatusClient
{
    private const int FirstBuffer = 16 * 1024;

    /// <summary>Asks.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Ctrl-C.</param>
    /// <exception cref="CommandFailedException">Nobody answers, or what comes is no status.</exception>
    public static async Task<StatusDocument> AskAsync(string path, TimeProvider time, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(StatusProtocol.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stop);
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(StatusProtocol.Endpoint(path), either.Token);
            await socket.SendAsync(Encoding.ASCII.GetBytes(StatusProtocol.Request + "\n"), either.Token);
            return Read(path, await ReceiveAsync(socket, path, either.Token));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new CommandFailedException(
                ExitCode.Unavailable, $"'{path}' does not answer; look whether its process hangs, and restart it.");
        }
        catch (IOException wrong)
        {
            throw new CommandFailedException(ExitCode.Usage, wrong.Message, wrong);
        }
        catch (SocketException failure)
        {
            throw failure.SocketErrorCode == SocketError.AccessDenied
                ? new CommandFailedException(ExitCode.NoPermission, $"'{path}' belongs to another user; ask as that user, or as root.", failure)
                : new CommandFailedException(
                    ExitCode.Unavailable, $"Nobody answers at '{path}' ({failure.SocketErrorCode}); start hoststack, or name another socket.", failure);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReceiveAsync(Socket socket, string path, CancellationToken stop)
    {
        var buffer = new byte[FirstBuffer];
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), stop);
            if (read == 0)
            {
                return buffer.AsMemory(0, length);
            }

            length += read;
            if (length == StatusProtocol.LongestAnswer)
            {
                throw NoStatus(path);
            }

            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, StatusProtocol.LongestAnswer));
            }
        }
    }

    private static StatusDocument Read(string path, ReadOnlyMemory<byte> answer)
    {
        if (answer.Length == 0)
        {
            throw new CommandFailedException(ExitCode.NoPermission, $"'{path}' gave no answer; ask as the user of its process, or as root.");
        }

        var document = StatusJson.TryRead(answer.Span) ?? throw NoStatus(path);
        return (document.Version, document.Error) switch
        {
            (not StatusDocument.CurrentVersion, _) => throw new CommandFailedException(
                ExitCode.Unavailable, $"'{path}' answers in version {document.Version} of the status; use the hoststack that runs there."),
            (_, { } error) => throw new CommandFailedException(ExitCode.Unavailable, $"'{path}' answers: {Terminal.PlainText.Of(error)}"),
            _ => document,
        };
    }

    private static CommandFailedException NoStatus(string path) =>
        new(ExitCode.Unavailable, $"What '{path}' answers is no status of hoststack; name its socket with --socket.");
}
