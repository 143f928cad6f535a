using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.NetDevices.UserMode;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.EndToEnd.Tests.Networks;

/// <summary>A NAP whose network is the user-mode port: what a peer gets over Bluetooth. In real time, as the NAT's sockets
/// are; traffic goes to the loopback alone.</summary>
[TestFixture]
internal sealed class UserModeNapTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Nap_WithUserModePort_LeasesAnswersAndLeadsOut()
    {
        await using var port = Open(new UserModeOptions { AllowHostLoopback = true });
        await using var piconet = await Piconet.OpenAsync(peers: 2);
        await using var network = await piconet.Server.ServeAsync(PanRole.Nap, port);
        var (first, second) = (piconet.Peer(0), piconet.Peer(1));
        var machine = new DhcpPeer(first.Port);
        var other = new DhcpPeer(second.Port);
        await piconet.JoinAsync(first);
        await piconet.JoinAsync(second);

        var (address, router) = await machine.LeaseAsync(1);
        var (otherAddress, _) = await other.LeaseAsync(2);
        Assert.That(address, Is.EqualTo(port.FirstLease));
        Assert.That(router, Is.EqualTo(port.Gateway));
        Assert.That(otherAddress, Is.Not.EqualTo(address));

        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var serving = EchoAsync(server);
        var place = new IPEndPoint(port.Gateway, ((IPEndPoint)server.Client.LocalEndPoint!).Port);
        var answer = await machine.AskAsync(port.Address, place, 4000, "over the air and out"u8.ToArray());
        await serving;
        Assert.That(answer, Is.EqualTo("over the air and out"u8.ToArray()));

        var status = await network.GetStatusAsync();
        Assert.That(status.Peers, Has.Count.EqualTo(2));
        Assert.That(port.Counters.DroppedToNetwork + port.Counters.DroppedFromNetwork, Is.Zero);
    }

    [Test]
    public async Task Nap_WithUserModePort_AnswersPingsOfBothFamilies()
    {
        await using var port = Open(new UserModeOptions());
        await using var piconet = await Piconet.OpenAsync(peers: 1);
        await using var network = await piconet.Server.ServeAsync(PanRole.Nap, port);
        var peer = piconet.Peer(0);
        using var endpoint = new IpEndpoint(peer.Port, new IpEndpointOptions { IPv4Address = IPAddress.Parse("10.0.2.100") });
        await piconet.JoinAsync(peer);
        Assert.That((await endpoint.PingAsync(port.Gateway, timeout: Limit)).Status, Is.EqualTo(PingStatus.Reply));
        Assert.That((await endpoint.PingAsync(IPAddress.Parse("fe80::2"), timeout: Limit)).Status, Is.EqualTo(PingStatus.Reply));
        Assert.That(
            (await endpoint.PingAsync(port.Gateway, payloadLength: 1400, timeout: Limit)).Status, Is.EqualTo(PingStatus.Reply));
    }

    private static UserModePort Open(UserModeOptions options)
    {
        if (!UserModePort.IsAvailable(out _, out var problem))
        {
            Assert.Ignore(problem);
        }

        return UserModePort.Open(options);
    }

    private static async Task EchoAsync(UdpClient server)
    {
        var question = await server.ReceiveAsync().WaitAsync(Limit);
        await server.SendAsync(question.Buffer, question.RemoteEndPoint);
    }

    private sealed record Member(BluetoothHost Host, MemoryEthernetPort Port);

    /// <summary>Hosts with threads of their own on one radio.</summary>
    private sealed class Piconet(VirtualRadio radio, BluetoothHost server, SimulatedController controller) : IAsyncDisposable
    {
        private readonly List<Member> _peers = [];

        public BluetoothHost Server => server;

        public static async Task<Piconet> OpenAsync(int peers)
        {
            var radio = new VirtualRadio();
            radio.Start();
            var controller = radio.Add();
            var piconet = new Piconet(radio, await HostAsync(controller, "nap"), controller);
            for (var i = 0; i < peers; i++)
            {
                var own = radio.Add();
                var port = new MemoryEthernetPort("pan", new MacAddress(own.Address.Value).AsUnicast());
                piconet._peers.Add(new Member(await HostAsync(own, $"peer {i}"), port));
            }

            return piconet;
        }

        public Member Peer(int index) => _peers[index];

        public async Task JoinAsync(Member peer)
        {
            var address = new PeerAddress(controller.Address);
            await server.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
            var pairing = await peer.Host.PairAsync(address).WaitAsync(Limit);
            Assert.That(pairing.Succeeded, Is.True, pairing.ToString());
            await peer.Host.ConnectAsync(address, PanRole.Nap, peer.Port).WaitAsync(Limit);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var peer in _peers)
            {
                await peer.Host.DisposeAsync();
            }

            await server.DisposeAsync();
            radio.Dispose();
        }

        private static Task<BluetoothHost> HostAsync(SimulatedController controller, string name) =>
            BluetoothHost.OpenAsync(
                controller.Source, new BluetoothHostOptions { Name = name, PairingAgent = new JustWorksAgent() }).WaitAsync(Limit);
    }
}
