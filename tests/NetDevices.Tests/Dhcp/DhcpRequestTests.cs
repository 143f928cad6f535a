using HostStack.Ethernet;
using HostStack.NetDevices.Dhcp;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.Dhcp;

[TestFixture]
public sealed class DhcpRequestTests
{
    private const string Client = "00AA01000042";
    private const string Identifier = "3D 07 01" + Client;
    private const string Wanted = "37 09 01 79 03 06 0F 1A 33 3A 3B";
    private static readonly MacAddress Mac = new(0x00AA_0100_0042);

    [Test]
    public void Discover_IsThatOfTheSpecification()
    {
        var message = new DhcpRequest(DhcpMessageType.Discover, 0x3903F326, Mac)
        {
            Seconds = 4,
            IsBroadcast = true,
            RequestedAddress = 0xC0A80064,
            HostName = "host",
            MaximumMessageSize = 1500,
        };
        Verify(
            message,
            Head(seconds: "0004", flags: "8000", ciaddr: "00000000")
            + "35 01 01" + Identifier + "32 04 C0A80064" + "39 02 05DC" + Wanted + "0C 04 686F7374" + "FF");
    }

    [Test]
    public void Request_ForAnOffer_NamesServerAndAddress() =>
        Verify(
            new DhcpRequest(DhcpMessageType.Request, 0x3903F326, Mac)
            {
                RequestedAddress = 0xC0A80064,
                Server = 0xC0A80001,
                MaximumMessageSize = 576,
            },
            Head() + "35 01 03" + Identifier + "32 04 C0A80064" + "36 04 C0A80001" + "39 02 0240" + Wanted + "FF");

    [Test]
    public void Request_ForMoreTime_NamesTheAddressInItsFixedPart() =>
        Verify(
            new DhcpRequest(DhcpMessageType.Request, 0x3903F326, Mac) { ClientAddress = 0xC0A80064, MaximumMessageSize = 1500 },
            Head(ciaddr: "C0A80064") + "35 01 03" + Identifier + "39 02 05DC" + Wanted + "FF");

    [Test]
    public void Decline_AsksForNothing() =>
        Verify(
            new DhcpRequest(DhcpMessageType.Decline, 0x3903F326, Mac)
            {
                RequestedAddress = 0xC0A80064,
                Server = 0xC0A80001,
                Message = "no",
            },
            Head() + "35 01 04" + Identifier + "32 04 C0A80064" + "36 04 C0A80001" + "38 02 6E6F" + "FF");

    [Test]
    public void Release_NamesServerAndAddress() =>
        Verify(
            new DhcpRequest(DhcpMessageType.Release, 0x3903F326, Mac) { ClientAddress = 0xC0A80064, Server = 0xC0A80001 },
            Head(ciaddr: "C0A80064") + "35 01 07" + Identifier + "36 04 C0A80001" + "FF");

    [Test]
    public void Request_WithAllThatCanBe_FitsItsRoom()
    {
        var message = new DhcpRequest(DhcpMessageType.Request, 1, Mac)
        {
            RequestedAddress = 1,
            Server = 1,
            HostName = new string('h', 70),
            Message = new string('m', 70),
            MaximumMessageSize = 1500,
        };
        var octets = new byte[DhcpMessage.FixedSize + DhcpRequest.MaximumOptions];
        Assert.That(message.Write(octets), Is.LessThanOrEqualTo(octets.Length).And.GreaterThan(400));
    }

    [Test]
    public void Frame_HasTheHeadersOfItsLayers()
    {
        var frame = new DhcpRequest(DhcpMessageType.Discover, 0x3903F326, Mac).ToFrame(MacAddress.Broadcast, 0, uint.MaxValue);
        var expected = "FFFFFFFFFFFF" + Client + "0800"
            // 20 + 8 + 300 octets, do not fragment, hop limit 64, UDP; the checksum is 0xFFFF minus the sum of the words.
            + "4500 0148 0000 4000 4011 39A6 00000000 FFFFFFFF"
            + "0044 0043 0134";
        Assert.That(Convert.ToHexString(frame)[..expected.Replace(" ", "").Length], Is.EqualTo(expected.Replace(" ", "")));
        Assert.That(IpPacket.TryParse4(frame.AsSpan(EthernetFrame.HeaderSize), out var packet), Is.True);
        Assert.That(UdpDatagram.TryParse(packet, out var datagram), Is.True, "the checksum");
        Assert.That(datagram.Payload.Length, Is.EqualTo(300));
    }

    private static string Head(string seconds = "0000", string flags = "0000", string ciaddr = "00000000") =>
        "01 01 06 00" + DhcpOctets.Xid + seconds + flags + ciaddr + "00000000" + "00000000" + "00000000"
        + Client + "00000000000000000000" + DhcpOctets.NameFields + DhcpOctets.Cookie;

    private static void Verify(in DhcpRequest message, string hex)
    {
        var expected = Convert.ToHexString(DhcpOctets.Octets(hex)).PadRight(600, '0');
        var octets = new byte[DhcpMessage.FixedSize + DhcpRequest.MaximumOptions];
        octets.AsSpan().Fill(0xEE);
        var length = message.Write(octets);
        Assert.That(Convert.ToHexString(octets.AsSpan(0, length)), Is.EqualTo(expected));
    }
}
