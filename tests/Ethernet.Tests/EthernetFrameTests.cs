namespace HostStack.Ethernet.Tests;

[TestFixture]
public sealed class EthernetFrameTests
{
    // The ARP request of packet 275 in the capture nap-accepted.client, as it stands on Ethernet.
    private static readonly byte[] Golden = Convert.FromHexString(
        "FFFFFFFFFFFF" + "00AA01010042" + "0806" + "0001080006040001" + "00AA01010042" + "C0A83202" + "000000000000" + "C0A83201");

    [Test]
    public void Parse_Frame_GivesItsFieldsAndCopiesBack()
    {
        Assert.That(EthernetFrame.TryParse(Golden, out var frame), Is.True);
        Assert.That(frame.Destination, Is.EqualTo(MacAddress.Broadcast));
        Assert.That(frame.Source.ToString(), Is.EqualTo("00:AA:01:01:00:42"));
        Assert.That(frame.Type, Is.EqualTo(EtherType.Arp));
        Assert.That(frame.ProtocolType, Is.EqualTo(EtherType.Arp));
        Assert.That(frame.Payload.Length, Is.EqualTo(28));
        Assert.That(frame.Length, Is.EqualTo(Golden.Length));
        var copy = new byte[Golden.Length];
        Assert.That(frame.CopyTo(copy), Is.EqualTo(Golden.Length));
        Assert.That(copy, Is.EqualTo(Golden));
    }

    [Test]
    public void Parse_FewerOctetsThanAHeader_IsRefused([Range(0, EthernetFrame.HeaderSize - 1)] int length) =>
        Assert.That(EthernetFrame.TryParse(Golden.AsSpan(0, length), out _), Is.False);

    [Test]
    public void Parse_HeaderAlone_HasAnEmptyPayload()
    {
        Assert.That(EthernetFrame.TryParse(Golden.AsSpan(0, EthernetFrame.HeaderSize), out var frame), Is.True);
        Assert.That(frame.Payload.IsEmpty, Is.True);
    }

    [TestCase("0005 0800 45", 0x0800)]
    [TestCase("0005 86DD", 0x86DD)]
    [TestCase("0005 08", 0x8100)]
    [TestCase("", 0x8100)]
    public void ProtocolType_TaggedFrame_IsTheInnerType(string payload, int expected)
    {
        var frame = new EthernetFrame(
            default, default, EtherType.Vlan, Convert.FromHexString(payload.Replace(" ", string.Empty, StringComparison.Ordinal)));
        Assert.That(frame.ProtocolType.Value, Is.EqualTo(expected));
    }

    [Test]
    public void ParseAndCopy_AFrame_AllocatesNothing()
    {
        var copy = new byte[Golden.Length];
        RoundTrip(copy);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            RoundTrip(copy);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(copy, Is.EqualTo(Golden));
    }

    [Test]
    public void Text_OfAType_IsItsNumber() => Assert.That(EtherType.IPv6.ToString(), Is.EqualTo("0x86DD"));

    private static void RoundTrip(byte[] copy)
    {
        if (EthernetFrame.TryParse(Golden, out var frame))
        {
            frame.CopyTo(copy);
        }
    }
}
