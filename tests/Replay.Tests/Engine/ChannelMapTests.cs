using HostStack.Replay.Engine;

namespace HostStack.Replay.Tests.Engine;

[TestFixture]
public sealed class ChannelMapTests
{
    private const ushort Handle = 11;

    private static byte[] Octets(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    // The peer asks for PSM 15 from its channel 0x0041; the recorded host gave 0x0050, this one gives 0x0077.
    private static ChannelMap Connected()
    {
        var map = new ChannelMap();
        map.Rewrite(Handle, Octets("0800 0100 02 09 0400 0F00 4100"));
        map.Learn(Handle, Octets("0C00 0100 03 09 0800 5000 4100 0000 0000"), Octets("0C00 0100 03 09 0800 7700 4100 0000 0000"));
        return map;
    }

    [Test]
    public void Rewrite_DataOnAMappedChannel_GoesToOurs()
    {
        var pdu = Octets("0100 5000 AA");
        Assert.That(Connected().Rewrite(Handle, pdu), Is.True);
        Assert.That(pdu, Is.EqualTo(Octets("0100 7700 AA")));
    }

    [Test]
    public void Rewrite_DataOnAChannelThatWeNeverHad_IsHeldBack() =>
        Assert.That(Connected().Rewrite(Handle, Octets("0100 5100 AA")), Is.False);

    [TestCase("0800 0100 04 02 0400 5000 0000", "0800 0100 04 02 0400 7700 0000", TestName = "Rewrite_ConfigurationRequest_NamesOurChannel")]
    [TestCase("0800 0100 06 02 0400 5000 4100", "0800 0100 06 02 0400 7700 4100", TestName = "Rewrite_DisconnectionRequest_NamesOurChannel")]
    public void Rewrite_Request_NamesOurChannel(string recorded, string expected)
    {
        var pdu = Octets(recorded);
        Assert.That(Connected().Rewrite(Handle, pdu), Is.True);
        Assert.That(pdu, Is.EqualTo(Octets(expected)));
    }

    [Test]
    public void Rewrite_Response_CarriesTheIdentifierOfOurRequest()
    {
        var map = Connected();
        map.Learn(Handle, Octets("0600 0100 0A 03 0200 0200"), Octets("0600 0100 0A 21 0200 0200"));
        var pdu = Octets("0800 0100 0B 03 0400 0200 0100");
        Assert.That(map.Rewrite(Handle, pdu), Is.True);
        Assert.That(pdu[5], Is.EqualTo(0x21));
    }

    [Test]
    public void Rewrite_ResponseToARequestThatWeNeverSent_IsHeldBack() =>
        Assert.That(Connected().Rewrite(Handle, Octets("0800 0100 0B 03 0400 0200 0100")), Is.False);

    [Test]
    public void Forget_TheLink_ForgetsItsChannels()
    {
        var map = Connected();
        map.Forget(Handle);
        Assert.That(map.Rewrite(Handle, Octets("0100 5000 AA")), Is.False);
    }

    [Test]
    public void PsmOf_AnAcceptedChannel_IsTheRequestedService() =>
        Assert.That(Connected().PsmOf(Handle, Connected().HostChannelOf(Handle, 0x0041)), Is.EqualTo(15));
}
