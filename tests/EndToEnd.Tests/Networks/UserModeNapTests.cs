using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.NetDevices.UserMode;
using HostStack.Pan;

namespace HostStack.EndToEnd.Tests.Networks;

/// <summary>A NAP whose network is the user-mode port: what a peer gets over Bluetooth. In real time, as the NAT's sockets
/// are; traffic goes to the loopback alone.</summary>
[TestFixture]
internal sealed class UserModeNapTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Nap_WithUserModePort_LeasesAnswersAndLeadsOut()
    {
        await using var port = Open(new UserModeOptions { AllowHostLoopback = true });
        await using var piconet = await Piconet.OpenAsync();
        await using var network = await piconet.Server.ServeAsync(PanRole.Nap, port);
        var (first, second) = (await piconet.AddPeerAsync(), await piconet.AddPeerAsync());
        await using var firstPort = PortOf(first);
        await using var secondPort = PortOf(second);
        var machine = new DhcpPeer(firstPort);
        var other = new DhcpPeer(secondPort);
        await first.ConnectAsync(piconet.ServerAddress, PanRole.Nap, firstPort).WaitAsync(Limit);
        await second.ConnectAsync(piconet.ServerAddress, PanRole.Nap, secondPort).WaitAsync(Limit);

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
        await using var piconet = await Piconet.OpenAsync();
        await using var network = await piconet.Server.ServeAsync(PanRole.Nap, port);
        var peer = await piconet.AddPeerAsync();
        await using var peerPort = PortOf(peer);
        using var endpoint = new IpEndpoint(peerPort, new IpEndpointOptions { IPv4Address = IPAddress.Parse("10.0.2.100") });
        await peer.ConnectAsync(piconet.ServerAddress, PanRole.Nap, peerPort).WaitAsync(Limit);
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

    private static MemoryEthernetPort PortOf(BluetoothHost host) =>
        new("pan", new MacAddress(host.Address.Value).AsUnicast());
}
