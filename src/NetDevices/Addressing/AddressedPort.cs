using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Dhcp;
using HostStack.NetDevices.Interfaces;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.Addressing;

/// <summary>A port whose interface gets its addresses by itself: fixed ones, one by DHCP, or a link-local one.</summary>
/// <remarks>
/// <para>It stands between a network and a system port. What is for its DHCP client it keeps, ARP it looks at while it holds
/// or probes an IPv4 address, everything else passes through at the cost of a few comparisons and without allocation. IPv6
/// is left to the machine, which makes its link-local address itself and takes router advertisements where it is set so.</para>
/// <para>The calls of the port may come from any thread, and the timer's own. State is behind one lock, under which neither
/// the network nor the system is called: frames go out after it, addresses, files and events follow in order on the thread
/// pool. Events may therefore come after the call that caused them.</para>
/// <para>It owns the port, and disposes it.</para>
/// </remarks>
public sealed partial class AddressedPort : IEthernetPort, IAddressingUser
{
    private readonly Lock _gate = new();
    private readonly IEthernetPort _port;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly AddressingOptions _options;
    private readonly AddressingCore _core;
    private readonly AddressApplication _application;
    private readonly LeaseFile? _file;
    private readonly FrameInjector _injector;
    private readonly SerialWork _work;
    private readonly DeadlineTimer _timer;
    private readonly FrameOutbox _outbox;
    private readonly bool _usesDhcp;
    private volatile bool _wantsArp;
    private bool _began;
    private bool _wasUp;
    private bool _isUp;
    private bool _ended;
    private bool _applies;

    /// <summary>Decorates a system port.</summary>
    /// <param name="port">The port, not started; owned from now on.</param>
    /// <param name="options">Which addresses it gets.</param>
    /// <param name="time">The clock; a simulation gives its own.</param>
    /// <param name="random">For transaction numbers and waits; a simulation gives a seed.</param>
    /// <param name="logger">Is told what happens.</param>
    /// <exception cref="ArgumentException">An address or a name in the options cannot be one.</exception>
    public AddressedPort(
        ISystemPort port,
        AddressingOptions options,
        TimeProvider? time = null,
        Random? random = null,
        ILogger? logger = null)
        : this(port, new SystemPortApplier(port), options, time, random, logger, schedule: null)
    {
    }

    internal AddressedPort(
        IEthernetPort port,
        IAddressApplier applier,
        AddressingOptions options,
        TimeProvider? time,
        Random? random,
        ILogger? logger,
        Action<Action>? schedule)
    {
        ArgumentNullException.ThrowIfNull(port);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        _port = port;
        _options = options;
        _usesDhcp = options.UseDhcp;
        _time = time ?? TimeProvider.System;
        _origin = _time.GetTimestamp();
        _file = options.LeaseFile is { } path ? new LeaseFile(path) : null;
        logger ??= NullLogger.Instance;
        _application = new AddressApplication(port.Name, applier, _file, options.DefaultRouteMetric ?? 0, logger);
        _injector = new FrameInjector(port.Resume, failure => LogSinkFailed(logger, port.Name, failure));
        _outbox = new FrameOutbox(_gate, _injector);
        _work = new SerialWork(failure => LogWorkFailed(logger, port.Name, failure), schedule);
        _core = new AddressingCore(port.Address, port.Mtu, options, random ?? new Random(), this);
        _timer = new DeadlineTimer(_time, static state => ((AddressedPort)state!).Tick(), this);
    }

    /// <summary>Raised on the thread pool, in order, after an address was put on the interface, renewed, or taken off, and
    /// after its default route was.</summary>
    public event Action<AddressChange, AddressAssignment>? AddressChanged
    {
        add => _application.Changed += value;
        remove => _application.Changed -= value;
    }

    /// <summary>Raised on the thread pool where the system refuses an address or a route, or a DHCP server gives a network that
    /// is too wide: /15 or wider outside the private blocks of RFC 1918. The port goes on without it.</summary>
    public event Action<NetDeviceException>? AddressingFailed
    {
        add => _application.Failed += value;
        remove => _application.Failed -= value;
    }

    /// <inheritdoc/>
    public string Name => _port.Name;

