using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Serial;

/// <summary>A whole host on its own thread and the real clock, at the near end of a serial line.</summary>
internal sealed class LineStation : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private LineStation(BluetoothHost host, SimulatedController controller, byte number)
    {
        Host = host;
        Peer = new PeerAddress(controller.Address);
        Port = new MemoryEthernetPort("pan", new MacAddress(controller.Address.Value).AsUnicast());
        Ip = new IpEndpoint(Port, new IpEndpointOptions { IPv4Address = new IPAddress([10, 0, 0, number]) });
    }

    public BluetoothHost Host { get; }

    public PeerAddress Peer { get; }

    public MemoryEthernetPort Port { get; }

    public IpEndpoint Ip { get; }

    public static async Task<LineStation> OpenAsync(
        IControllerSource source, SimulatedController controller, byte number = 1, bool reopens = false)
    {
        var options = new BluetoothHostOptions
        {
            Name = $"station {number}", PairingAgent = new JustWorksAgent(), KeyStore = new InMemoryLinkKeyStore(), ReopenAfterLoss = reopens,
        };
        return new LineStation(await BluetoothHost.OpenAsync(source, options).WaitAsync(Patience), controller, number);
    }

    /// <summary>Something that takes the controller's answer.</summary>
    public async Task AskAsync(int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            await Host.ReadLocalOobDataAsync().WaitAsync(Patience);
        }
    }

    public async Task AssertReachesAsync(LineStation other, int times, int payload)
    {
        for (var i = 0; i < times; i++)
        {
            var reply = await Ip.PingAsync(other.Ip.IPv4Address!, payload, timeout: Patience);
            Assert.That(reply.Status, Is.EqualTo(PingStatus.Reply), $"ping {i}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync().AsTask().WaitAsync(Patience);
        Assert.That(Host.Loop.Faults, Is.Zero);
        Ip.Dispose();
    }
}
