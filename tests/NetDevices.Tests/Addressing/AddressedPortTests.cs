using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Dhcp;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Tests.Dhcp;

namespace HostStack.NetDevices.Tests.Addressing;

[TestFixture]
public sealed class AddressedPortTests
{
    private const string Leased = "192.168.0.100/24 by DHCP from 192.168.0.1";
    private static readonly AddressingOptions Dhcp = new() { UseDhcp = true };

    [Test]
    public void Dhcp_OnCarrier_GetsAnAddressWithinASecond()
    {
        var rig = new AddressedRig(Dhcp);
        rig.Run(5);
        Assert.That(rig.Said, Is.Empty, "no network, no question");
        rig.Port.SetCarrier(true);
        rig.Run(0.9);
        Assert.That(rig.System, Is.EqualTo(new[] { "up", "add 192.168.0.100/24" }));
        Assert.That(rig.Events, Is.EqualTo(new[] { "Added " + Leased }));
        var assignment = rig.Port.Assignments.Single();
        Assert.That((assignment.Gateway, assignment.LeaseTime), Is.EqualTo((IPAddress.Parse("192.168.0.1"), TimeSpan.FromHours(1))));
        Assert.That(rig.Arps.Select(static arp => arp.SenderIp), Is.EqualTo(new uint[] { 0, 0, 0, 0xC0A80064 }));
        Assert.That(rig.Received, Is.Zero, "the machine saw nothing of it");
    }

    [Test]
    public void Dhcp_AddressOfAnother_IsDeclined()
    {
        var rig = new AddressedRig(Dhcp with { UseLinkLocal = false }) { Taken = "192.168.0.100" };
        rig.Port.SetCarrier(true);
        rig.Run(1);
        Assert.That(rig.Said[^1].Type, Is.EqualTo(DhcpMessageType.Decline));
        Assert.That(rig.Events, Is.Empty);
        rig.Address = "192.168.0.101";
        rig.Run(11);
        Assert.That(rig.Events, Is.EqualTo(new[] { "Added 192.168.0.101/24 by DHCP from 192.168.0.1" }));
    }

    [Test]
    public void Dhcp_NetworkTooWide_IsSaidAndNotPutOn()
    {
        var rig = new AddressedRig(Dhcp with { UseLinkLocal = false }) { Address = "200.0.0.1", Mask = "80000000" };
        rig.Port.SetCarrier(true);
        rig.Run(1);
        Assert.That(rig.System, Is.EqualTo(new[] { "up" }));
        Assert.That(rig.Events.Single(), Does.StartWith("The network 200.0.0.1/1 by DHCP from 192.168.0.1 is not taken: "));
    }

    [Test]
    public void Dhcp_RenewalWithAnotherMask_IsPutOnUnlessItIsTooWide()
    {
        var rig = new AddressedRig(Dhcp with { UseLinkLocal = false });
        rig.Port.SetCarrier(true);
        rig.Run(1);
        rig.Mask = "FFFF0000";
        rig.Run(1800);
        string[] changed = ["up", "add 192.168.0.100/24", "remove 192.168.0.100/24", "add 192.168.0.100/16"];
        Assert.That(rig.System, Is.EqualTo(changed));
        rig.Mask = "C0000000";
        rig.Run(1800);
        Assert.That(rig.System, Is.EqualTo(changed));
        Assert.That(rig.Events[^1], Does.StartWith("The network 192.168.0.100/2 by DHCP"));
    }

    [Test]
    public void Dhcp_AddressTakenLater_IsDefendedThenGivenUp()
    {
        var rig = new AddressedRig(Dhcp with { UseLinkLocal = false });
        rig.Port.SetCarrier(true);
        rig.Run(60);
        rig.Arps.Clear();
        var conflict = new ArpPacket(ArpOperation.Reply, AddressedRig.ServerMac, 0xC0A80064, default, 0);
        rig.SendArp(conflict);
        Assert.That(rig.Arps, Has.Count.EqualTo(1));
        rig.SendArp(conflict);
        Assert.That(rig.Said[^1].Type, Is.EqualTo(DhcpMessageType.Decline));
        Assert.That(rig.Events[^1], Is.EqualTo("Removed " + Leased));
        Assert.That(rig.Received, Is.EqualTo(2), "the machine sees ARP too");
    }

    [Test]
    public void DefaultRoute_NotAskedFor_IsNotMade()
    {
        var rig = new AddressedRig(Dhcp);
        rig.Port.SetCarrier(true);
        rig.Run(2);
        Assert.That(rig.System, Has.None.StartsWith("route"));
    }

