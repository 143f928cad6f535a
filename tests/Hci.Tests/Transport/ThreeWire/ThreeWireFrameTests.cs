using HostStack.Hci.Transport.ThreeWire;
using HostStack.Hci.Wire;
using static HostStack.Hci.Tests.Transport.ThreeWire.SlipTests;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

/// <summary>Frames of the line against octets that others have put on it.</summary>
[TestFixture]
public sealed class ThreeWireFrameTests
{
    private static readonly LinkConfiguration SevenWithCheck = new(7, FlowControl: false, IntegrityCheck: true, Version: 0);

    /// <summary>What Apple's and Realtek's hosts send, as public traces show it; the numbers are those of Core, Vol 4,
    /// Part D, 8.</summary>
    private static IEnumerable<TestCaseData> Golden =>
    [
        new(LinkMessage.Sync, null, "C0 00 2F 00 D0 01 7E C0"),
        new(LinkMessage.SyncResponse, null, "C0 00 2F 00 D0 02 7D C0"),
        new(LinkMessage.Config, null, "C0 00 2F 00 D0 03 FC C0"),
        new(LinkMessage.Config, SevenWithCheck with { Window = 4 }, "C0 00 3F 00 DB DC 03 FC 14 C0"),
        new(LinkMessage.ConfigResponse, SevenWithCheck, "C0 00 3F 00 DB DC 04 7B 17 C0"),
        new(LinkMessage.ConfigResponse, null, "C0 00 2F 00 D0 04 7B C0"),
        new(LinkMessage.Wakeup, null, "C0 00 2F 00 D0 05 FA C0"),
        new(LinkMessage.Woken, null, "C0 00 2F 00 D0 06 F9 C0"),
        new(LinkMessage.Sleep, null, "C0 00 2F 00 D0 07 78 C0"),
    ];

    /// <summary>Packets that CSR's chips and their hosts exchange before HCI; BCSP has the same check.</summary>
    [TestCase("40 41 00 7E DA DC ED ED", 0xA97A)]
    [TestCase("40 41 00 7E AC AF EF EE", 0xBB84)]
    [TestCase("40 41 00 7E AD EF AC ED", 0xA1A6)]
    [TestCase("40 41 00 7E DE AD D0 D0", 0x8358)]
    public void IntegrityCheck_CapturedPackets_IsTheirs(string packet, int check) =>
        Assert.That(IntegrityCheck.Of(Hex(packet).AsSpan(0, 4), Hex(packet).AsSpan(4)), Is.EqualTo(check));

    /// <summary>CRC-16/MCRF4XX of the catalogue, 0x6F91, as this transport sends it: mirrored.</summary>
    [Test]
    public void IntegrityCheck_CatalogueString_IsTheMirroredCatalogueValue() =>
        Assert.That(IntegrityCheck.Of("1234"u8, "56789"u8), Is.EqualTo(0x89F6));

    [TestCaseSource(nameof(Golden))]
    public void LinkMessage_Written_IsTheGoldenFrame(object message, object? configuration, string golden)
    {
        var payload = new byte[LinkMessages.LongestSize];
        var length = LinkMessages.Write((LinkMessage)message, (LinkConfiguration?)configuration, payload);
        Assert.That(Frame(new(0, 0, false, false, ThreeWirePacketType.LinkControl, length), payload.AsSpan(0, length)), Is.EqualTo(Hex(golden)));
    }

    [TestCaseSource(nameof(Golden))]
    public void LinkMessage_GoldenFrame_IsRead(object message, object? configuration, string golden)
    {
        var frame = Frames(new SlipReader(64), Hex(golden)).Single();
        Assert.That(ThreeWireHeader.TryParse(frame.AsSpan(0, 4), out var header));
        Assert.That(header.Type, Is.EqualTo(ThreeWirePacketType.LinkControl));
        Assert.That(header.Length, Is.EqualTo(frame.Length - 4));
        Assert.That(LinkMessages.Read(frame.AsSpan(4), out var field), Is.EqualTo(message));
        Assert.That(field, Is.EqualTo(configuration));
    }

