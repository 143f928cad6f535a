using HostStack.Hci.Transport.ThreeWire;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

[TestFixture]
public sealed class SlipTests
{
    /// <summary>RFC 1055, and Core, Vol 4, Part D, 3.1 and 3.2.</summary>
    [TestCase("00 C0 DB 11 13 FF", false, "00 DB DC DB DD 11 13 FF")]
    [TestCase("00 C0 DB 11 13 FF", true, "00 DB DC DB DD DB DE DB DF FF")]
    [TestCase("DC DD DE DF", true, "DC DD DE DF")]
    public void Write_SpecialOctets_AreEscaped(string octets, bool escapesFlowControl, string expected)
    {
        var written = new byte[64];
        var length = Slip.Write(Hex(octets), written, escapesFlowControl);
        Assert.That(written[..length], Is.EqualTo(Hex(expected)));
    }

    [TestCase("C0 00 DB DC DB DD DB DE DB DF FF C0", "00 C0 DB 11 13 FF")]
    [TestCase("01 02 C0", "01 02", TestName = "Read_FirstDelimiterLost_GivesTheFrame")]
    [TestCase("C0 C0 C0 01 C0 C0", "01", TestName = "Read_EmptyFrames_AreNone")]
    [TestCase("C0 01 DB C0 02 C0", "02", TestName = "Read_EscapeCutOff_DropsThatFrameAlone")]
    [TestCase("C0 01 DB 7E 05 C0 02 C0", "02", TestName = "Read_EscapeOfNothing_DropsThatFrameAlone")]
    [TestCase("C0 01 02 03 04 05 06 07 08 09 C0 0A C0", "0A", TestName = "Read_TooLong_DropsThatFrameAlone")]
    public void Read_Octets_AtEverySplit_GiveTheFrame(string octets, string expected)
    {
        var line = Hex(octets);
        for (var split = 0; split <= line.Length; split++)
        {
            var reader = new SlipReader(longest: 8);
            List<byte[]> frames = [.. Frames(reader, line.AsSpan(0, split)), .. Frames(reader, line.AsSpan(split))];
            Assert.That(frames, Is.EqualTo(new[] { Hex(expected) }), $"split at {split}");
        }
    }

    [Test]
    public void Read_EveryTruncation_GivesNothing([Range(0, 6)] int length)
    {
        byte[] line = [0xC0, 0x01, 0xDB, 0xDC, 0x02, 0x03, 0x04, 0xC0];
        Assert.That(Frames(new SlipReader(8), line.AsSpan(0, length)), Is.Empty);
    }

    [Test]
    public void Read_FlowControlAgreed_TakesItOutOfTheOctets()
    {
        var reader = new SlipReader(8) { HasFlowControl = true };
        Assert.That(Frames(reader, [0xC0, 0x01, 0xC0, 0x13]), Is.EqualTo(new[] { new byte[] { 0x01 } }));
        Assert.That(reader.IsPaused);
        Assert.That(Frames(reader, [0x11, 0xC0, 0x02, 0xC0]), Is.EqualTo(new[] { new byte[] { 0x02 } }));
        Assert.That(reader.IsPaused, Is.False);
    }

    [Test]
    public void TakeFlowControl_GivesEachWordOnce()
    {
        var reader = new SlipReader(8) { HasFlowControl = true };
        Frames(reader, [0xC0, 0x13]);
        Assert.That((reader.TakeFlowControl(), reader.TakeFlowControl()), Is.EqualTo(((bool?)true, (bool?)null)));
        Frames(reader, [0x01, 0x02, 0xC0]);
        Assert.That(reader.TakeFlowControl(), Is.Null, "octets that say nothing of it");
        Frames(reader, [0x13, 0x11]);
        Assert.That(reader.TakeFlowControl(), Is.False, "the last word");
    }

    [Test]
    public void Read_FlowControlNotAgreed_IsPartOfTheFrame()
    {
        var reader = new SlipReader(8);
        Assert.That(Frames(reader, [0xC0, 0x13, 0x11, 0xC0]), Is.EqualTo(new[] { new byte[] { 0x13, 0x11 } }));
        Assert.That(reader.IsPaused, Is.False);
    }

    [Test]
    public void Read_RandomOctets_NeverThrowsAndKeepsItsBound([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        var octets = new byte[100_000];
        random.NextBytes(octets);
        var reader = new SlipReader(64);
        Assert.That(Frames(reader, octets).Select(static frame => frame.Length), Is.All.InRange(1, 64), $"seed {seed}");
        Assert.That(reader.Discarded, Is.Positive);
    }

    internal static byte[] Hex(string octets) => Convert.FromHexString(octets.Replace(" ", string.Empty, StringComparison.Ordinal));

    internal static List<byte[]> Frames(SlipReader reader, ReadOnlySpan<byte> octets)
    {
        var frames = new List<byte[]>();
        while (reader.TryRead(ref octets, out var frame))
        {
            frames.Add(frame.ToArray());
        }

        return frames;
    }
}