    [Test]
    public async Task DefaultRoute_AskedFor_FollowsTheCarrier()
    {
        var rig = new AddressedRig(Dhcp with { DefaultRouteMetric = 700 });
        rig.Port.SetCarrier(true);
        rig.Run(2);
        rig.Port.SetCarrier(false);
        rig.Run(100);
        rig.Port.SetCarrier(true);
        rig.Run(2);
        await rig.Port.DisposeAsync();
        Assert.That(rig.System, Is.EqualTo(new[]
        {
            "up", "add 192.168.0.100/24", "route 192.168.0.1 700",
            "down", "unroute 192.168.0.1",
            "up", "route 192.168.0.1 700",
            "unroute 192.168.0.1", "remove 192.168.0.100/24",
        }));
    }

    [TestCase("0304C0A90001", null, TestName = "Gateway_OffTheLink_IsNone")]
    [TestCase("0304C0A80064", null, TestName = "Gateway_ThatIsOurself_IsNone")]
    [TestCase("0308C0A90001C0A80002", "192.168.0.2", TestName = "Gateway_FirstOnTheLink_IsTaken")]
    [TestCase("0304C0A80001 790500C0A80009", "192.168.0.9", TestName = "Gateway_OfClasslessRoutes_IsPreferred")]
    [TestCase("0304C0A80001 7906080AC0A80009", null, TestName = "Gateway_ClasslessRoutesWithoutDefault_IsNone")]
    public void Gateway(string options, string? expected)
    {
        var rig = new AddressedRig(Dhcp with { DefaultRouteMetric = 1 }) { MoreOptions = options.Replace(" ", "") };
        rig.Port.SetCarrier(true);
        rig.Run(2);
        Assert.That(rig.Port.Assignments.Single().Gateway?.ToString(), Is.EqualTo(expected));
        Assert.That(rig.System.Contains($"route {expected} 1"), Is.EqualTo(expected is not null));
    }

    [Test]
    public void Reconnect_KeepsTheAddressAndConfirmsIt()
    {
        var rig = new AddressedRig(Dhcp);
        rig.Port.SetCarrier(true);
        rig.Run(60);
        rig.Port.SetCarrier(false);
        rig.Run(600);
        rig.Said.Clear();
        rig.Port.SetCarrier(true);
        rig.Run(2);
        Assert.That(rig.Said.Select(static said => said.Type), Is.EqualTo(new[] { DhcpMessageType.Request }));
        Assert.That(rig.Events, Is.EqualTo(new[] { "Added " + Leased, "Updated " + Leased }));
        Assert.That(rig.System, Is.EqualTo(new[] { "up", "add 192.168.0.100/24", "down", "up" }));
    }

    [Test]
    public void Reconnect_ToAnotherNetwork_ReplacesTheAddress()
    {
        var rig = new AddressedRig(Dhcp);
        rig.Port.SetCarrier(true);
        rig.Run(60);
        rig.Port.SetCarrier(false);
        rig.Address = "192.168.0.7";
        rig.Port.SetCarrier(true);
        rig.Run(2);
        Assert.That(rig.System[^2..], Is.EqualTo(new[] { "remove 192.168.0.100/24", "add 192.168.0.7/24" }));
    }

    [Test]
    public void Carrier_AwayUntilTheLeaseEnds_TakesTheAddressOff()
    {
        var rig = new AddressedRig(Dhcp) { Lease = 120 };
        rig.Port.SetCarrier(true);
        rig.Run(10);
        rig.Port.SetCarrier(false);
        rig.Run(109);
        Assert.That(rig.System, Has.None.StartsWith("remove"));
        rig.Run(1);
        Assert.That(rig.System[^1], Is.EqualTo("remove 192.168.0.100/24"));
    }

    [Test]
    public void Lease_IsRenewedWithoutTouchingTheInterface()
    {
        var rig = new AddressedRig(Dhcp) { Lease = 120 };
        rig.Port.SetCarrier(true);
        rig.Run(600);
        Assert.That(rig.System, Is.EqualTo(new[] { "up", "add 192.168.0.100/24" }));
        Assert.That(rig.Events.Count(static line => line.StartsWith("Updated", StringComparison.Ordinal)), Is.EqualTo(10));
    }

