using System.Threading.Channels;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Transport;

/// <summary>One host on a byte stream: its packets go to a controller, the controller's packets are gathered and written
/// in as few writes as they come.</summary>
/// <remarks>A host that does not read stops the controller's reception from the air first, and is disconnected when what
/// waits for it passes a hard bound.</remarks>
internal sealed class H4Connection : IHostPort
{
    private const int StallAt = 256 * 1024;
    private const int ResumeAt = 64 * 1024;
    private const int HardLimit = 8 * 1024 * 1024;
    private const int ReadSize = 16 * 1024;
    private const byte FramingLostError = 0x00;

    private static readonly Action<object?, object?> HandOver = static (self, packet) =>
    {
        var connection = (H4Connection)self!;
        connection._controller.FromHost(connection, (PacketBuffer)packet!);
    };

    private readonly SimulatedController _controller;
    private readonly Stream _stream;
    private readonly Lock _gate = new();
    private readonly Channel<bool> _pending = Channel.CreateBounded<bool>(1);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly H4FrameReader _reader;
    private byte[] _gathered = new byte[4096];
    private byte[] _written = new byte[4096];
    private int _count;
    private bool _stalled;
    private volatile bool _closed;

    public H4Connection(SimulatedController controller, Stream stream)
    {
        _controller = controller;
        _stream = stream;
        _reader = new H4FrameReader(packet => _controller.Receive(this, packet.Span, mayWait: true), FramingLost);
    }

    public Action<object?, object?> FromHost => HandOver;

    public void Deliver(ReadOnlySpan<byte> packet)
    {
        lock (_gate)
        {
            if (_closed || _count + packet.Length > HardLimit)
            {
                _closed = true;
            }
            else
            {
                if (_gathered.Length < _count + packet.Length)
                {
                    Array.Resize(ref _gathered, Math.Max(2 * _gathered.Length, _count + packet.Length));
                }

                packet.CopyTo(_gathered.AsSpan(_count));
                _count += packet.Length;
            }

            if (_count > StallAt && !_stalled)
            {
                _stalled = true;
                _controller.StallReception(true);
            }
        }

        Wake();
    }

    public void Lost(string reason)
    {
        _closed = true;
        Wake();
    }

    /// <summary>Serves the host until it goes, or until the token ends it. Then the controller is free for the next one.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _controller.Radio.Loop.Post(static (self, _) => ((H4Connection)self!).Attach(), this);
        var writing = WriteAsync(ending.Token);
        var reading = ReadAsync(ending.Token);
        await Task.WhenAny(writing, reading);
        _closed = true;
        await ending.CancelAsync();
        await _stream.DisposeAsync();
        await Task.WhenAll(writing, reading);
        if (_controller.Radio.Loop.Post(static (self, _) => ((H4Connection)self!).Detach(), this))
        {
            await _released.Task;
        }
    }

    private void Attach()
    {
        if (_closed || !_controller.IsPlugged)
        {
            Lost("unplugged");
            return;
        }

        _controller.Attach(this);
    }

    private void Detach()
    {
        try
        {
            if (_stalled)
            {
                _controller.StallReception(false);
            }

            _controller.Detach(this);
        }
        finally
        {
            _controller.Release();
            _released.SetResult();
        }
    }

    private void FramingLost() =>
        _controller.Radio.Loop.Post(static (self, _) => ((H4Connection)self!)._controller.SendHardwareError(FramingLostError), this);

    private async Task WriteAsync(CancellationToken stop)
    {
        try
        {
            while (!_closed)
            {
                await _pending.Reader.ReadAsync(stop);
                var count = Swap();
                if (count > 0)
                {
                    await _stream.WriteAsync(_written.AsMemory(0, count), stop);
                }

                ResumeReception();
            }
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            // The host is gone, or the server ends: both are the end of this connection and nothing else.
        }
    }

    private int Swap()
    {
        lock (_gate)
        {
            (_gathered, _written) = (_written, _gathered);
            var count = _count;
            _count = 0;
            return count;
        }
    }

    private void ResumeReception()
    {
        lock (_gate)
        {
            if (_stalled && _count < ResumeAt)
            {
                _stalled = false;
                _controller.StallReception(false);
            }
        }
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        var buffer = new byte[ReadSize];
        try
        {
            while (true)
            {
                var count = await _stream.ReadAsync(buffer, stop);
                if (count == 0)
                {
                    return;
                }

                _reader.Feed(buffer.AsSpan(0, count));
            }
        }
        catch (Exception failure) when (IsEnd(failure))
        {
            // As above.
        }
    }

    private static bool IsEnd(Exception failure) => failure is IOException or OperationCanceledException or ObjectDisposedException;

    // One token is enough: the writer takes everything that is there.
    private void Wake() => _pending.Writer.TryWrite(true);
}
