using HostStack.VirtualController.Transport;

namespace HostStack.VirtualController.Tests.Transport;

public class H4FrameReaderTests
{
    private static readonly byte[] Stream = Convert.FromHexString("01030c00" + "022a0002004142" + "0301000155" + "0501000100" + "99" + "01090400");

    [Test]
    public void Feed_EverySplit_GivesTheSamePackets([Range(1, 20)] int chunk)
    {
        var packets = new List<string>();
        var reader = new H4FrameReader(packet => packets.Add(Convert.ToHexStringLower(packet.Span)), () => packets.Add("lost"));

        for (var i = 0; i < Stream.Length; i += chunk)
        {
            reader.Feed(Stream.AsSpan(i, Math.Min(chunk, Stream.Length - i)));
        }

        Assert.That(packets, Is.EqualTo(new[] { "01030c00", "022a0002004142", "0301000155", "050100010099", "01090400" }));
    }

    [Test]
    public void Feed_AfterUnknownType_HuntsForReset_AlsoAcrossFalseStarts()
    {
        var packets = new List<string>();
        var reader = new H4FrameReader(packet => packets.Add(Convert.ToHexStringLower(packet.Span)), () => packets.Add("lost"));

        reader.Feed(Convert.FromHexString("00" + "0103" + "01" + "01030c" + "01030c00" + "01011000"));

        Assert.That(packets, Is.EqualTo(new[] { "lost", "01030c00", "01011000" }));
    }

    [Test]
    public void Feed_RandomOctets_NeverThrows([Values(1, 2, 3, 4, 5)] int seed)
    {
        var random = new HostStack.VirtualController.Time.SeededRandom((ulong)seed);
        var count = 0;
        var reader = new H4FrameReader(_ => count++, () => count++);

        for (var i = 0; i < 200; i++)
        {
            reader.Feed(random.Bytes(random.Next(64)));
        }

        Assert.That(count, Is.Positive);
    }
}
