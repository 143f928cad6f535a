using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Capture;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.Interop.Tests.Judge;

/// <summary>Hosts on a simulated radio, each with a capture of what passes between it and its controller.</summary>
internal sealed class JudgedWorld : IDisposable
{
    private readonly Simulation _simulation = new(seed: 11) { Limit = TimeSpan.FromHours(1) };
    private readonly List<JudgedHost> _hosts = [];
    private readonly VirtualRadio _radio;
    private readonly string _folder;

    private JudgedWorld(string folder)
    {
        _folder = folder;
        _radio = VirtualRadio.In(_simulation);
    }

    /// <summary>Plays a story, closes the hosts and gives their captures.</summary>
    /// <param name="folder">Where the captures go.</param>
    /// <param name="story">What the hosts do.</param>
    /// <returns>The captures, in the order in which hosts were made.</returns>
    public static IReadOnlyList<string> Play(string folder, Func<JudgedWorld, Task> story)
    {
        using var world = new JudgedWorld(folder);
        world._simulation.Run(() => story(world));
        world._simulation.Run(world.CloseAsync);
        world._hosts.ForEach(static host => host.Capture.Dispose());
        return [.. world._hosts.Select(static host => host.CapturePath)];
    }

    /// <summary>A host with an endpoint on 10.0.0.0/8.</summary>
    /// <param name="number">The last octet of its address, and of its name.</param>
    public async Task<JudgedHost> HostAsync(byte number)
    {
        var controller = _radio.Add();
        var path = Path.Combine(_folder, $"host-{number}.btsnoop");
        var capture = BtsnoopWriter.Create(path, _simulation.Time);
        var host = await BluetoothHost.OpenAsync(controller.Source, new BluetoothHostOptions
        {
            Name = $"host {number}",
            Discoverable = true,
            Loop = _simulation.CreateLoop($"host {number}"),
            CallbackScheduler = _simulation.Callbacks,
            PairingAgent = new JustWorksAgent(),
            Capture = capture,
            Seed = number,
        });
        var port = new MemoryEthernetPort($"port {number}", new MacAddress(host.Address.Value).AsUnicast());
        var ip = new IpEndpoint(port, new IpEndpointOptions { IPv4Address = new IPAddress([10, 0, 0, number]) }, _simulation.Time);
        var judged = new JudgedHost(host, port, ip, capture, path);
        _hosts.Add(judged);
        return judged;
    }

    public Task DelayAsync(double seconds) => _simulation.DelayAsync(TimeSpan.FromSeconds(seconds));

    public void Dispose()
    {
        _radio.Dispose();
        _simulation.Dispose();
    }

    private async Task CloseAsync()
    {
        foreach (var host in _hosts)
        {
            await host.Host.DisposeAsync();
            host.Ip.Dispose();
        }
    }
}

/// <summary>One host of a <see cref="JudgedWorld"/>.</summary>
internal sealed record JudgedHost(
    BluetoothHost Host, MemoryEthernetPort Port, IpEndpoint Ip, BtsnoopWriter Capture, string CapturePath)
{
    public PeerAddress Peer => new(Host.Address);

    /// <summary>Pairs, this host asking.</summary>
    public async Task BondAsync(JudgedHost acceptor)
    {
        await acceptor.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var outcome = await Host.PairAsync(acceptor.Peer);
        Assert.That(outcome.Succeeded, Is.True, outcome.ToString());
        await acceptor.Host.ClosePairingWindowAsync();
    }

    /// <summary>Pings a peer: ARP and ICMP, neighbour discovery and ICMPv6, in one fragment and in several.</summary>
    public async Task AssertReachesAsync(JudgedHost other)
    {
        foreach (var address in new[] { other.Ip.IPv4Address!, other.Ip.LinkLocalAddress })
        {
            foreach (var length in new[] { 56, 1400 })
            {
                Assert.That((await Ip.PingAsync(address, length)).Status, Is.EqualTo(PingStatus.Reply), $"{address}, {length} octets");
            }
        }
    }

    /// <summary>Becomes the user of a peer's network.</summary>
    public Task<PanConnection> JoinAsync(JudgedHost server, PanRole role) => Host.ConnectAsync(server.Peer, role, Port);
}
