using HostStack.Bnep.Frames;
using HostStack.Ethernet;

namespace HostStack.Bnep.Tests.Frames;

[TestFixture]
internal sealed class BnepHeaderTests
{
    // The first is figure 21, the second figure 22; the others have the same frame with one address (2.8, 2.9).
    private static readonly object[] Headers =
    [
        new object[] { "00 0030B7456789 00AA00554433 0800", 0, 15 },
        new object[] { "02 0800", 2, 3 },
        new object[] { "03 00AA00554433 0800", 3, 9 },
        new object[] { "04 0030B7456789 0800", 4, 9 },
    ];

    [TestCaseSource(nameof(Headers))]
    public void Parse_EachFrameType_GivesBothAddresses(string octets, int type, int size)
    {
        Assert.That(BnepHeader.TryParse(Golden.Octets(octets), Golden.DeviceB, Golden.DeviceA, out var header), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That((int)header.Type, Is.EqualTo(type));
            Assert.That(header.Size, Is.EqualTo(size));
            Assert.That(header.Destination, Is.EqualTo(Golden.DeviceB));
            Assert.That(header.Source, Is.EqualTo(Golden.DeviceA));
            Assert.That(header.NetworkType, Is.EqualTo(EtherType.IPv4));
            Assert.That(header.HasExtensions, Is.False);
        });
    }

    [TestCaseSource(nameof(Headers))]
    public void Write_EachFrameType_GivesTheSameOctets(string octets, int type, int size)
    {
        foreach (var extended in new[] { false, true })
        {
            var header = new BnepHeader(
                (BnepPacketType)type, Golden.DeviceB, Golden.DeviceA, EtherType.IPv4, extended);
            var written = new byte[size];
            header.Write(written);
            var expected = Golden.Octets(octets);
            expected[0] |= (byte)(extended ? 0x80 : 0);
            Assert.That(written, Is.EqualTo(expected));
        }
    }

    [TestCaseSource(nameof(Headers))]
    public void Parse_EveryTruncation_IsRejected(string octets, int type, int size)
    {
        var whole = Golden.Octets(octets);
        for (var length = 0; length < size; length++)
        {
            Assert.That(
                BnepHeader.TryParse(whole.AsSpan(0, length), Golden.DeviceB, Golden.DeviceA, out _),
                Is.False,
                $"type {type}, {length} octets");
        }
    }

    [TestCaseSource(nameof(Headers))]
    public void Parse_ExtensionFlag_IsKept(string octets, int type, int size)
    {
        var whole = Golden.Octets(octets);
        whole[0] |= 0x80;
        Assert.That(BnepHeader.TryParse(whole, Golden.DeviceB, Golden.DeviceA, out var header), Is.True);
        Assert.That(header.HasExtensions, Is.True);
        Assert.That(((int)header.Type, header.Size), Is.EqualTo((type, size)));
    }

    [Test]
    public void Parse_ControlAndReservedTypes_AreNoFrames([Range(0, 0x7F)] int type)
    {
        var packet = new byte[32];
        packet[0] = (byte)type;
        Assert.That(
            BnepHeader.TryParse(packet, Golden.DeviceB, Golden.DeviceA, out _), Is.EqualTo(type is 0 or 2 or 3 or 4));
    }

    [Test]
    public void Parse_CapturedFrames_GivesTheirAddresses()
    {
        // nap-accepted.client, records 257, 276 and 279.
        var local = new MacAddress(0x00AA_0100_0042);
        var peer = new MacAddress(0x00AA_0101_0042);
        Assert.That(
            BnepHeader.TryParse(Golden.Octets("04 333300000016 86DD 6000000000240001"), local, peer, out var report), Is.True);
        Assert.That(report.Destination, Is.EqualTo(new MacAddress(0x3333_0000_0016)));
        Assert.That(report.Source, Is.EqualTo(peer));
        Assert.That(
            BnepHeader.TryParse(Golden.Octets("04 FFFFFFFFFFFF 0806 0001080006040001"), local, peer, out var arp), Is.True);
        Assert.That(arp.Destination.IsBroadcast, Is.True);
        Assert.That(arp.NetworkType, Is.EqualTo(EtherType.Arp));
        Assert.That(BnepHeader.TryParse(Golden.Octets("02 0800 45000054"), local, peer, out var echo), Is.True);
        Assert.That((echo.Destination, echo.Source), Is.EqualTo((local, peer)));
    }

    [Test]
    public void MaximumPayload_OfAnMtu_LeavesTheReserve()
    {
        Assert.Multiple(() =>
        {
            Assert.That(BnepLimits.MaximumPayload(1691, tagged: false), Is.EqualTo(1500));
            Assert.That(BnepLimits.MaximumPayload(1691, tagged: true), Is.EqualTo(1504));
            Assert.That(BnepLimits.MaximumPayload(4096, tagged: false), Is.EqualTo(1676));
            Assert.That(BnepLimits.MaximumPayload(48, tagged: false), Is.Negative);
        });
    }
}
