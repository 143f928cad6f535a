using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Attacks;

/// <summary>Known attacks on L2CAP, each with every truncation of its packet: the link stays, nothing leaks, the next
/// honest command is answered.</summary>
[TestFixture]
[Category("Attack")]
internal sealed class L2capAttackTests
{
    private const int PeerMtu = 48;

    [TestCase("0400", TestName = "ConfigRsp_PendingWithManyOptions_IsBounded")]
    [TestCase("0100", TestName = "ConfigRsp_UnacceptableWithManyOptions_IsBounded")]
    [TestCase("0000", TestName = "ConfigRsp_SuccessWithManyOptions_IsBounded")]
    [Property("Id", "CVE-2017-1000251")]
    public void ConfigRsp_ManyOptions(string result)
    {
        var options = string.Concat(Enumerable.Repeat("0409033f03d007e02ef203" + "0610" + new string('5', 32) + "0102a002", 20));
        var length = 6 + (options.Length / 2);
        var command = $"0501 {length & 0xFF:x2}{length >> 8:x2} 4000 0000 {result}" + options;
        EveryTruncation(Configuring, command);
    }

    [Test]
    [Property("Id", "CVE-2017-1000251")]
    public void ConfigRsp_PendingForEver_EndsAtTheDeadline()
    {
        using var rig = Configuring();
        for (var i = 0; i < 100; i++)
        {
            rig.Signal("0501 0a00 4000 0000 0400 0102 a002");
            rig.Advance(TimeSpan.FromSeconds(1));
        }

        rig.ExpectNothing();
        rig.Advance(TimeSpan.FromSeconds(20));
        rig.ExpectCommand("0602 0400 4100 4000");
    }

    [Test]
    [Property("Id", "CVE-2022-42895")]
    public void ConfigReq_ExtendedFlowSpec_IsListedAsItCameAndNoMore([Range(0, 16)] int octets)
    {
        using var rig = Configuring();
        var data = string.Concat(Enumerable.Repeat("5a", octets));
        rig.Signal($"0402 {6 + octets:x2}00 4000 0000 06{octets:x2}" + data);
        rig.ExpectCommand($"0502 {8 + octets:x2}00 4100 0000 0300 06{octets:x2}" + data);
    }

    [Test]
    [Property("Id", "CVE-2022-42895")]
    public void ConfigReq_ExtendedFlowSpec_EveryTruncation() =>
        EveryTruncation(Configuring, "0402 1600 4000 0000 0610 0101ffffffffffffffffffffffffffff");

    [Test]
    [Property("Id", "CVE-2022-42896")]
    public void LeConnect_ToPsm0_MakesNoChannel([Values] LinkKind kind)
    {
        using var rig = new L2capRig(kind: kind);
        rig.Signal("1401 0a00 0000 4000 4000 4000 0100");
        rig.ExpectCommand("0101 0200 0000");
        Assert.That(rig.Layer.ChannelCount(rig.Link), Is.Zero);
        EveryTruncation(() => new L2capRig(kind: kind), "1401 0a00 0000 4000 4000 4000 0100");
    }

    [TestCase("0000")]
    [TestCase("0200")]
    [TestCase("0101")]
    [Property("Id", "CVE-2022-42896")]
    public void Connect_ToAnInvalidPsm_IsRefused(string psm)
    {
        using var rig = new L2capRig();
        rig.Signal($"0201 0400 {psm} 4100");
        rig.ExpectCommand("0301 0800 0000 4100 0200 0000");
        Assert.That(rig.Layer.ChannelCount(rig.Link), Is.Zero);
        EveryTruncation(() => new L2capRig(), $"0201 0400 {psm} 4100");
    }

    [TestCase("06 01 1e00 0000 0000 0000")]
    [TestCase("01 01 0000 0000 0000 0000 0000 0000")]
    [TestCase("08 01 0a00 ffff")]
    [Property("Id", "CVE-2020-12351")]
    [Property("Id", "CVE-2020-12352")]
    public void Amp_OnChannel3_IsIgnored(string frame)
    {
        var octets = L2capRig.Octets(frame);
        using var rig = new L2capRig();
        for (var length = 0; length <= octets.Length; length++)
        {
            rig.Receive(0x0003, octets.AsSpan(0, length));
        }

        rig.ExpectNothing();
        StillAnswers(rig);
    }

    [TestCase("0000", "0600")]
    [TestCase("0100", "0600")]
    [TestCase("3f00", "0600")]
    [TestCase("4100", "0700")]
    [Property("Id", "CVE-2024-45431")]
    public void Connect_EndpointOfThePeerFixedOrInUse_IsRefused(string source, string result)
    {
        using var rig = new L2capRig();
        rig.OpenIncoming();
        rig.Signal($"0205 0400 0110 {source}");
        rig.ExpectCommand($"0305 0800 0000 {source} {result} 0000");
        Assert.That(rig.Layer.ChannelCount(rig.Link), Is.EqualTo(1));
        EveryTruncation(() => new L2capRig(), $"0205 0400 0110 {source}");
    }

    [TestCase("0000")]
    [TestCase("0100")]
    [TestCase("3f00")]
    [TestCase("4100")]
    [Property("Id", "CVE-2024-45431")]
    public void ConnectRsp_EndpointOfThePeerFixedOrInUse_MakesNoChannel(string destination)
    {
        using var rig = new L2capRig();
        rig.OpenIncoming();
        var outcome = rig.StartConnect(new RecordingObserver());
        rig.ExpectCommand("0202 0400 0110 4100");
        rig.Signal($"0302 0800 {destination} 4100 0000 0000");
        rig.Do(() => { });
        Assert.That(outcome.Ended().CloseReason, Is.EqualTo(ChannelCloseReason.ProtocolError));
        rig.ExpectNothing();
    }

