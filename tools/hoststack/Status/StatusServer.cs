using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Status;

/// <summary>Answers on the status socket. Only its user, or the superuser, is answered; nobody can make it wait, read much or
/// fall.</summary>
internal sealed partial class StatusServer : IAsyncDisposable
{
    /// <summary>Readers that are served at once; more are turned away.</summary>
    internal const int MostAtOnce = 8;

    private readonly Socket _listener;
    private readonly StatusBoard _board;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Func<uint, bool> _isTrusted;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _answers = [];
    private readonly Task _accepting;
    private int _places = MostAtOnce;

    private StatusServer(Socket listener, string path, StatusBoard board, TimeProvider time, ILogger log, Func<uint, bool> isTrusted)
    {
        _listener = listener;
        _board = board;
        _time = time;
        _log = log;
        _isTrusted = isTrusted;
        Path = path;
        _accepting = AcceptAsync();
    }

    /// <summary>The socket's path.</summary>
    public string Path { get; }

    /// <summary>Begins to answer.</summary>
    /// <param name="board">What is told.</param>
    /// <param name="path">The socket; null: one of this process in <paramref name="folder"/>.</param>
    /// <param name="folder">The folder, made where it is not there.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">Where to log.</param>
    /// <param name="isTrusted">Which users are answered; null: this one and the superuser.</param>
    /// <exception cref="IOException">The socket cannot be had; the message says why and what to do.</exception>
    public static StatusServer Listen(
        StatusBoard board, string? path, string folder, TimeProvider time, ILogger log, Func<uint, bool>? isTrusted = null)
    {
        string[] candidates;
        if (path is null)
        {
            StatusFolder.Prepare(folder);
            foreach (var stale in StatusFolder.Sockets(folder))
            {
                StatusFolder.RemoveStale(stale);
            }

            candidates = [.. StatusFolder.Names(folder)];
        }
        else
        {
            StatusFolder.RemoveStale(path);
            candidates = [path];
        }

        Exception? failure = null;
        foreach (var candidate in candidates)
        {
            StatusListener? listener = null;
            try
            {
                listener = StatusListener.Open(candidate);
                if (listener.TryPublish())
                {
                    return new StatusServer(listener.Socket, candidate, board, time, log, isTrusted ?? StatusFolder.IsTrusted);
                }

                listener.Dispose();
                failure = new SocketException((int)SocketError.AddressAlreadyInUse);
            }
            catch (Exception refused) when (refused is SocketException or IOException or UnauthorizedAccessException)
            {
                listener?.Dispose();
                failure = refused;
                if (refused is not SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse })
                {
                    break;
                }
            }
        }

        throw new IOException(
            failure is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse }
                ? $"The status socket '{path}' is in use; name another one, or end its user."
                : $"The status socket '{path ?? folder}' cannot be made ({failure?.Message.TrimEnd('.')}); name one in a folder of yours.",
            failure);
    }

    /// <summary>Ends answers and removes the socket. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        Task[] answers;
        lock (_gate)
        {
            answers = [.. _answers];
        }

        await Task.WhenAll(answers);
        File.Delete(Path);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var connection = await _listener.AcceptAsync(_stop.Token);
                Begin(connection);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                // The one that connected is gone again, or descriptors are short: the next one may do better.
                LogAccept(_log, failure.SocketErrorCode);
                if (!await PauseAsync())
                {
                    return;
                }
            }
        }
    }

    // Who comes while all places are taken is turned away: patience is short, so that a place is free soon.
    private void Begin(Socket connection)
    {
        lock (_gate)
        {
            _answers.RemoveWhere(static answer => answer.IsCompleted);
            if (_places == 0)
            {
                connection.Dispose();
                return;
            }

            _places--;
            _answers.Add(ServeAsync(connection));
        }
    }

    private async Task<bool> PauseAsync()
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), _time, _stop.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

#pragma warning disable CA1031 // Whatever one reader does, the host and the other readers go on.
    private async Task ServeAsync(Socket connection)
    {
        using var patience = new CancellationTokenSource(StatusProtocol.Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
        try
        {
            if (PeerCredentials.UserOf(connection) is { } user && !_isTrusted(user))
            {
                LogStranger(_log, user);
                return;
            }

            var answer = await ReadRequestAsync(connection, either.Token) is { } request
                ? await AnswerAsync(request)
                : new StatusDocument { Error = "The request is too long or has no end; send one line." };
            await SendAsync(connection, StatusJson.Write(answer), either.Token);
        }
        catch (Exception failure)
        {
            LogReader(_log, failure);
        }
        finally
        {
            Leave(connection);
        }
    }
#pragma warning restore CA1031

    // The place is free before the reader can see its end: who sees it and asks again finds one.
    private void Leave(Socket connection)
    {
        lock (_gate)
        {
            _places++;
        }

        connection.Dispose();
    }

    private static async Task<string?> ReadRequestAsync(Socket connection, CancellationToken stop)
    {
        var buffer = new byte[StatusProtocol.LongestRequest];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await connection.ReceiveAsync(buffer.AsMemory(length), stop);
            if (read == 0)
            {
                return null;
            }

            length += read;
            if (buffer.AsSpan(0, length).IndexOf((byte)'\n') is var end and >= 0)
            {
                return Encoding.ASCII.GetString(buffer, 0, end).TrimEnd('\r');
            }
        }

        return null;
    }

    private static async Task SendAsync(Socket connection, byte[] answer, CancellationToken stop)
    {
        for (var sent = 0; sent < answer.Length;)
        {
            sent += await connection.SendAsync(answer.AsMemory(sent), stop);
        }
    }

    private async Task<StatusDocument> AnswerAsync(string request) =>
        request == StatusProtocol.Request
            ? await _board.ReadAsync()
            : new StatusDocument { Error = $"The request is not '{StatusProtocol.Request}'; use a hoststack of this version ({StatusBoard.Version})." };

    [LoggerMessage(Level = LogLevel.Warning, Message = "Status socket: nobody could be accepted ({Error}).")]
    private static partial void LogAccept(ILogger log, SocketError error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Status socket: user {User} was not answered.")]
    private static partial void LogStranger(ILogger log, uint user);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Status socket: a reader was given up.")]
    private static partial void LogReader(ILogger log, Exception failure);
}
