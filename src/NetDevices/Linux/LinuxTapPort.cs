using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Native;
using HostStack.NetDevices.Linux.Netlink;
using HostStack.NetDevices.Linux.Tap;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.Linux;

/// <summary>A port that is a TAP interface of Linux: the machine's own IP stack on the network.</summary>
/// <remarks>
/// <para>The interface lives as long as the port, and goes with the process however that ends, unless
/// <see cref="TapOptions.KeepExisting"/>. Its carrier is down until <see cref="SetCarrier"/>.</para>
/// <para>One thread reads what the machine sends and calls the sink. While the sink wants no more, the interface's queue
/// fills, whose bound is <see cref="TapOptions.QueueLength"/>.</para>
/// <para>The interface may be renamed and moved to another network namespace: frames go on, and configuration follows it.
/// Where it is removed the port is lost: <see cref="Loss"/> says so. A namespace lives as long as a port that was made in
/// it, even without its name.</para>
/// </remarks>
public sealed class LinuxTapPort : ISystemPort, ITapReaderUser
{
    private const int TagSize = 4;

    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private readonly TunDevice _device;
    private readonly TapConfiguration _configuration;
    private readonly TapReader _reader;
    private volatile NetDeviceException? _loss;
    private volatile bool _closed;
    private volatile bool _carrier;
    private Task? _ending;
    private long _received;
    private long _receiveDrops;

    private LinuxTapPort(TapOptions options, TunDevice device, TapConfiguration configuration, LinkState link, ILogger logger)
    {
        _device = device;
        _configuration = configuration;
        _logger = logger;
        Name = link.Name;
        Address = link.Address ?? default;
        Mtu = link.Mtu;
        _reader = new TapReader(device, options.QueueLength, this);
    }

    /// <inheritdoc/>
    public event Action<bool>? CarrierChanged;

    /// <summary>Raised once, where the interface was removed by somebody else; on a thread of the port.</summary>
    public event Action<NetDeviceException>? Lost;

    /// <summary>The interface's name when it was made.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public MacAddress Address { get; }

    /// <inheritdoc/>
    public int Mtu { get; }

    /// <inheritdoc/>
    public bool MayLendThread => true;

    /// <inheritdoc/>
    public bool IsCarrierUp => _carrier;

    /// <summary>Why the port carries nothing any more: the interface was removed. Null while it is there.</summary>
    public NetDeviceException? Loss => _loss;

    /// <summary>What the options ask and the system did not allow, in sentences with the remedy, though the port works.</summary>
    public IReadOnlyList<string> Obstacles => _configuration.Obstacles;

    /// <summary>What the port has carried.</summary>
    public TapCounters Counters => new(
        Interlocked.Read(ref _received),
        _reader.Delivered,
        Interlocked.Read(ref _receiveDrops),
        _reader.Dropped,
        _reader.Pauses,
        _reader.Batches);

    /// <summary>Makes the interface, as the options say, and sets it up; its carrier is down.</summary>
    /// <param name="options">How.</param>
    /// <param name="logger">Hears of trouble; null: nobody.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="NetDeviceException">The system refuses; nothing is left behind.</exception>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public static LinuxTapPort Create(TapOptions options, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!OperatingSystem.IsLinux())
        {
            throw new PlatformNotSupportedException("TAP interfaces are Linux's; use another kind of port on this system.");
        }

