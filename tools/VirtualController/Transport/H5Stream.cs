using System.Buffers.Binary;
using System.Threading.Channels;
using HostStack.Hci.Transport;

namespace HostStack.VirtualController.Transport;

/// <summary>How a controller behaves on a three-wire line.</summary>
public sealed record H5LineOptions
{
    /// <summary>The most reliable packets under way, 1 to 7; the host may ask for fewer.</summary>
    public int Window { get; init; } = 7;

    /// <summary>Whether it can do the integrity check.</summary>
    public bool IntegrityCheck { get; init; } = true;

    /// <summary>Whether it can do out-of-frame flow control.</summary>
    public bool FlowControl { get; init; } = true;

    /// <summary>How often it repeats what is not answered, and what is not acknowledged.</summary>
    public TimeSpan Period { get; init; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>A controller's end of a three-wire line (Core, Vol 4, Part D): H4 to the controller, H5 on the line.</summary>
/// <remarks>With its own encoding, so that a mistake of the host's cannot hide behind the same one here. To be put around a
/// stream: <c>H4SocketServer.Listen(…, wrap: line => new H5Stream(line))</c>. Written for clearness, not for speed.</remarks>
public sealed partial class H5Stream : LineStream
{
    private const int LinkControl = 15;
    private const int Waiting = 512;

    private readonly Stream _line;
    private readonly H5LineOptions _options;
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<byte[]> _packets = Channel.CreateBounded<byte[]>(Waiting);
    private readonly Channel<byte[]> _out = Channel.CreateBounded<byte[]>(
        new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite }); // As a full UART would.
    private readonly SemaphoreSlim _room = new(Waiting);
    private readonly Queue<byte[]> _waiting = new();
    private readonly Queue<H5Packet> _sent = new();
    private readonly Task _running;
    private ReadOnlyMemory<byte> _rest;
    private bool _answered;
    private bool _active;
    private bool _asleep;
    private int _window = 1;
    private bool _check;
    private bool _flowControl;
    private int _sequence;
    private int _expected;

    /// <summary>Begins to speak on a line.</summary>
    /// <param name="line">Disposed with this.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="time">The clock; null: the system's.</param>
    public H5Stream(Stream line, H5LineOptions? options = null, TimeProvider? time = null)
    {
        _line = line;
        _options = options ?? new H5LineOptions();
        var clock = time ?? TimeProvider.System;
        _running = Task.WhenAll(Task.Run(ListenAsync), Task.Run(SpeakAsync), Task.Run(() => RepeatAsync(clock)));
    }

    /// <summary>Frames that were no packets.</summary>
    public long BadFrames { get; private set; }

    /// <summary>Packets that were sent again.</summary>
    public long Resent { get; private set; }

    /// <summary>Times that the host woke it.</summary>
    public long Wakeups { get; private set; }

    /// <summary>Says that it sleeps, and hears nothing but a wake-up from then on.</summary>
    public void Sleep()
    {
        lock (_gate)
        {
            _asleep = true;
            Control(0x07, 0x78);
        }
    }

    /// <summary>Forgets the link, as after a loss of power.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            Forget();
            Control(0x01, 0x7E);
        }
    }

    /// <summary>Holds the host back, or lets it go on, between two frames.</summary>
    public void Hold(bool hold) => _out.Writer.TryWrite([hold ? (byte)0x13 : (byte)0x11]);

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_rest.IsEmpty)
        {
            if (!await _packets.Reader.WaitToReadAsync(cancellationToken))
            {
                return 0;
            }

            _rest = await _packets.Reader.ReadAsync(cancellationToken);
        }

        var count = Math.Min(buffer.Length, _rest.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    /// <summary>Takes whole H4 packets.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var length = buffer.Span[0] switch
            {
                2 => 5 + BinaryPrimitives.ReadUInt16LittleEndian(buffer.Span[3..]),
                3 => 4 + buffer.Span[3],
                _ => 3 + buffer.Span[2],
            };
            await _room.WaitAsync(cancellationToken);
            lock (_gate)
            {
                _waiting.Enqueue(buffer[..length].ToArray());
                SendWaiting();
            }

            buffer = buffer[length..];
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _line.DisposeAsync();
        await _running;
        await base.DisposeAsync();
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[4096];
        var frame = new List<byte>();
        try
        {
            int count;
            while ((count = await _line.ReadAsync(buffer, _stop.Token)) > 0)
            {
                foreach (var octet in buffer.AsMemory(0, count).ToArray())
                {
                    if (octet != 0xC0)
                    {
                        frame.Add(octet);
                    }
                    else if (frame.Count > 0)
                    {
                        await HearAsync(H5Packet.FromLine(frame));
                        frame.Clear();
                    }
                }
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // The line is gone: so is the host.
        }

        _packets.Writer.TryComplete();
    }

    private async Task SpeakAsync()
    {
        try
        {
            await foreach (var octets in _out.Reader.ReadAllAsync(_stop.Token))
            {
                await _line.WriteAsync(octets, _stop.Token);
            }
        }
        catch (Exception end) when (IsEnd(end))
        {
            // As above.
        }
    }

    private static bool IsEnd(Exception failure) => failure is IOException or OperationCanceledException or ObjectDisposedException;
}