    [Test]
    public void Lease_RefusedByTheSystem_IsTriedAgainWhenItIsRenewed()
    {
        var rig = new AddressedRig(Dhcp) { Lease = 120, Unwanted = "192.168.0.100" };
        rig.Port.SetCarrier(true);
        rig.Run(30);
        Assert.That(rig.Port.Assignments, Is.Empty);
        Assert.That(rig.Events, Is.EqualTo(new[] { "192.168.0.100 is refused; take another." }));

        rig.Unwanted = null;
        rig.Run(60);
        Assert.That(rig.System, Is.EqualTo(new[] { "up", "add 192.168.0.100/24" }));
        Assert.That(rig.Events[1], Is.EqualTo("Added " + Leased));
    }

    [Test]
    public void Fallback_WithoutServer_ClaimsLinkLocalAndGivesWay()
    {
        var rig = new AddressedRig(Dhcp with { FallbackAfter = TimeSpan.FromSeconds(8) }) { Answers = false };
        rig.Port.SetCarrier(true);
        rig.Run(8);
        Assert.That(rig.Arps, Is.Empty);
        rig.Run(10);
        Assert.That(rig.Events.Single(), Does.StartWith("Added 169.254.").And.EndsWith("/16 link-local"));
        rig.Answers = true;
        rig.Run(64);
        Assert.That(rig.Events, Has.Count.EqualTo(3));
        Assert.That(rig.Events[1], Does.StartWith("Removed 169.254."));
        Assert.That(rig.Events[2], Is.EqualTo("Added " + Leased));
    }

    [Test]
    public void LinkLocal_WithoutDhcp_IsClaimedAtOnceAndProbedAgainAfterAReconnect()
    {
        var rig = new AddressedRig(new AddressingOptions());
        rig.Port.SetCarrier(true);
        rig.Run(8);
        Assert.That(rig.Events, Has.Count.EqualTo(1));
        var address = rig.Port.Assignments.Single().Address.ToString();
        rig.Port.SetCarrier(false);
        rig.Port.SetCarrier(true);
        rig.Run(8);
        Assert.That(rig.Events, Has.Count.EqualTo(1), "still good");
        rig.Taken = address;
        rig.Port.SetCarrier(false);
        rig.Port.SetCarrier(true);
        rig.Run(8);
        Assert.That(rig.Events, Has.Count.EqualTo(3));
        Assert.That(rig.Events[1], Does.StartWith("Removed " + address));
        Assert.That(rig.Port.Assignments.Single().Address.ToString(), Is.Not.EqualTo(address));
    }

    [Test]
    public async Task Fixed_Addresses_AreThereFromTheStartAndGoAtTheEnd()
    {
        var rig = new AddressedRig(new AddressingOptions
        {
            Fixed = [new(IPAddress.Parse("10.0.0.2"), 24), new(IPAddress.Parse("fd00::2"), 64)],
            FixedGateway = IPAddress.Parse("10.0.0.1"),
            DefaultRouteMetric = 50,
        });
        Assert.That(rig.System, Is.EqualTo(new[] { "add 10.0.0.2/24", "add fd00::2/64" }));
        rig.Port.SetCarrier(true);
        rig.Run(20);
        Assert.That(rig.Arps, Is.Empty, "no link-local address beside a fixed one");
        await rig.Port.DisposeAsync();
        Assert.That(
            rig.System[2..],
            Is.EqualTo(new[] { "up", "route 10.0.0.1 50", "unroute 10.0.0.1", "remove 10.0.0.2/24", "remove fd00::2/64" }));
    }

    [Test]
    public void Fixed_RefusedByTheSystem_IsToldAndTheRestGoesOn()
    {
        var rig = new AddressedRig(Dhcp) { Unwanted = "192.168.0.100" };
        rig.Port.SetCarrier(true);
        rig.Run(2);
        Assert.That(rig.Events, Is.EqualTo(new[] { "192.168.0.100 is refused; take another." }));
        Assert.That(rig.Port.Assignments, Is.Empty);
    }

    [Test]
    public async Task End_WithCarrier_GivesTheLeaseBack()
    {
        var rig = new AddressedRig(Dhcp);
        rig.Port.SetCarrier(true);
        rig.Run(2);
        await rig.Port.EndAddressingAsync();
        Assert.That((rig.Said[^1].Type, rig.Said[^1].To), Is.EqualTo((DhcpMessageType.Release, AddressedRig.ServerMac)));
        Assert.That(rig.System[^1], Is.EqualTo("remove 192.168.0.100/24"));
        rig.Port.SetCarrier(false);
        rig.Port.SetCarrier(true);
        var said = rig.Said.Count;
        rig.Run(1000);
        Assert.That(rig.Said, Has.Count.EqualTo(said), "it is over");
        await rig.Port.DisposeAsync();
        await rig.Port.DisposeAsync();
    }

