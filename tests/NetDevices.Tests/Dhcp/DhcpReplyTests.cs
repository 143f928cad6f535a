using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Dhcp;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.Dhcp;

[TestFixture]
public sealed class DhcpReplyTests
{
    private const string Base = "350105 3604C0A80001 330400000E10 0104FFFFFF00";

    private static IEnumerable<int> Lengths() => Enumerable.Range(0, DhcpOctets.Ack.Length);

    [Test]
    public void Ack_OfTheSpecification_IsRead()
    {
        Assert.That(DhcpReply.TryParse(DhcpOctets.Ack, out var reply), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(reply.Type, Is.EqualTo(DhcpMessageType.Ack));
            Assert.That(reply.TransactionId, Is.EqualTo(0x3903F326));
            Assert.That(reply.Hardware, Is.EqualTo(new MacAddress(0x00AA_0100_0042)));
            Assert.That(Text(reply.Address), Is.EqualTo("192.168.0.100"));
            Assert.That(reply.PrefixLength, Is.EqualTo(24));
            Assert.That(Text(reply.Server), Is.EqualTo("192.168.0.1"));
            Assert.That((reply.LeaseSeconds, reply.RenewalSeconds, reply.RebindingSeconds), Is.EqualTo((3600u, 1800u, 3150u)));
            Assert.That(reply.Routers.Select(Text), Is.EqualTo(new[] { "192.168.0.1" }));
            Assert.That(reply.DnsServers.Select(Text), Is.EqualTo(new[] { "192.168.0.1", "8.8.8.8" }));
            Assert.That((reply.DomainName, reply.Mtu), Is.EqualTo(("pan.test", (ushort)1500)));
            Assert.That(reply.Routes, Is.Empty);
        });
    }

    [TestCaseSource(nameof(Lengths))]
    public void Ack_EveryTruncation_IsRejected(int length) =>
        Assert.That(DhcpReply.TryParse(DhcpOctets.Ack.AsSpan(0, length), out _), Is.False);

    [Test]
    public void Ack_WithPaddingBehindTheEnd_IsRead() =>
        Assert.That(DhcpReply.TryParse([.. DhcpOctets.Ack, .. new byte[60]], out _), Is.True);

    [TestCase("350106 3604C0A80001 3802 6E6F FF", "no")]
    [TestCase("350106 3604C0A80001 FF", null)]
    public void Nak_IsRead(string options, string? message)
    {
        Assert.That(DhcpReply.TryParse(DhcpOctets.Reply(options), out var reply), Is.True);
        Assert.That((reply.Type, reply.Address, reply.Message), Is.EqualTo((DhcpMessageType.Nak, 0u, message)));
    }

    [TestCase("3604C0A80001 330400000E10 FF", TestName = "Reply_WithoutType_IsRejected")]
    [TestCase("350101 3604C0A80001 330400000E10 FF", TestName = "Reply_ThatIsADiscover_IsRejected")]
    [TestCase("35020505 3604C0A80001 330400000E10 FF", TestName = "Reply_TypeOfTwoOctets_IsRejected")]
    [TestCase("350105 330400000E10 FF", TestName = "Reply_WithoutServer_IsRejected")]
    [TestCase("350105 360400000000 330400000E10 FF", TestName = "Reply_ServerZero_IsRejected")]
    [TestCase("350105 3604C0A80001 FF", TestName = "Reply_WithoutLeaseTime_IsRejected")]
    [TestCase("350105 3604C0A80001 3303000E10 FF", TestName = "Reply_LeaseOfThreeOctets_IsRejected")]
    [TestCase("350105 3604C0A80001 330400000E10 0104FF00FF00 FF", TestName = "Reply_MaskWithAHole_IsRejected")]
    [TestCase("350105 3604C0A80001 330400000E10 010400000000 FF", TestName = "Reply_MaskZero_IsRejected")]
    [TestCase("350105 3604C0A80001 330400000E10 0303C0A800 FF", TestName = "Reply_RouterOfThreeOctets_IsRejected")]
    [TestCase("350105 3604C0A80001 330400000E10 0605C0A8000100 FF", TestName = "Reply_DnsOfFiveOctets_IsRejected")]
    [TestCase("350105 3604C0A80001 330400000E10 7905 21 C0A80001 FF", TestName = "Reply_RouteBeyond32Bits_IsRejected")]
    [TestCase("350105 3604C0A80001 330400000E10 7904 18 C0A800 FF", TestName = "Reply_RouteCutShort_IsRejected")]
    [TestCase(Base, TestName = "Reply_WithoutEnd_IsRejected")]
    [TestCase(Base + "0304C0A8", TestName = "Reply_OptionBeyondTheField_IsRejected")]
    [TestCase(Base + "03", TestName = "Reply_OptionWithoutLength_IsRejected")]
    [TestCase(Base + "340104 FF", TestName = "Reply_OverloadOfFour_IsRejected")]
    [TestCase(Base + "340100 FF", TestName = "Reply_OverloadOfNothing_IsRejected")]
    [TestCase(Base + "340101 FF", TestName = "Reply_OverloadedFileWithoutEnd_IsRejected")]
    public void Reply_Malformed(string options) =>
        Assert.That(DhcpReply.TryParse(DhcpOctets.Reply(options), out _), Is.False);

    [TestCase("00000000")]
    [TestCase("7F000001")]
    [TestCase("E0000001")]
    [TestCase("FFFFFFFF")]
    [TestCase("C0A80000", Description = "the network")]
    [TestCase("C0A800FF", Description = "its broadcast address")]
    public void Ack_AddressThatNoHostCanHave_IsRejected(string address)
    {
        var octets = DhcpOctets.Ack.ToArray();
        DhcpOctets.Octets(address).CopyTo(octets, 16);
        Assert.That(DhcpReply.TryParse(octets, out _), Is.False);
    }

    [TestCase(0, 1, TestName = "Reply_ThatIsARequest_IsRejected")]
    [TestCase(0, 3, TestName = "Reply_UnknownOperation_IsRejected")]
    [TestCase(1, 6, TestName = "Reply_OtherHardware_IsRejected")]
    [TestCase(2, 16, TestName = "Reply_OtherHardwareLength_IsRejected")]
    [TestCase(28, 1, TestName = "Reply_GroupAsClient_IsRejected")]
    [TestCase(239, 0, TestName = "Reply_OtherCookie_IsRejected")]
    public void Reply_FixedPart(int index, byte value)
    {
        var octets = DhcpOctets.Ack.ToArray();
        octets[index] = value;
        Assert.That(DhcpReply.TryParse(octets, out _), Is.False);
    }

    [Test]
    public void Overload_BothFields_AreReadInTheirOrder()
    {
        // A router list that begins in the options, goes on in file, and ends in sname.
        var octets = DhcpOctets.Reply(
            Base + "340103 0304C0A80001 FF", file: "0304C0A80002 0F02 6162 FF", serverName: "0304C0A80003 FF");
        Assert.That(DhcpReply.TryParse(octets, out var reply), Is.True);
        Assert.That(reply.Routers.Select(Text), Is.EqualTo(new[] { "192.168.0.1", "192.168.0.2", "192.168.0.3" }));
        Assert.That(reply.DomainName, Is.EqualTo("ab"));
    }

    [Test]
    public void Overload_NotSaid_LeavesTheNamesAlone()
    {
        Assert.That(DhcpReply.TryParse(DhcpOctets.Reply(Base + "FF", "0304C0A80002FF", "FF"), out var reply), Is.True);
        Assert.That(reply.Routers, Is.Empty);
    }

    [Test]
    public void Options_CutInPieces_AreOne()
    {
        // RFC 3396: an address that is cut in its middle.
        Assert.That(DhcpReply.TryParse(DhcpOctets.Reply(Base + "0602C0A8 00 06020001 FF"), out var reply), Is.True);
        Assert.That(reply.DnsServers.Select(Text), Is.EqualTo(new[] { "192.168.0.1" }));
    }

    [Test]
    public void ClasslessRoutes_OfTheSpecification_AreRead()
    {
        // RFC 3442: 0.0.0.0/0, 10.0.0.0/8, 10.17.0.0/16, 10.229.0.128/25 by 10.0.0.1, and one with bits beyond its prefix.
        Assert.That(
            DhcpReply.TryParse(
                DhcpOctets.Reply(
                    Base + "79 23 00 0A000001 080A 0A000001 100A11 0A000001 190A E50080 0A000001 14AC1FFF 00000000 FF"),
                out var reply),
            Is.True);
        Assert.That(
            reply.Routes.Select(static route => route.ToString()),
            Is.EqualTo(new[]
            {
                "0.0.0.0/0 via 10.0.0.1", "10.0.0.0/8 via 10.0.0.1", "10.17.0.0/16 via 10.0.0.1",
                "10.229.0.128/25 via 10.0.0.1", "172.31.240.0/20 via 0.0.0.0",
            }));
    }

    [TestCase("0A00 0005", 8)]
    [TestCase("AC10 0005", 16)]
    [TestCase("C0A8 0005", 24)]
    public void Ack_WithoutMask_HasThePrefixOfItsClass(string address, int prefix)
    {
        var octets = DhcpOctets.Reply("350105 3604C0A80001 330400000E10 FF");
        DhcpOctets.Octets(address).CopyTo(octets, 16);
        Assert.That(DhcpReply.TryParse(octets, out var reply), Is.True);
        Assert.That(reply.PrefixLength, Is.EqualTo(prefix));
    }

    [TestCase("0F03 610000", "a")]
    [TestCase("0F02 6100", "a")]
    [TestCase("0F01 00", null)]
    [TestCase("0F00", null)]
    [TestCase("0F02 0A61", null, Description = "no control characters reach a terminal")]
    [TestCase("0F02 61C3", null)]
    public void DomainName_IsTextOrNothing(string option, string? expected)
    {
        Assert.That(DhcpReply.TryParse(DhcpOctets.Reply(Base + option + "FF"), out var reply), Is.True);
        Assert.That(reply.DomainName, Is.EqualTo(expected));
    }

    [TestCase("1A02 0044", 68)]
    [TestCase("1A02 0043", null)]
    [TestCase("1A01 44", null)]
    public void Mtu_IsOneOrNothing(string option, int? expected)
    {
        Assert.That(DhcpReply.TryParse(DhcpOctets.Reply(Base + option + "FF"), out var reply), Is.True);
        Assert.That((int?)reply.Mtu, Is.EqualTo(expected));
    }

    [Test]
    public void Replies_Mutated_NeverThrow([Range(0, 7)] int seed)
    {
        var random = new Random(seed);
        byte[][] sources =
        [
            DhcpOctets.Ack,
            DhcpOctets.Reply(Base + "340103 0304C0A80001 FF", "0304C0A80002 FF", "0304C0A80003 FF"),
            DhcpOctets.Reply(Base + "790A 00 0A000001 00 0A000002 FF"),
        ];
        for (var run = 0; run < 3000; run++)
        {
            var octets = sources[random.Next(sources.Length)].ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                // The options and the type, where the structure is, more often than the empty names.
                var index = random.Next(2) == 0 ? random.Next(octets.Length) : random.Next(240, octets.Length);
                octets[index] = (byte)random.Next(256);
            }

            var length = random.Next(4) == 0 ? random.Next(octets.Length) : octets.Length;
            Assert.That(
                () => DhcpReply.TryParse(octets.AsSpan(0, length), out _),
                Throws.Nothing,
                $"seed {seed}, run {run}: {Convert.ToHexString(octets)}");
        }
    }

    private static string Text(uint address) => new IPAddress(
        [(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]).ToString();
}