    [TestCase("", LinkMessage.Unknown)]
    [TestCase("01", LinkMessage.Unknown)]
    [TestCase("01 7D", LinkMessage.Unknown)]
    [TestCase("08 77", LinkMessage.Unknown)]
    public void LinkMessage_NoMessage_IsUnknown(string payload, object message) =>
        Assert.That(LinkMessages.Read(Hex(payload), out _), Is.EqualTo(message));

    [TestCase(0x00, 1, false, false)]
    [TestCase(0x1F, 7, true, true)]
    [TestCase(0x13, 3, false, true)]
    [TestCase(0x0C, 4, true, false)]
    public void Configuration_Octet_IsReadByItsBits(byte field, int window, bool flowControl, bool check) =>
        Assert.That(LinkConfiguration.Read(field), Is.EqualTo(new LinkConfiguration(window, flowControl, check, 0)));

    /// <summary>HCI_Reset as the fourth reliable packet, five received: 1+3+2 bits by hand.</summary>
    [Test]
    public void Header_ReliableCommand_IsItsBits()
    {
        var header = new ThreeWireHeader(3, 5, HasIntegrityCheck: true, IsReliable: true, ThreeWirePacketType.Command, 3);
        var octets = Written(header);
        Assert.That(octets, Is.EqualTo(new byte[] { 0xEB, 0x31, 0x00, 0xE3 }));
        Assert.That(ThreeWireHeader.TryParse(octets, out var read) && read == header);
    }

    [Test]
    public void Header_LongestPayload_HasTwelveBits()
    {
        var header = new ThreeWireHeader(0, 0, false, false, ThreeWirePacketType.AclData, 0xABC);
        Assert.That(Written(header), Is.EqualTo(new byte[] { 0x00, 0xC2, 0xAB, 0x92 }));
    }

    [Test]
    public void Header_EveryTruncation_IsRejected([Range(0, 3)] int length) =>
        Assert.That(ThreeWireHeader.TryParse(new byte[] { 0xEB, 0x31, 0x00, 0xE3 }.AsSpan(0, length), out _), Is.False);

    [Test]
    public void Header_OneOctetTooMany_IsRejected() =>
        Assert.That(ThreeWireHeader.TryParse([0xEB, 0x31, 0x00, 0xE3, 0x00], out _), Is.False);

    [Test]
    public void Header_AnyBitFlipped_IsRejected([Range(0, 31)] int bit)
    {
        byte[] header = [0xEB, 0x31, 0x00, 0xE3];
        header[bit / 8] ^= (byte)(1 << (bit % 8));
        Assert.That(ThreeWireHeader.TryParse(header, out _), Is.False);
    }

    [Test]
    public void Frame_WithCheckAndFlowControl_EscapesAll()
    {
        var header = new ThreeWireHeader(0, 0, HasIntegrityCheck: true, IsReliable: false, ThreeWirePacketType.SynchronousData, 2);
        var check = IntegrityCheck.Of(Written(header), [0x11, 0xC0]);
        var frame = Frame(header, [0x11, 0xC0], escapesFlowControl: true);
        Assert.That(frame[0], Is.EqualTo(0xC0));
        Assert.That(frame[^1], Is.EqualTo(0xC0));
        Assert.That(frame[1..^1], Has.None.EqualTo((byte)0xC0).And.None.EqualTo((byte)0x11));
        byte[] expected = [.. Written(header), 0x11, 0xC0, (byte)(check >> 8), (byte)check];
        Assert.That(Frames(new SlipReader(16), frame).Single(), Is.EqualTo(expected));
    }

    internal static byte[] Frame(ThreeWireHeader header, ReadOnlySpan<byte> payload, bool escapesFlowControl = false)
    {
        var octets = new byte[Slip.LongestFrame(payload.Length + ThreeWireSize.Overhead)];
        return octets[..ThreeWireFrame.Write(octets, header, payload, escapesFlowControl)];
    }

    private static byte[] Written(ThreeWireHeader header)
    {
        var octets = new byte[ThreeWireHeader.Size];
        var writer = new WireWriter(octets);
        header.Write(ref writer);
        return octets;
    }
}
