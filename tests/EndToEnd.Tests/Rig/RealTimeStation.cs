using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>A whole host by the real clock, on a door of the system's, and an endpoint behind its port.</summary>
internal abstract class RealTimeStation : IAsyncDisposable
{
    /// <summary>How long a step may take before it is taken for one that hangs.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private protected RealTimeStation(BluetoothHost host, byte number)
    {
        Host = host;
        Peer = new PeerAddress(host.Address);
        Port = new MemoryEthernetPort("pan", new MacAddress(host.Address.Value).AsUnicast());
        Ip = new IpEndpoint(Port, new IpEndpointOptions { IPv4Address = new IPAddress([10, 0, 0, number]) });
    }

    public BluetoothHost Host { get; }

    /// <summary>As others know it.</summary>
    public PeerAddress Peer { get; }

    public MemoryEthernetPort Port { get; }

    public IpEndpoint Ip { get; }

    /// <summary>Pings another station.</summary>
    public async Task AssertReachesAsync(RealTimeStation other, int payload, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            var reply = await Ip.PingAsync(other.Ip.IPv4Address!, payload, timeout: Limit);
            Assert.That(reply.Status, Is.EqualTo(PingStatus.Reply), $"ping {i}");
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync().AsTask().WaitAsync(Limit);
        Assert.That(Host.Loop.Faults, Is.Zero);
        Ip.Dispose();
    }
}