    [TestCase(true, true, TestName = "End_WithoutCarrier_SaysNothing")]
    [TestCase(false, false, TestName = "End_NotToRelease_SaysNothing")]
    public async Task End_Silently(bool releases, bool carrierGoes)
    {
        var rig = new AddressedRig(Dhcp with { ReleaseAtEnd = releases });
        rig.Port.SetCarrier(true);
        rig.Run(2);
        if (carrierGoes)
        {
            rig.Port.SetCarrier(false);
        }

        await rig.Port.DisposeAsync();
        Assert.That(rig.Said.Select(static said => said.Type), Has.None.EqualTo(DhcpMessageType.Release));
        Assert.That(rig.System[^1], Is.EqualTo("remove 192.168.0.100/24"));
    }

    [Test]
    public void Messages_ForOthers_PassToTheMachine()
    {
        var rig = new AddressedRig(Dhcp);
        rig.Port.SetCarrier(true);
        rig.Run(2);
        var other = DhcpOctets.Ack.ToArray();
        other[33] ^= 1;
        rig.Send(other);
        rig.Send([1, 2, 3]);
        Assert.That(rig.Received, Is.EqualTo(2));
        rig.Send(DhcpOctets.Ack);
        Assert.That(rig.Received, Is.EqualTo(2), "late answers to us are not the machine's business");
        var plain = new AddressedRig(new AddressingOptions());
        plain.Port.SetCarrier(true);
        plain.Send(DhcpOctets.Ack);
        Assert.That(plain.Received, Is.EqualTo(1), "without DHCP all of it is");
    }

    [Test]
    public void Frames_PassingThrough_AllocateNothing()
    {
        var rig = new AddressedRig(Dhcp);
        rig.Port.SetCarrier(true);
        rig.Run(2);
        var tcp = new byte[1500];
        tcp[0] = 0x45;
        tcp[9] = 6;
        var udp = new byte[200];
        udp[0] = 0x45;
        udp[9] = 17;
        Pass(EtherType.IPv4, tcp);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Pass(EtherType.IPv4, tcp);
            Pass(EtherType.IPv4, udp);
            Pass(EtherType.IPv6, tcp);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(rig.Received, Is.EqualTo(301));

        void Pass(EtherType type, byte[] payload) =>
            rig.Port.Send(new EthernetFrame(AddressedRig.Mac, AddressedRig.ServerMac, type, payload));
    }

    [Test]
    public void Frames_Mutated_NeverThrow([Range(0, 3)] int seed)
    {
        var rig = new AddressedRig(Dhcp, seed) { Answers = false };
        var random = new Random(seed);
        rig.Port.SetCarrier(true);
        for (var run = 0; run < 2000; run++)
        {
            var octets = DhcpOctets.Frame(DhcpOctets.Ack, AddressedRig.ServerMac, AddressedRig.Mac);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                octets[random.Next(12, random.Next(2) == 0 ? 60 : octets.Length)] = (byte)random.Next(256);
            }

            var length = random.Next(EthernetFrame.HeaderSize, octets.Length + 1);
            Assert.That(
                () => EthernetFrame.TryParse(octets.AsSpan(0, length), out var frame) && rig.Port.Send(frame),
                Throws.Nothing,
                $"seed {seed}, run {run}: {Convert.ToHexString(octets)}");
            rig.Run(random.NextDouble());
        }

        Assert.That(rig.Events, Has.None.Contains("DHCP"));
    }

    [TestCase("0.0.0.0", 24)]
    [TestCase("10.0.0.0", 24)]
    [TestCase("10.0.0.255", 24)]
    [TestCase("224.0.0.1", 24)]
    [TestCase("10.0.0.1", 33)]
    [TestCase("10.0.0.1", 0)]
    [TestCase("::", 64)]
    [TestCase("::1", 128)]
    [TestCase("ff02::1", 64)]
    [TestCase("fd00::1", 129)]
    public void Options_AddressThatNoHostCanHave_AreRefused(string address, int length) =>
        Assert.That(
            () => new AddressedRig(new AddressingOptions { Fixed = [new(IPAddress.Parse(address), length)] }),
            Throws.ArgumentException);

    [TestCase("")]
    [TestCase("a b")]
    [TestCase("host.example")]
    public void Options_HostNameThatCannotBe_AreRefused(string name) =>
        Assert.That(() => new AddressedRig(Dhcp with { HostName = name }), Throws.ArgumentException);
}
