using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HostStack.Interop.Tests.Guests;

/// <summary>How a script in a guest ended.</summary>
/// <param name="Status">Its exit status; 124 where its time was over.</param>
/// <param name="Output">What it wrote.</param>
internal readonly record struct ScriptResult(int Status, byte[] Output)
{
    public bool Succeeded => Status == 0;

    public string Text => Encoding.UTF8.GetString(Output).TrimEnd();

    public override string ToString() => $"status {Status}: {Text}";
}

/// <summary>Runs scripts in a guest through its command port; the protocol is described in <c>commandport.c</c>.</summary>
internal sealed class GuestCommandPort : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Pending> _pending = [];
    private readonly Task _reading;
    private int _lastId;
    private Exception? _end;

    public GuestCommandPort(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _reading = ReadAsync();
    }

    /// <summary>Runs a script by the guest's shell.</summary>
    /// <param name="script">The script.</param>
    /// <param name="limit">After this the guest kills it.</param>
    /// <exception cref="IOException">The guest is gone.</exception>
    public async Task<ScriptResult> RunAsync(string script, TimeSpan limit)
    {
        var text = Encoding.UTF8.GetBytes(script);
        var pending = new Pending();
        int id;
        lock (_gate)
        {
            if (_end is not null)
            {
                throw new IOException("The guest's command port is closed.", _end);
            }

            id = ++_lastId;
            _pending.Add(id, pending);
        }

        var head = string.Create(CultureInfo.InvariantCulture, $"run {id} {(int)Math.Ceiling(limit.TotalSeconds)} {text.Length}\n");
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync((byte[])[.. Encoding.ASCII.GetBytes(head), .. text]);
        }
        finally
        {
            _writing.Release();
        }

        return await pending.Result.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        await _reading;
        _writing.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new BufferedStream(_stream);
            while (true)
            {
                var words = (await ReadLineAsync(reader)).Split(' ');
                var (id, number) = (int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[2], CultureInfo.InvariantCulture));
                if (words[0] == "out")
                {
                    var octets = new byte[number];
                    await reader.ReadExactlyAsync(octets);
                    Find(id, remove: false)?.Output.Write(octets);
                }
                else if (Find(id, remove: true) is { } pending)
                {
                    pending.Result.TrySetResult(new ScriptResult(number, pending.Output.ToArray()));
                }
            }
        }
        catch (Exception end) when (end is IOException or ObjectDisposedException)
        {
            lock (_gate)
            {
                _end = end;
                foreach (var pending in _pending.Values)
                {
                    pending.Result.TrySetException(new IOException("The guest ended while a script ran in it.", end));
                }

                _pending.Clear();
            }
        }
    }

    private static async Task<string> ReadLineAsync(BufferedStream reader)
    {
        var line = new StringBuilder();
        var octet = new byte[1];
        while (true)
        {
            await reader.ReadExactlyAsync(octet);
            if (octet[0] == '\n')
            {
                return line.ToString();
            }

            line.Append((char)octet[0]);
        }
    }

    private Pending? Find(int id, bool remove)
    {
        lock (_gate)
        {
            _pending.TryGetValue(id, out var pending);
            if (remove)
            {
                _pending.Remove(id);
            }

            return pending;
        }
    }

    private sealed class Pending
    {
        public MemoryStream Output { get; } = new();

        public TaskCompletionSource<ScriptResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
