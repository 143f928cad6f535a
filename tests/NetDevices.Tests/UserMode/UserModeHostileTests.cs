using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>Peers that mean harm, with the real libslirp.</summary>
[TestFixture]
internal sealed class UserModeHostileTests
{
    private static readonly MacAddress Mallory = new(0x001A_7DDA_7166);
    private static readonly MacAddress Alice = new(0x001A_7DDA_7101);

    [SetUp]
    public void Need() => SlirpNeed.Check();

    [Test]
    public async Task Frames_OfRandomOctets_LeaveThePortServing([Values(1, 2, 3)] int seed)
    {
        // Restricted: whatever a frame means by chance, it does not leave this machine.
        await using var port = UserModePort.Open(new UserModeOptions { Restricted = true });
        var client = new FrameClient(port);
        var random = new Random(seed);
        for (var i = 0; i < 3000; i++)
        {
            var octets = HostileFrames.Make(random, Mallory, 0);
            Assert.That(EthernetFrame.TryParse(octets, out var frame), Is.True);
            port.Send(frame);
            if (i % 100 == 99)
            {
                var lease = await DhcpFrames.LeaseAsync(client, Alice, (uint)i);
                Assert.That(port.Network.Contains(lease.Address), Is.True, $"seed {seed}, frame {i}");
            }
        }

        Assert.That(port.Counters.FromNetwork, Is.GreaterThan(500), $"seed {seed}");
        Assert.That(port.Counters.Refused, Is.GreaterThan(100), $"seed {seed}");
    }

    [Test]
    public async Task Segments_OfRandomContent_LeaveThePortServing([Values(1, 2, 3)] int seed)
    {
        // Nothing is reachable from the namespace but itself: the NAT may do what it is told.
        await using var rig = new NatRig(new UserModeOptions { AllowHostLoopback = true, SocketLimit = 100 }, isJoined: false);
        using var server = rig.ListenOutside(IPAddress.Loopback);
        var number = ((IPEndPoint)server.LocalEndPoint!).Port;
        var client = new FrameClient(rig.Port);
        var random = new Random(seed);
        for (var i = 0; i < 3000; i++)
        {
            var octets = HostileFrames.Make(random, Mallory, number);
            Assert.That(EthernetFrame.TryParse(octets, out var frame), Is.True);
            rig.Port.Send(frame);
            if (i % 100 == 99)
            {
                await DhcpFrames.LeaseAsync(client, Alice, (uint)i);
            }
        }

        Assert.That(server.Poll(0, SelectMode.SelectRead), Is.True, $"seed {seed}: some connection was begun");
        Assert.That(rig.Port.Counters.FromNetwork, Is.GreaterThan(1000), $"seed {seed}");
    }

    [Test]
    public async Task Flows_AboveTheLimit_AreDroppedAndTheOthersGoOn()
    {
        await using var port = UserModePort.Open(new UserModeOptions { AllowHostLoopback = true, SocketLimit = 3 });
        var client = new FrameClient(port);
        var lease = await DhcpFrames.LeaseAsync(client, Alice, 1);
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var place = new IPEndPoint(port.Gateway, ((IPEndPoint)server.Client.LocalEndPoint!).Port);
        for (var i = 0; i < 5; i++)
        {
            var before = port.Counters;
            client.SendUdp(Alice, port.Address, new IPEndPoint(lease.Address, 4000 + i), place, [(byte)i]);
            port.Until(() => port.Counters.FromNetwork + port.Counters.OverLimit > before.FromNetwork + before.OverLimit, "the frame is taken");
        }

        Assert.That(port.Counters.OverLimit, Is.EqualTo(2));
        for (var i = 0; i < 3; i++)
        {
            var received = await server.ReceiveAsync().WaitAsync(FrameClient.Limit);
            Assert.That(received.Buffer, Is.EqualTo(new[] { (byte)i }));
        }

        Assert.That(server.Available, Is.Zero);
        Assert.That(await DhcpFrames.LeaseAsync(client, Mallory, 2), Is.Not.Null, "leases need no socket");
    }

    [Test]
    public async Task Leases_MoreThanThereAre_AreNotGiven()
    {
        await using var port = UserModePort.Open();
        var client = new FrameClient(port);
        for (var i = 0u; i < UserModeOptions.LeaseCount; i++)
        {
            var lease = await DhcpFrames.LeaseAsync(client, new MacAddress(0x001A_7DDA_8000UL + i), i);
            Assert.That(lease.Address, Is.EqualTo(IPAddress.Parse($"10.0.2.{15 + i}")));
        }

        var frames = client.Count;
        DhcpFrames.Send(client, Mallory, 77, DhcpFrames.Discover);
        var own = await DhcpFrames.LeaseAsync(client, new MacAddress(0x001A_7DDA_8003), 78);
        Assert.That(own.Address, Is.EqualTo(IPAddress.Parse("10.0.2.18")), "who has one keeps it");
        Assert.That(client.Count, Is.EqualTo(frames + 2), "Mallory is not answered");
    }
}