    [TestCase("0402 0600 4000 0000 0104", TestName = "Option_PastTheEnd")]
    [TestCase("0402 0500 4000 0000 01", TestName = "Option_WithoutALength")]
    [TestCase("0402 0900 4000 0000 0409 033f03", TestName = "Option_ErtmCutOff")]
    [TestCase("0402 0700 4000 0000 0101 a0", TestName = "Option_MtuOfOneOctet")]
    [TestCase("0402 0a00 4000 0000 0404 033f0300", TestName = "Option_ErtmOfFourOctets")]
    [TestCase("0402 0800 4000 0000 02ff ffff", TestName = "Option_FlushTimeoutClaims255")]
    [Property("Id", "option overrun")]
    public void ConfigReq_MalformedOption_IsRejectedThenTheChannelEnds(string command)
    {
        using var rig = Configuring(new L2capOptions { ConfigurationRounds = 3 });
        for (var round = 0; round < 2; round++)
        {
            rig.Signal(command);
            rig.ExpectCommand("0502 0600 4100 0000 0200");
        }

        rig.Signal(command);
        rig.ExpectCommand("0602 0400 4100 4000");
        EveryTruncation(() => Configuring(), command);
    }

    [Test]
    [Property("Id", "option overrun")]
    public void ConfigReq_MoreUnknownOptionsThanFit_ListsWhatFits()
    {
        using var rig = Configuring();
        var options = "70ff" + new string('1', 510) + string.Concat(Enumerable.Repeat("71041a2b3c4d", 60));
        var length = 4 + (options.Length / 2);
        rig.Signal($"0402 {length & 0xFF:x2}{length >> 8:x2} 4000 0000" + options);
        rig.ExpectCommand("0502 2c00 4100 0000 0300 7000" + string.Concat(Enumerable.Repeat("71041a2b3c4d", 6)));
    }

    [Test]
    [Property("Id", "empty PDU")]
    public void EmptyPdu_OnEveryChannel_IsDropped()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        for (var channel = 0; channel <= 0x60; channel++)
        {
            rig.Receive((ushort)channel, []);
        }

        Assert.That(observer.Sdus, Has.Count.EqualTo(1), "an empty SDU is an SDU");
        Assert.That(observer.Channel!.IsOpen, Is.True);
        rig.ExpectNothing();
        StillAnswers(rig);
    }

    [Test]
    [Property("Id", "empty PDU")]
    public void ShortPdu_IsDropped([Range(0, 3)] int octets)
    {
        using var rig = new L2capRig();
        rig.ReceiveRaw(new byte[octets]);
        Assert.That(rig.Counters.PdusDropped, Is.EqualTo(1));
        StillAnswers(rig);
    }

    [Test]
    [Property("Id", "flood")]
    public void Flood_OfConnectionRequests_IsBoundedAndTheHonestPeerIsServed()
    {
        using var rig = new L2capRig(new L2capOptions { ChannelsPerLink = 8 });
        rig.Serve(L2capRig.TestPsm);
        for (var i = 0; i < 1000; i++)
        {
            var source = 0x0040 + i;
            rig.Signal($"02{1 + (i % 255):x2} 0400 0110 {source & 0xFF:x2}{source >> 8:x2}");
        }

        Assert.That(rig.Layer.ChannelCount(rig.Link), Is.EqualTo(8));
        rig.Link.Sent.Clear();
        rig.Advance(TimeSpan.FromSeconds(10));
        rig.Advance(TimeSpan.FromSeconds(10));
        Assert.That(rig.Layer.ChannelCount(rig.Link), Is.Zero);
        rig.Link.Sent.Clear();
        rig.Signal("0201 0400 0110 4100");
        Assert.That(rig.TakeCommand(), Does.StartWith("0301").And.EndsWith("00000000"));
    }

    private static void EveryTruncation(Func<L2capRig> setUp, string command)
    {
        var octets = L2capRig.Octets(command);
        using var rig = setUp();
        for (var length = 0; length <= octets.Length; length++)
        {
            rig.Receive(rig.Link.Kind == LinkKind.Le ? (ushort)5 : (ushort)1, octets.AsSpan(0, length));
            foreach (var sent in rig.Link.Sent)
            {
                Assert.That(sent, Has.Length.LessThanOrEqualTo(PeerMtu), $"the answer to {length} octets");
            }

            rig.Link.Sent.Clear();
        }

        Assert.That(rig.Link.DisconnectReason, Is.Null, "the link stays");
        StillAnswers(rig);
    }

    private static void StillAnswers(L2capRig rig)
    {
        if (rig.Link.Kind == LinkKind.BrEdr)
        {
            rig.Signal("08aa 0100 55");
            rig.ExpectCommand("09aa 0100 55");
        }
        else
        {
            rig.Signal("ffaa 0000");
            rig.ExpectCommand("01aa 0200 0000");
        }
    }

    private static L2capRig Configuring() => Configuring(null);

    private static L2capRig Configuring(L2capOptions? options)
    {
        var rig = new L2capRig(options);
        rig.Serve(L2capRig.TestPsm);
        rig.Signal("0201 0400 0110 4100");
        rig.ExpectCommand("0301 0800 4000 4100 0000 0000");
        rig.TakeCommand();
        return rig;
    }
}