    /// <inheritdoc/>
    public MacAddress Address => _port.Address;

    /// <inheritdoc/>
    public int Mtu => _port.Mtu;

    /// <inheritdoc/>
    public bool MayLendThread => _port.MayLendThread;

    /// <summary>The addresses that are on the interface now, of those that this port put there.</summary>
    public IReadOnlyList<AddressAssignment> Assignments => _application.Assignments;

    /// <inheritdoc/>
    public void Start(IEthernetPortSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _port.Start(_injector);
        _injector.Connect(sink);
        lock (_gate)
        {
            if (!_began)
            {
                _began = true;
                _core.Begin();
                Settle();
            }
        }

        _work.Run();
    }

    /// <inheritdoc/>
    public void Stop()
    {
        _port.Stop();
        _injector.Connect(null);
    }

    /// <inheritdoc/>
    public bool Send(in EthernetFrame frame)
    {
        if ((frame.Type == EtherType.Arp && _wantsArp) || (_usesDhcp && DhcpFrame.IsToClient(frame)))
        {
            bool isOurs;
            lock (_gate)
            {
                isOurs = !_ended && _core.Receive(frame, Now);
                Settle();
            }

            Flush();
            if (isOurs)
            {
                return true;
            }
        }

        return _port.Send(frame);
    }

    /// <inheritdoc/>
    public void SetCarrier(bool up)
    {
        // The machine first: when an address comes, its interface is there.
        _port.SetCarrier(up);
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            var remembered = up && !_wasUp && _usesDhcp ? _file?.Read(Address, _time.GetUtcNow()) : null;
            _wasUp |= up;
            _isUp = up;
            _core.SetCarrier(up, Now, remembered);
            Settle();
        }

        if (!up)
        {
            _injector.Discard();
        }

        Flush();
    }

    /// <inheritdoc/>
    public void Resume() => _injector.Resume();

    /// <summary>Takes everything off the interface, and gives a lease back where the options say so; the port goes on without
    /// addresses. To be called while the network is still there, or it cannot be told. Idempotent.</summary>
    public async ValueTask EndAddressingAsync()
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _core.End(Now, _options.ReleaseAtEnd);
                Settle();
                _ended = true;
                _wantsArp = false;
            }
        }

        Flush();
        await _work.FinishAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAddressingAsync();
        await _timer.DisposeAsync();
        await _port.DisposeAsync();
    }

    void IAddressingUser.Send(byte[] frame)
    {
        if (_isUp)
        {
            _outbox.Add(frame);
        }
    }

    void IAddressingUser.Changed(AddressAssignment? before, AddressAssignment? after) =>
        Apply(() => _application.Change(before, after));

    void IAddressingUser.TooWide(AddressAssignment refused) => Apply(() => _application.Refuse(refused));

    void IAddressingUser.Route(IPAddress? gateway) => Apply(() => _application.Route(gateway));

    void IAddressingUser.Remember(DhcpLease lease, bool isOver)
    {
        if (_file is not null)
        {
            var expires = isOver ? DateTimeOffset.UnixEpoch : _time.GetUtcNow() + lease.Duration;
            _work.Add(() => _application.Remember(Address, lease, expires));
        }
    }

    void IAddressingUser.Forget()
    {
        if (_file is not null)
        {
            _work.Add(() => _application.Remember(Address, lease: null, expires: null));
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    private void Tick()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _core.Advance(Now);
            Settle();
        }

        Flush();
    }

    private void Apply(Action work)
    {
        _applies = true;
        _work.Add(work);
    }

    // Under the lock, when the core has decided all that there is to decide.
    private void Settle()
    {
        if (_applies)
        {
            _applies = false;
            _work.Add(_application.Tell);
        }

        _wantsArp = _core.WantsArp;
        _timer.Set(_core.NextDeadline - Now);
    }

    // Without the lock.
    private void Flush()
    {
        _outbox.Flush();
        _work.Run();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: the network failed at a frame of the addressing, which is lost")]
    private static partial void LogSinkFailed(ILogger logger, string name, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: an address or a file was not set as it should be")]
    private static partial void LogWorkFailed(ILogger logger, string name, Exception failure);
}
