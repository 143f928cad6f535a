using System.Net;
using System.Net.Sockets;
using System.Text;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Memory;
using HostStack.NetDevices.Tests.Linux;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>The port with the real libslirp. Traffic goes to the loopback alone.</summary>
[TestFixture]
internal sealed class UserModePortTests
{
    private static readonly MacAddress Alice = new(0x001A_7DDA_7101);
    private static readonly MacAddress Bob = new(0x001A_7DDA_7102);

    [SetUp]
    public void Need() => SlirpNeed.Check();

    [Test]
    public async Task Open_Defaults_TellWhatThereIs()
    {
        await using var port = UserModePort.Open();
        Assert.That(port.Name, Is.EqualTo("slirp"));
        Assert.That(port.Address, Is.EqualTo(new MacAddress(0x5255_0A00_0202)));
        Assert.That(port.Gateway, Is.EqualTo(IPAddress.Parse("10.0.2.2")));
        Assert.That(port.DnsServer, Is.EqualTo(IPAddress.Parse("10.0.2.3")));
        Assert.That(port.FirstLease, Is.EqualTo(IPAddress.Parse("10.0.2.15")));
        Assert.That(port.LibraryVersion, Does.StartWith("4."));
    }

    [Test]
    public async Task Gateway_Endpoint_AnswersArpNeighbourDiscoveryAndEcho()
    {
        await using var port = UserModePort.Open();
        await using var memory = new MemoryEthernetPort("peer", Alice);
        using var endpoint = new IpEndpoint(memory, new IpEndpointOptions { IPv4Address = IPAddress.Parse("10.0.2.100") });
        Forwarder.Join(memory, port);
        var echo4 = await endpoint.PingAsync(port.Gateway, timeout: FrameClient.Limit);
        var echo6 = await endpoint.PingAsync(IPAddress.Parse("fe80::2"), timeout: FrameClient.Limit);
        Assert.That(echo4.Status, Is.EqualTo(PingStatus.Reply));
        Assert.That(echo6.Status, Is.EqualTo(PingStatus.Reply));
    }

    [Test]
    public async Task Dhcp_SeveralPeers_GetAddressesOfTheirOwn()
    {
        await using var port = UserModePort.Open(new UserModeOptions
        {
            Network = IPNetwork.Parse("192.168.77.0/24"),
            FirstLease = IPAddress.Parse("192.168.77.100"),
            DomainName = "piconet.example",
        });
        var client = new FrameClient(port);
        var alice = await DhcpFrames.LeaseAsync(client, Alice, 1);
        var bob = await DhcpFrames.LeaseAsync(client, Bob, 2);
        var again = await DhcpFrames.LeaseAsync(client, Alice, 3);
        Assert.That(
            alice,
            Is.EqualTo(new DhcpLease(
                IPAddress.Parse("192.168.77.100"),
                IPAddress.Parse("255.255.255.0"),
                IPAddress.Parse("192.168.77.2"),
                IPAddress.Parse("192.168.77.3"),
                "piconet.example")));
        Assert.That(bob.Address, Is.EqualTo(IPAddress.Parse("192.168.77.101")));
        Assert.That(again, Is.EqualTo(alice));
    }

    [Test]
    public async Task Router_Solicited_AdvertisesThePrefix()
    {
        await using var port = UserModePort.Open(new UserModeOptions { Network6 = IPNetwork.Parse("fd12:3456:789a:1::/64") });
        var client = new FrameClient(port);
        var source = InternetAddress.LinkLocal(Alice);
        var routers = new InternetAddress(new UInt128(0xFF02_0000_0000_0000, 2));
        var packet = new byte[IpPacket.HeaderSize6 + 8];
        packet[IpPacket.HeaderSize6] = 133;
        IcmpMessage.WriteHeader((IcmpType)133, source, routers, packet.AsSpan(IpPacket.HeaderSize6));
        new IpPacket(source, routers, IpProtocol.IcmpV6, packet.AsSpan(IpPacket.HeaderSize6), IpPacket.NeighbourHopLimit)
            .WriteHeader(packet);
        client.Send(Alice, routers.MulticastMac(), EtherType.IPv6, packet);
        var advertisement = await client.NextAsync(
            static octets => octets.Length > 56 && octets[20] == 58 && octets[54] == 134, "router advertisement");

        // The prefix information option (RFC 4861, 4.6.2): type 3, 4 times 8 octets, 64 bits, on-link and autonomous.
        var place = advertisement.AsSpan().IndexOf((ReadOnlySpan<byte>)[3, 4, 64, 0xC0]);
        Assert.That(place, Is.Positive);
        Assert.That(
            new IPAddress(advertisement.AsSpan(place + 16, 16)), Is.EqualTo(IPAddress.Parse("fd12:3456:789a:1::")));
    }

