using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Netlink;
using HostStack.NetDevices.Linux.Tap;
using HostStack.NetDevices.Shim;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.Linux.Tun;

/// <summary>A port that is a TUN interface of Linux: it carries bare IP packets, as macOS's utun does, and shows that a port
/// of that kind works. On Linux the better port is <see cref="LinuxTapPort"/>.</summary>
internal sealed class LinuxTunPort : PacketPort
{
    private readonly TunDevice _device;
    private readonly TunConfiguration _configuration;

    private LinuxTunPort(
        TunDevice device, TunConfiguration configuration, MacAddress address, int mtu, TimeProvider time, ILogger logger)
        : base(new TunPacketDevice(device), configuration, configuration.Name, address, mtu, time, logger)
    {
        _device = device;
        _configuration = configuration;
        Begin();
    }

    /// <summary>Makes the interface and sets it up.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="address">The unicast address that the shim has on the network.</param>
    /// <param name="networkNamespace">The network namespace that it is made in; null: the calling thread's.</param>
    /// <param name="mtu">The longest packet.</param>
    /// <param name="time">The clock of neighbours and lifetimes.</param>
    /// <param name="logger">Hears of trouble.</param>
    /// <exception cref="NetDeviceException">The system refuses; nothing is left behind.</exception>
    public static LinuxTunPort Create(
        string name,
        MacAddress address,
        string? networkNamespace = null,
        int mtu = EthernetFrame.StandardMtu,
        TimeProvider? time = null,
        ILogger? logger = null)
    {
        using var home = networkNamespace is null ? LinuxNetworkNamespace.OpenCurrent() : LinuxNetworkNamespace.Open(networkNamespace);
        TunDevice? device = null;
        RouteSocket? routes = null;
        try
        {
            home.Run(() =>
            {
                routes = new RouteSocket();
                device = TunDevice.Open(name, keepExisting: false, isTap: false);
            });
            var configuration = new TunConfiguration(routes!, device!.TryGetName(out _) ?? name);
            configuration.SetUp(mtu);
            return new LinuxTunPort(
                device, configuration, address, mtu, time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        }
        catch
        {
            device?.Dispose();
            routes?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    private protected override async ValueTask CloseAsync()
    {
        await base.CloseAsync();
        await _device.Closed;
        _configuration.Dispose();
    }

    /// <summary>Configures the interface, by its name.</summary>
    private sealed class TunConfiguration(RouteSocket routes, string name) : IAddressApplier, IDisposable
    {
        private readonly Lock _gate = new();

        public string Name => name;

        /// <summary>Sets MTU and state. The kernel makes no IPv6 address: it could not defend it here.</summary>
        public void SetUp(int mtu)
        {
            routes.Change(Link, new LinkChange { Mtu = mtu, AddressGeneration = AddressGenerationMode.None });
            routes.Change(Link, new LinkChange { Up = true });
        }

        public void AddAddress(IPAddress address, int prefixLength)
        {
            lock (_gate)
            {
                routes.AddAddress(Link, new InterfaceAddress(address, prefixLength), detectDuplicates: false);
            }
        }

        public void RemoveAddress(IPAddress address, int prefixLength)
        {
            lock (_gate)
            {
                routes.RemoveAddress(Link, new InterfaceAddress(address, prefixLength));
            }
        }

        public void AddDefaultRoute(IPAddress gateway, int metric)
        {
            lock (_gate)
            {
                routes.AddDefaultRoute(Link, gateway, metric);
            }
        }

        public void RemoveDefaultRoute(IPAddress gateway)
        {
            lock (_gate)
            {
                routes.RemoveDefaultRoute(Link, gateway);
            }
        }

        public void Dispose() => routes.Dispose();

        private LinkState Link =>
            routes.FindLink(name) ?? throw new NetDeviceException($"The TUN interface {name} was removed (ENODEV); make the port again.");
    }
}