        options.Validate();
        var home = options.NetworkNamespace is { } name ? LinuxNetworkNamespace.Open(name) : LinuxNetworkNamespace.OpenCurrent();
        TunDevice? device = null;
        RouteSocket? routes = null;
        TapConfiguration? configuration = null;
        try
        {
            home.Run(() =>
            {
                routes = new RouteSocket();
                device = TunDevice.Open(options.Name, options.KeepExisting);
            });

            // Where the kernel has no carrier of its own for the interface, being up is the carrier.
            var hasCarrier = device!.SetCarrier(up: false) is not (Errno.EINVAL or Errno.ENOTTY);
            configuration = new TapConfiguration(options, device, home, routes!);
            var port = new LinuxTapPort(options, device, configuration, configuration.Apply(hasCarrier), logger ?? NullLogger.Instance);
            port._reader.Begin(port.Name);
            return port;
        }
        catch
        {
            Undo(configuration, device);
            routes?.Dispose();
            home.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Start(IEthernetPortSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ThrowIfUnusable();
        if (!_reader.TryAttach(sink))
        {
            throw new InvalidOperationException($"The port {Name} belongs to a network already; make one port for each.");
        }
    }

    /// <inheritdoc/>
    /// <remarks>It does not wait for the port's thread: a frame that is being delivered may still reach the sink.</remarks>
    public void Stop() => _reader.Detach();

    /// <inheritdoc/>
    public bool Send(in EthernetFrame frame)
    {
        var error = Errno.EBADFD;
        if (!_closed && _loss is null && frame.Payload.Length <= Mtu + (frame.Type == EtherType.Vlan ? TagSize : 0))
        {
            try
            {
                error = _device.Write(frame);
            }
            catch (ObjectDisposedException)
            {
                // Closed meanwhile.
            }
        }

        if (error == Errno.None)
        {
            Interlocked.Increment(ref _received);
            return true;
        }

        Interlocked.Increment(ref _receiveDrops);
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

            ChangeCarrier(up);
            _carrier = up;
            if (!up)
            {
                _reader.Flush();
            }
        }

        CarrierChanged?.Invoke(up);
    }

    /// <inheritdoc/>
    public void Resume() => _reader.Resume();

    /// <inheritdoc/>
    public void AddAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        ThrowIfUnusable();
        _configuration.AddAddress(value);
    }

    /// <inheritdoc/>
    public void RemoveAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        ThrowIfUnusable();
        _configuration.RemoveAddress(value);
    }

    /// <inheritdoc/>
    public void AddDefaultRoute(IPAddress gateway, int metric)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ArgumentOutOfRangeException.ThrowIfNegative(metric);
        ThrowIfUnusable();
        _configuration.AddDefaultRoute(gateway, metric);
    }

    /// <inheritdoc/>
    public void RemoveDefaultRoute(IPAddress gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ThrowIfUnusable();
        _configuration.RemoveDefaultRoute(gateway);
    }

    /// <summary>Removes the interface and whatever was made with it. Idempotent; it does not wait for the sink.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            return new ValueTask(_ending ??= EndAsync());
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <inheritdoc/>
    void ITapReaderUser.SinkFailed(Exception failure) => _logger.SinkFailed(Name, failure);

    /// <inheritdoc/>
    void ITapReaderUser.InterfaceLost(Errno error)
    {
        var loss = new NetDeviceException(
            $"The TAP interface {Name} was removed ({LinuxError.NameOf(error)}); make the port again.");
        _loss = loss;
        _logger.PortLost(Name, loss.Message);
        Lost?.Invoke(loss);
    }

    // What went wrong first is what the caller hears.
    private static void Undo(TapConfiguration? configuration, TunDevice? device)
    {
        try
        {
            configuration?.TakeBackFromInterface();
        }
        catch (NetDeviceException)
        {
        }

        device?.Dispose();
        try
        {
            configuration?.LeaveBridge();
        }
        catch (NetDeviceException)
        {
        }
    }

    private async Task EndAsync()
    {
        _closed = true;
        _carrier = false;
        _reader.Detach();
        _reader.Dispose();
        Try(_configuration.TakeBackFromInterface);
        _device.Dispose();
        await _device.Closed;
        Try(_configuration.LeaveBridge);
        _configuration.Dispose();
    }

    private void Try(Action takeBack)
    {
        try
        {
            takeBack();
        }
        catch (NetDeviceException failure)
        {
            _logger.LeftBehind(Name, failure.Message);
        }
    }

    private void ChangeCarrier(bool up)
    {
        switch (_device.SetCarrier(up))
        {
            case Errno.EINVAL or Errno.ENOTTY:
                Try(() => _configuration.SetUp(up));
                break;
            case Errno.EBADFD:
                // The reader tells.
                break;
        }
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_closed, this);
        if (_loss is { } loss)
        {
            throw new NetDeviceException(loss.Message);
        }
    }
}
