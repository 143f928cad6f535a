using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Testing.Usb;
using HostStack.VirtualController.Usb;

namespace HostStack.EndToEnd.Tests.Usb;

/// <summary>A whole host over <c>usb:</c>, its dongle, and an endpoint behind its port. By the real clock.</summary>
internal sealed class UsbStation : IAsyncDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly HostEventReader _events;

    private UsbStation(BluetoothHost host, UsbDongle dongle, byte number)
    {
        Host = host;
        Dongle = dongle;
        _events = host.Events.Subscribe(4096);
        Port = new MemoryEthernetPort("pan", new MacAddress(host.Address.Value).AsUnicast());
        Ip = new IpEndpoint(Port, new IpEndpointOptions { IPv4Address = new IPAddress([10, 0, 0, number]) });
    }

    public BluetoothHost Host { get; }

    public UsbDongle Dongle { get; }

    public MemoryEthernetPort Port { get; }

    public IpEndpoint Ip { get; }

    public PeerAddress Peer => new(Host.Address);

    /// <summary>Plugs a dongle in and opens a host on it by its place.</summary>
    public static async Task<UsbStation> OpenAsync(DongleBus bus, UsbDongle dongle, byte number)
    {
        var place = bus.Plug(dongle).Location;
        var host = await BluetoothHost.OpenAsync(
            UsbControllerSource.Parse(place, bus),
            new BluetoothHostOptions
            {
                Name = $"station {number}",
                PairingAgent = new JustWorksAgent(),
                Hci = new HciOptions { SupervisionTimeout = TimeSpan.FromSeconds(1) },
                FirstReopenWait = TimeSpan.FromMilliseconds(100),
                LongestReopenWait = TimeSpan.FromMilliseconds(200),
            }).WaitAsync(Limit);
        return new UsbStation(host, dongle, number);
    }

    /// <summary>Reads events until one of a kind comes.</summary>
    public async Task<T> NextAsync<T>()
        where T : HostEvent
    {
        using var limit = new CancellationTokenSource(Limit);
        await foreach (var happened in _events.WithCancellation(limit.Token))
        {
            if (happened is T wanted)
            {
                return wanted;
            }
        }

        throw new InvalidOperationException("The host was closed.");
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync().AsTask().WaitAsync(Limit);
        _events.Dispose();
        Ip.Dispose();
    }
}
