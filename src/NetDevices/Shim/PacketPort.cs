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
public abstract class PacketPort : ISystemPort, IShimUser, IPacketReaderUser
{
    private readonly Lock _gate = new();
    private readonly IPacketDevice _device;
    private readonly IAddressApplier _applier;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly EthernetIpShim _shim;
    private readonly FrameInjector _injector;
    private readonly SerialWork _work;
    private readonly DeadlineTimer _timer;
    private readonly FrameOutbox _outbox;
    private readonly PacketReader _reader;
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
        _reader = new PacketReader(device, this);
        _work = new SerialWork(failure => ShimLog.WorkFailed(_logger, Name, failure));
        _injector = new FrameInjector(_reader.Resume, failure => ShimLog.SinkFailed(_logger, Name, failure));
        _outbox = new FrameOutbox(_gate, _injector);
        _timer = new DeadlineTimer(time, static state => ((PacketPort)state!).Tick(), this);
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
        _reader.Resume();
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
            _reader.Resume();
        }

        Flush();
        Subscribers.Tell(CarrierChanged, up, _logger, Name);
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
            _outbox.Add(frame);
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

    bool IPacketReaderUser.PacketRead(ReadOnlySpan<byte> packet)
    {
        if (!_started || !_carrier)
        {
            Interlocked.Increment(ref _lost);
            return true;
        }

        ShimVerdict verdict;
        MacAddress destination;
        bool hasFrames;
        lock (_gate)
        {
            verdict = _shim.FromMachine(packet, Now, out destination);
            hasFrames = !_outbox.IsEmpty;
            if (verdict == ShimVerdict.Taken || hasFrames)
            {
                Arm();
            }
        }

        if (hasFrames)
        {
            Flush();
        }

        return verdict != ShimVerdict.Forward
            || _injector.FrameReceived(new EthernetFrame(destination, Address, EthernetIpShim.TypeOf(packet), packet));
    }

    void IPacketReaderUser.PacketFailed(Exception failure)
    {
        Interlocked.Increment(ref _lost);
        ShimLog.SinkFailed(_logger, Name, failure);
    }

    void IPacketReaderUser.DeviceLost() => ShimLog.Lost(_logger, Name);

    /// <summary>Starts the thread that reads.</summary>
    private protected void Begin() => _reader.Begin($"port {Name}");

    /// <summary>Lets the device go; the thread ends by itself.</summary>
    private protected virtual ValueTask CloseAsync()
    {
        _reader.End();
        _device.Dispose();
        return ValueTask.CompletedTask;
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

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

    private void Arm() => _timer.Set(_shim.NextDeadline - Now);

    // Without the lock.
    private void Flush()
    {
        _outbox.Flush();
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
