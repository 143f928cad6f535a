using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Ip.Packets;
using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.Shim;

/// <summary>A port that is an interface of bare IP packets, made an Ethernet station by a shim: ARP and neighbour discovery
/// are answered here, because the system does not know that it is on an Ethernet network.</summary>
/// <remarks>
/// <para>One thread reads what the machine sends. The shim's state is behind one lock, under which neither the network nor
/// the system is called. IPv6 addresses that routers let the port make are put on the interface from the thread pool.</para>
/// <para>A packet for no neighbour goes to the gateway of <see cref="AddDefaultRoute"/>, else to the IPv6 router that
/// advertised itself. The interface has no carrier to show: while the network is away its packets are dropped.</para>
/// </remarks>
public abstract class PacketPort : ISystemPort, IShimUser
{
    private const int LongestPacket = 65536;
    private const int BatchLimit = 64;

    // Longer waits are done in pieces, as timers have an end.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly IPacketDevice _device;
    private readonly IAddressApplier _applier;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly EthernetIpShim _shim;
    private readonly FrameInjector _injector;
    private readonly SerialWork _work = new();
    private readonly ITimer _timer;
    private readonly Queue<byte[]> _outbox = new();
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestPacket, pinned: true);
    private int _held;
    private int _resumes;
    private int _resumesAtPause;
    private volatile bool _started;
    private volatile bool _carrier;
    private volatile bool _closed;
    private long _lost;

    /// <summary>Takes over a device; <see cref="Begin"/> starts it.</summary>
    private protected PacketPort(
        IPacketDevice device,
        IAddressApplier applier,
        string name,
        MacAddress address,
        int mtu,
        TimeProvider time,
        ILogger logger)
    {
        _device = device;
        _applier = applier;
        _logger = logger;
        _time = time;
        _origin = time.GetTimestamp();
        Name = name;
        Address = address;
        Mtu = mtu;
        _shim = new EthernetIpShim(address, this);
        _injector = new FrameInjector(ResumeReader);
        _timer = time.CreateTimer(
            static state => ((PacketPort)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public event Action<bool>? CarrierChanged;

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MacAddress Address { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public bool IsCarrierUp => _carrier;

    /// <summary>Packets and frames that went nowhere: malformed, no way to their destination, no network, no room.</summary>
    public long Dropped
    {
        get
        {
            lock (_gate)
            {
                return _shim.Dropped + _shim.Unresolved + Interlocked.Read(ref _lost);
            }
        }
    }

    /// <inheritdoc/>
    public void Start(IEthernetPortSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ObjectDisposedException.ThrowIf(_closed, this);
        lock (_gate)
        {
            if (_started)
            {
                throw new InvalidOperationException($"The port {Name} belongs to a network already; make one port for each.");
            }

            _started = true;
        }

        _injector.Connect(sink);
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _started = false;
        _injector.Connect(null);
        ResumeReader();
    }

    /// <inheritdoc/>
    public bool Send(in EthernetFrame frame)
    {
        if (_closed)
        {
            return false;
        }

        ShimVerdict verdict;
        int length;
        lock (_gate)
        {
            verdict = _shim.FromNetwork(frame, Now, out length);
            if (verdict != ShimVerdict.Forward)
            {
                Arm();
            }
        }

        if (verdict != ShimVerdict.Forward)
        {
            Flush();
            return true;
        }

        if (length <= Mtu && _device.Write(frame.Payload[..length]))
        {
            return true;
        }

        Interlocked.Increment(ref _lost);
        return false;
    }

    /// <inheritdoc/>
    public void SetCarrier(bool up)
    {
        lock (_gate)
        {
            if (_carrier == up || _closed)
            {
                return;
            }

            _carrier = up;
            _shim.SetCarrier(up, Now);
            Arm();
        }

        if (!up)
        {
            _injector.Discard();
            ResumeReader();
        }

        Flush();
        CarrierChanged?.Invoke(up);
    }

    /// <inheritdoc/>
    public void Resume() => _injector.Resume();

    /// <inheritdoc/>
    public void AddAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        ObjectDisposedException.ThrowIf(_closed, this);
        _applier.AddAddress(value.Address, prefixLength);
        lock (_gate)
        {
            _shim.AddAddress(InternetAddress.From(address), prefixLength, Now);
            Arm();
        }

        Flush();
    }

    /// <inheritdoc/>
    public void RemoveAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        lock (_gate)
        {
            _shim.RemoveAddress(InternetAddress.From(address));
        }

        ObjectDisposedException.ThrowIf(_closed, this);
        _applier.RemoveAddress(value.Address, prefixLength);
    }

    /// <inheritdoc/>
    public void AddDefaultRoute(IPAddress gateway, int metric)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ArgumentOutOfRangeException.ThrowIfNegative(metric);
        ObjectDisposedException.ThrowIf(_closed, this);
        var router = InternetAddress.From(gateway);
        lock (_gate)
        {
            _shim.SetGateway(router.IsIPv4, router);
        }

        _applier.AddDefaultRoute(gateway, metric);
    }

    /// <inheritdoc/>
    public void RemoveDefaultRoute(IPAddress gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ObjectDisposedException.ThrowIf(_closed, this);
        _applier.RemoveDefaultRoute(gateway);
        lock (_gate)
        {
            _shim.SetGateway(InternetAddress.From(gateway).IsIPv4, null);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_closed)
        {
            _closed = true;
            _carrier = false;
            Stop();
            await _timer.DisposeAsync();
            await _work.FinishAsync();
            await CloseAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    void IShimUser.Send(byte[] frame)
    {
        if (_carrier)
        {
            _outbox.Enqueue(frame);
        }
    }

    void IShimUser.AddressMade(InternetAddress address, int prefixLength) =>
        _work.Add(() => Apply(() => _applier.AddAddress(address.ToIPAddress(), prefixLength)));

    void IShimUser.AddressGone(InternetAddress address, int prefixLength, bool isDuplicate)
    {
        if (isDuplicate)
        {
            ShimLog.Duplicate(_logger, Name, address.ToString());
        }

        _work.Add(() => Apply(() => _applier.RemoveAddress(address.ToIPAddress(), prefixLength)));
    }

    /// <summary>Starts the thread that reads.</summary>
    private protected void Begin() => new Thread(Run) { IsBackground = true, Name = $"port {Name}" }.Start();

    /// <summary>Lets the device go; the thread ends by itself.</summary>
    private protected virtual ValueTask CloseAsync()
    {
        _device.Wake();
        _device.Dispose();
        return ValueTask.CompletedTask;
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    private void Run()
    {
        while (!_closed && _device.Wait(wantsPackets: _held == 0))
        {
            if (_held > 0 && (!_started || !_carrier))
            {
                Interlocked.Increment(ref _lost);
                _held = 0;
            }

            if (_held == 0 || (Volatile.Read(ref _resumes) != _resumesAtPause && OfferHeld()))
            {
                ReadBatch();
            }
        }

        if (!_closed)
        {
            ShimLog.Lost(_logger, Name);
        }
    }

    private void ReadBatch()
    {
        for (var read = 0; read < BatchLimit && !_closed && (_held = _device.Read(_buffer)) > 0; read++)
        {
            if (!OfferHeld())
            {
                return;
            }
        }
    }

    // The packet in the buffer; false where the network keeps it waiting there.
    private bool OfferHeld()
    {
        var packet = _buffer.AsSpan(0, _held);
        if (!_started || !_carrier)
        {
            Interlocked.Increment(ref _lost);
            _held = 0;
            return true;
        }

        ShimVerdict verdict;
        MacAddress destination;
        bool hasFrames;
        var resumes = Volatile.Read(ref _resumes);
        lock (_gate)
        {
            verdict = _shim.FromMachine(packet, Now, out destination);
            hasFrames = _outbox.Count > 0;
            if (verdict == ShimVerdict.Taken || hasFrames)
            {
                Arm();
            }
        }

        if (hasFrames)
        {
            Flush();
        }

        if (verdict == ShimVerdict.Forward
            && !_injector.FrameReceived(new EthernetFrame(destination, Address, EthernetIpShim.TypeOf(packet), packet)))
        {
            // A resume that came meanwhile: offered again at once, by the wait that it ended.
            _resumesAtPause = resumes;
            return false;
        }

        _held = 0;
        return true;
    }

    private void ResumeReader()
    {
        Interlocked.Increment(ref _resumes);
        _device.Wake();
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _shim.Advance(Now);
            Arm();
        }

        Flush();
    }

    private void Arm()
    {
        var wait = _shim.NextDeadline - Now;
        _timer.Change(
            wait is not { } due ? Timeout.InfiniteTimeSpan
            : due < TimeSpan.Zero ? TimeSpan.Zero
            : due < LongestTimer ? TimeSpan.FromMilliseconds(Math.Ceiling(due.TotalMilliseconds))
            : LongestTimer,
            Timeout.InfiniteTimeSpan);
    }

    // Without the lock: the network may call back.
    private void Flush()
    {
        while (true)
        {
            byte[]? frame;
            lock (_gate)
            {
                if (!_outbox.TryDequeue(out frame))
                {
                    break;
                }
            }

            _injector.Inject(frame);
        }

        _work.Run();
    }

    private void Apply(Action call)
    {
        try
        {
            if (!_closed)
            {
                call();
            }
        }
        catch (NetDeviceException fault)
        {
            ShimLog.Refused(_logger, Name, fault.Message);
        }
        catch (ObjectDisposedException)
        {
            // The interface is gone, and its addresses with it.
        }
    }
}
