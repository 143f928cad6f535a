using HostStack.Hci.Wire;
using HostStack.L2cap.Frames;
using HostStack.L2cap.Signaling;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Conformance;

/// <summary>Information, echo, features, fixed and connectionless channels.</summary>
[TestFixture]
[Category("SIG")]
internal sealed class InformationConformanceTests
{
    [Test]
    [Property("Id", "L2CAP/COS/IEX/BV-01-C")]
    [Property("Id", "L2CAP/EXF/BV-08-C")]
    public void Information_Asked_GivesThePeersFeatures()
    {
        using var rig = new L2capRig();
        var query = Query(rig, InformationType.ExtendedFeatures);
        rig.ExpectCommand("0a01 0200 0200");
        rig.Signal("0b01 0800 0200 0000 b8020000");
        Assert.That(query.Ended().IsKnown, Is.True);
        Assert.That(
            (ExtendedFeatures)query.Ended().Response.Data,
            Is.EqualTo(ExtendedFeatures.EnhancedRetransmissionMode | ExtendedFeatures.StreamingMode | ExtendedFeatures.FcsOption
                | ExtendedFeatures.FixedChannels | ExtendedFeatures.UnicastConnectionless));
    }

    [Test]
    public void Information_NotSupportedByThePeer_IsAnAnswer()
    {
        using var rig = new L2capRig();
        var query = Query(rig, InformationType.ExtendedFeatures);
        rig.TakeCommand();
        rig.Signal("0b01 0400 0200 0100");
        Assert.That(query.Ended().Outcome, Is.EqualTo(QueryOutcome.Answered));
        Assert.That(query.Ended().IsKnown, Is.False);
    }

    [Test]
    public void Information_RejectedByAnOldPeer_IsAnOutcome()
    {
        using var rig = new L2capRig();
        var query = Query(rig, InformationType.ExtendedFeatures);
        rig.TakeCommand();
        rig.Signal("0101 0200 0000");
        Assert.That(query.Ended().Outcome, Is.EqualTo(QueryOutcome.Rejected));
    }

    [Test]
    [Property("Id", "L2CAP/COS/IEX/BV-02-C")]
    [Property("Id", "L2CAP/EXF/BV-07-C")]
    public void Information_FeaturesAskedByThePeer_AreHonest()
    {
        using var rig = new L2capRig();
        rig.Signal("0a01 0200 0200");
        rig.ExpectCommand("0b01 0800 0200 0000 80000000");
    }

    [Test]
    [Property("Id", "L2CAP/FIX/BV-01-C")]
    public void Information_FixedChannelsAsked_GivesThePeersMask()
    {
        using var rig = new L2capRig();
        var query = Query(rig, InformationType.FixedChannels);
        rig.ExpectCommand("0a01 0200 0300");
        rig.Signal("0b01 0c00 0300 0000 8600000000000000");
        Assert.That(query.Ended().Response.Data, Is.EqualTo(0x86));
    }

    [Test]
    [Property("Id", "L2CAP/FIX/BV-03-C")]
    public void Information_FixedChannelsAskedByThePeer_AreSignallingAlone()
    {
        using var rig = new L2capRig();
        rig.Signal("0a01 0200 0300");
        rig.ExpectCommand("0b01 0c00 0300 0000 0200000000000000");
    }

    [TestCase("0100")]
    [TestCase("0400")]
    [TestCase("ffff")]
    public void Information_TypeThatIsNotServed_IsNotSupported(string type)
    {
        using var rig = new L2capRig();
        rig.Signal($"0a01 0200 {type}");
        rig.ExpectCommand($"0b01 0400 {type} 0100");
    }

    [Test]
    [Property("Id", "L2CAP/COS/ECH/BV-01-C")]
    public void Echo_AskedByThePeer_IsReturned()
    {
        using var rig = new L2capRig();
        rig.Signal("0842 0300 010203");
        rig.ExpectCommand("0942 0300 010203");
    }

    [Test]
    [Property("Id", "L2CAP/COS/ECH/BV-02-C")]
    public void Echo_Asked_IsSentAndEndsWithTheAnswer()
    {
        using var rig = new L2capRig();
        Task<QueryOutcome>? echo = null;
        rig.Do(() => echo = rig.Layer.EchoAsync(rig.Link, new byte[] { 1, 2 }));
        rig.ExpectCommand("0801 0200 0102");
        rig.Signal("0901 0000");
        Assert.That(echo!.Ended(), Is.EqualTo(QueryOutcome.Answered));
    }

    /// <summary>Connectionless data, group or unicast, is not claimed in the features: dropped, counted, harmless.</summary>
    [Test]
    [Property("Id", "L2CAP/CLS/CLR/BV-01-C")]
    [Property("Id", "L2CAP/CLS/UCD/BV-01-C")]
    [Property("Id", "L2CAP/CLS/UCD/BV-02-C")]
    [Property("Id", "L2CAP/CLS/UCD/BV-03-C")]
    public void Connectionless_NotClaimed_IsDroppedAndCounted()
    {
        using var rig = new L2capRig();
        rig.Serve(L2capRig.TestPsm);
        rig.Receive(0x0002, L2capRig.Octets("0110 aabbcc"));
        rig.Receive(0x0002, []);
        rig.ExpectNothing();
        Assert.That(rig.Counters.ConnectionlessDropped, Is.EqualTo(2));
        Assert.That(rig.Accepted, Is.Empty);
    }

    [TestCase(0x0000)]
    [TestCase(0x0003)]
    [TestCase(0x0004)]
    [TestCase(0x0005)]
    [TestCase(0x0007)]
    [TestCase(0x003F)]
    [TestCase(0x0055)]
    [TestCase(0xFFFF)]
    [Property("Id", "L2CAP/COS/CID/BI-01-C")]
    [Property("Id", "L2CAP/CLS/CID/BV-01-C")]
    public void Channel_NotSupported_IsIgnored(int channel)
    {
        using var rig = new L2capRig();
        rig.Receive((ushort)channel, [1, 2, 3, 4]);
        rig.ExpectNothing();
        Assert.That(rig.Counters.PdusDropped, Is.EqualTo(1));
        rig.Signal("0842 0000");
        rig.ExpectCommand("0942 0000");
    }

    [TestCase(0x0001)]
    [TestCase(0x0004)]
    [TestCase(0x0006)]
    [TestCase(0x0040)]
    [Property("Id", "L2CAP/LE/CID/BI-01-C")]
    public void LeChannel_NotSupported_IsIgnored(int channel)
    {
        using var rig = new L2capRig(kind: LinkKind.Le);
        rig.Receive((ushort)channel, [8, 1, 0, 0]);
        rig.ExpectNothing();
        Assert.That(rig.Counters.PdusDropped, Is.EqualTo(1));
    }

    private static Task<InformationOutcome> Query(L2capRig rig, InformationType type)
    {
        Task<InformationOutcome>? query = null;
        rig.Do(() => query = rig.Layer.QueryInformationAsync(rig.Link, type));
        return query!;
    }
}