    [Test]
    public async Task Loopback_Allowed_IsReachedThroughTheGateway()
    {
        await using var port = UserModePort.Open(new UserModeOptions { AllowHostLoopback = true });
        var client = new FrameClient(port);
        var lease = await DhcpFrames.LeaseAsync(client, Alice, 1);
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var place = new IPEndPoint(port.Gateway, ((IPEndPoint)server.Client.LocalEndPoint!).Port);
        client.SendUdp(Alice, port.Address, new IPEndPoint(lease.Address, 4000), place, "question"u8);
        var question = await server.ReceiveAsync().WaitAsync(FrameClient.Limit);
        Assert.That(question.Buffer, Is.EqualTo("question"u8.ToArray()));
        await server.SendAsync(Encoding.ASCII.GetBytes("answer"), question.RemoteEndPoint);
        byte[] answer = [];
        await client.NextAsync(octets => FrameClient.TryReadUdp(octets, 4000, out answer), "answer");
        Assert.That(answer, Is.EqualTo("answer"u8.ToArray()));
    }

    [Test]
    public async Task Loopback_ByDefault_IsNotReached()
    {
        await using var port = UserModePort.Open();
        var client = new FrameClient(port);
        var lease = await DhcpFrames.LeaseAsync(client, Alice, 1);
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var number = ((IPEndPoint)server.Client.LocalEndPoint!).Port;
        IPAddress[] ways = [port.Gateway, IPAddress.Loopback, IPAddress.Any, IPAddress.Broadcast];
        foreach (var way in ways)
        {
            client.SendUdp(Alice, port.Address, new IPEndPoint(lease.Address, 4000), new IPEndPoint(way, number), "question"u8);
        }

        // What is asked after them is answered after them.
        await DhcpFrames.LeaseAsync(client, Alice, 2);
        Assert.That(server.Available, Is.Zero);
        Assert.That(port.Counters.Refused, Is.EqualTo(ways.Length - 1));
    }

    [Test]
    public async Task Forward_Udp_LeadsToTheFirstLease()
    {
        var (port, number) = FreeForward.Open(static free => $"udp:{free}:7000");
        await using var opened = port;
        var client = new FrameClient(port);
        var lease = await DhcpFrames.LeaseAsync(client, Alice, 1);
        using var outside = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        await outside.SendAsync("knock"u8.ToArray(), new IPEndPoint(IPAddress.Loopback, number));
        byte[] knock = [];
        var frame = await client.NextAsync(octets => FrameClient.TryReadUdp(octets, 7000, out knock), "forwarded datagram");
        Assert.That(knock, Is.EqualTo("knock"u8.ToArray()));
        Assert.That(MacAddress.Read(frame), Is.EqualTo(Alice));
        Assert.That(new IPAddress(frame.AsSpan(30, 4)), Is.EqualTo(lease.Address));
    }

    [Test]
    public async Task Forward_PortThatIsTaken_IsToldWithTheRemedy()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var number = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var options = new UserModeOptions
        {
            Forwards = [new PortForward(PortForwardProtocol.Tcp, IPAddress.Loopback, number, null, 80)],
        };
        Assert.That(
            () => UserModePort.Open(options),
            Throws.InstanceOf<NetDeviceException>().With.Message.Contains("EADDRINUSE").And.Message.Contains($"port {number}"));

        // What failed has left nothing: another port opens.
        await using var next = UserModePort.Open();
        Assert.That(await DhcpFrames.LeaseAsync(new FrameClient(next), Bob, 9), Is.Not.Null);
    }

    [Test]
    public async Task Restricted_Port_LeasesWithoutAWayOut()
    {
        await using var port = UserModePort.Open(new UserModeOptions { Restricted = true, AllowHostLoopback = true });
        var client = new FrameClient(port);
        var lease = await DhcpFrames.LeaseAsync(client, Alice, 1);
        Assert.That(lease.Router, Is.Null);
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var place = new IPEndPoint(port.Gateway, ((IPEndPoint)server.Client.LocalEndPoint!).Port);
        client.SendUdp(Alice, port.Address, new IPEndPoint(lease.Address, 4000), place, "question"u8);
        await DhcpFrames.LeaseAsync(client, Alice, 2);
        Assert.That(server.Available, Is.Zero);
    }

    [Test]
    public async Task NameServer_Outside_IsTold()
    {
        await using var port = UserModePort.Open(new UserModeOptions { DnsServer = IPAddress.Parse("192.0.2.53") });
        var lease = await DhcpFrames.LeaseAsync(new FrameClient(port), Alice, 1);
        Assert.That(lease.NameServer, Is.EqualTo(IPAddress.Parse("192.0.2.53")));
    }
}
