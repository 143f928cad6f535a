using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Native;
using HostStack.NetDevices.Linux.Netlink;
using HostStack.NetDevices.Linux.Tap;
using HostStack.NetDevices.Tap;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.Linux;

/// <summary>A port that is a TAP interface of Linux: the machine's own IP stack on the network.</summary>
/// <remarks>
/// <para>The interface lives as long as the port, and goes with the process however that ends, unless
/// <see cref="TapOptions.KeepExisting"/>. Its carrier is down until <see cref="TapPort.SetCarrier"/>.</para>
/// <para>One thread reads what the machine sends and calls the sink. While the sink wants no more, the interface's queue
/// fills, whose bound is <see cref="TapOptions.QueueLength"/>.</para>
/// <para>The interface may be renamed and moved to another network namespace: frames go on, and configuration follows it.
/// Where it is removed the port is lost: <see cref="TapPort.Loss"/> says so. A namespace lives as long as a port that was made in
/// it, even without its name.</para>
/// </remarks>
public sealed class LinuxTapPort : TapPort
{
    private readonly TunDevice _device;
    private readonly TapConfiguration _configuration;
    private readonly TapReader _reader;

    private LinuxTapPort(TapOptions options, TunDevice device, TapConfiguration configuration, LinkState link, ILogger logger)
        : base(link.Name, logger)
    {
        _device = device;
        _configuration = configuration;
        Address = link.Address ?? default;
        Mtu = link.Mtu;
        _reader = new TapReader(device, options.QueueLength, this);
    }

    /// <inheritdoc/>
    public override MacAddress Address { get; }

    /// <inheritdoc/>
    public override int Mtu { get; }

    /// <inheritdoc/>
    public override bool MayLendThread => true;

    /// <summary>What the options ask and the system did not allow, in sentences with the remedy, though the port works.</summary>
    public IReadOnlyList<string> Obstacles => _configuration.Obstacles;

    /// <summary>What the port has carried.</summary>
    public TapCounters Counters => new(
        Received,
        _reader.Delivered,
        ReceiveDrops,
        _reader.Dropped,
        _reader.Pauses,
        _reader.Batches);

    private protected override TapPump Pump => _reader;

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
    public override void AddAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        ThrowIfUnusable();
        _configuration.AddAddress(value);
    }

    /// <inheritdoc/>
    public override void RemoveAddress(IPAddress address, int prefixLength)
    {
        var value = new InterfaceAddress(address, prefixLength).Validate(nameof(address));
        ThrowIfUnusable();
        _configuration.RemoveAddress(value);
    }

    /// <inheritdoc/>
    public override void AddDefaultRoute(IPAddress gateway, int metric)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ArgumentOutOfRangeException.ThrowIfNegative(metric);
        ThrowIfUnusable();
        _configuration.AddDefaultRoute(gateway, metric);
    }

    /// <inheritdoc/>
    public override void RemoveDefaultRoute(IPAddress gateway)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ThrowIfUnusable();
        _configuration.RemoveDefaultRoute(gateway);
    }

    private protected override bool TryWrite(in EthernetFrame frame)
    {
        try
        {
            return _device.Write(frame) == Errno.None;
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
            return false;
        }
    }

    private protected override void ChangeCarrier(bool up)
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

    private protected override void CarrierIsSet(bool up)
    {
        if (!up)
        {
            _reader.Flush();
        }
    }

    private protected override string DescribeLoss(string reason) =>
        $"The TAP interface {Name} was removed ({reason}); make the port again.";

    private protected override async Task EndAsync()
    {
        _reader.Dispose();
        Try(_configuration.TakeBackFromInterface);
        _device.Dispose();
        await _device.Closed;
        Try(_configuration.LeaveBridge);
        _configuration.Dispose();
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
}
