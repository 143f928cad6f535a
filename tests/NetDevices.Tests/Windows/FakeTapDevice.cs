using System.Buffers.Binary;
using HostStack.Ethernet;
using HostStack.NetDevices.Windows;
using HostStack.NetDevices.Windows.Native;
using HostStack.Testing;

namespace HostStack.NetDevices.Tests.Windows;

/// <summary>A driver without Windows: what the machine sends is put in, what it gets is kept. It waits as the real one does,
/// with a wake that is not lost.</summary>
internal sealed class FakeTapDevice : ITapDevice
{
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _changed = new(false);
    private readonly Queue<byte[]> _frames = new();
    private readonly byte[] _buffer = new byte[2048];
    private bool _woken;
    private bool _lost;
    private int _reads;

    public MacAddress Mac { get; init; } = new(0x00FF_1122_3344);

    public uint Mtu { get; init; } = 1500;

    /// <summary>What each request is answered with.</summary>
    public Func<TapControl, WindowsError> Refuses { get; set; } = static _ => WindowsError.None;

    /// <summary>Octets of requests that were made, by name.</summary>
    public List<string> Requests { get; } = [];

    public List<string> Written { get; } = [];

    public bool HasRoom { get; set; } = true;

    public bool Media { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>Called on the reader's thread when a frame is read, before the reader has it.</summary>
    public Action? OnRead { get; set; }

    /// <summary>Told each time that the reader has done with what it had, and asks for more.</summary>
    public Steps Steps { get; } = new();

    /// <summary>Frames that were given to the reader.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Frames that wait for the reader.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _frames.Count;
            }
        }
    }

    public void MachineSends(byte[] frame)
    {
        lock (_gate)
        {
            _frames.Enqueue(frame);
        }

        _changed.Set();
    }

    public void Remove()
    {
        lock (_gate)
        {
            _lost = true;
        }

        _changed.Set();
    }

    public WindowsError Control(TapControl control, Span<byte> data)
    {
        Requests.Add($"{control} {Convert.ToHexString(data)}");
        var error = Refuses(control);
        if (error == WindowsError.None)
        {
            switch (control)
            {
                case TapControl.GetMac:
                    Mac.Write(data);
                    break;
                case TapControl.GetMtu:
                    BinaryPrimitives.WriteUInt32LittleEndian(data, Mtu);
                    break;
                case TapControl.SetMediaStatus:
                    Media = data[0] == 1;
                    break;
            }
        }

        return error;
    }

    public TapRead Read(out ReadOnlySpan<byte> frame)
    {
        Steps.Tell();
        while (true)
        {
            lock (_gate)
            {
                frame = default;
                if (_lost)
                {
                    return TapRead.Lost;
                }

                if (_woken)
                {
                    _woken = false;
                    return TapRead.Woken;
                }

                if (!Media)
                {
                    return TapRead.Idle;
                }

                if (_frames.TryDequeue(out var next))
                {
                    next.CopyTo(_buffer, 0);
                    frame = _buffer.AsSpan(0, next.Length);
                    Interlocked.Increment(ref _reads);
                }
            }

            if (!frame.IsEmpty)
            {
                OnRead?.Invoke();
                return TapRead.Frame;
            }

            _changed.WaitOne();
        }
    }

    public void WaitForWake(int milliseconds)
    {
        Steps.Tell();
        while (true)
        {
            lock (_gate)
            {
                if (_woken)
                {
                    _woken = false;
                    return;
                }
            }

            if (!_changed.WaitOne(milliseconds))
            {
                return;
            }
        }
    }

    public void Wake()
    {
        lock (_gate)
        {
            _woken = true;
        }

        _changed.Set();
    }

    public bool Write(in EthernetFrame frame)
    {
        if (HasRoom && !Disposed)
        {
            var octets = new byte[frame.Length];
            frame.CopyTo(octets);
            Written.Add(Convert.ToHexString(octets));
            return true;
        }

        return false;
    }

    public void Dispose() => Disposed = true;
}
