using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Conformance;

/// <summary>Lengths that lie, commands that are no commands, answers to nothing.</summary>
[TestFixture]
[Category("SIG")]
internal sealed class InvalidSignalingConformanceTests
{
    private const string EchoRequest = "0809 0100 aa";
    private const string EchoResponse = "0909 0100 aa";

    [Test]
    [Property("Id", "L2CAP/COS/CED/BI-01-C")]
    public void Signalling_UnknownCommand_IsNotUnderstood()
    {
        using var rig = new L2capRig();
        rig.Signal("ff07 0000");
        rig.ExpectCommand("0107 0200 0000");
        StillAnswers(rig);
    }

    /// <summary>A data PDU whose length field disagrees with its octets; 06 and 07 are the same in fragments, which the
    /// link joins or drops.</summary>
    [TestCase("0500 4000 01020304")]
    [TestCase("0300 4000 01020304")]
    [TestCase("0b00 4000 010203040506070809101112")]
    [TestCase("0400 4000 010203040506070809101112")]
    [Property("Id", "L2CAP/COS/CED/BI-03-C")]
    [Property("Id", "L2CAP/COS/CED/BI-06-C")]
    [Property("Id", "L2CAP/COS/CED/BI-07-C")]
    public void Data_WrongPduLength_IsDiscarded(string pdu)
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.ReceiveRaw(L2capRig.Octets(pdu));
        Assert.That(observer.Sdus, Is.Empty);
        Assert.That(rig.Counters.PdusDropped, Is.EqualTo(1));
        rig.Receive(0x0040, [1, 2, 3, 4]);
        Assert.That(observer.Sdus, Has.Count.EqualTo(1));
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BI-04-C")]
    public void Signalling_WrongPduLength_IsDiscarded()
    {
        using var rig = new L2capRig();
        rig.ReceiveRaw(L2capRig.Octets("0400 0100" + EchoRequest));
        rig.ExpectNothing();
        StillAnswers(rig);
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BI-08-C")]
    public void Signalling_CommandLongerThanThePdu_IsDiscarded()
    {
        using var rig = new L2capRig();
        rig.Signal("0809 0400 aabbcc");
        rig.ExpectNothing();
        Assert.That(rig.Counters.CommandsMalformed, Is.EqualTo(1));
        StillAnswers(rig);
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BI-10-C")]
    public void Signalling_CommandOfTheWrongLength_IsNotUnderstood()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Signal("0609 0500 4000 4100 00");
        rig.ExpectCommand("0109 0200 0000");
        Assert.That(observer.ClosedCount, Is.Zero);
        StillAnswers(rig);
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BI-11-C")]
    public void LeSignalling_CommandOfTheWrongLength_IsNotUnderstood()
    {
        using var rig = new L2capRig(kind: LinkKind.Le);
        rig.Signal("0609 0500 4000 4100 00");
        rig.ExpectCommand("0109 0200 0000");
    }

    [TestCase("00")]
    [TestCase("0000")]
    [TestCase("000000")]
    [Property("Id", "L2CAP/COS/CED/BI-12-C")]
    public void Signalling_OctetsAfterTheLastCommand_AreAnsweredAndRejected(string padding)
    {
        using var rig = new L2capRig();
        rig.Signal(EchoRequest + padding);
        rig.ExpectCommand(EchoResponse);
        rig.ExpectCommand("0109 0200 0000");
        StillAnswers(rig);
    }

    [Test]
    public void Signalling_OctetsAfterAResponse_AreOnlyCounted()
    {
        using var rig = new L2capRig();
        rig.Signal("0909 0000 00");
        rig.ExpectNothing();
        Assert.That(rig.Counters.CommandsMalformed, Is.EqualTo(1));
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BI-14-C")]
    public void Signalling_SecondEchoTruncated_FirstIsAnswered()
    {
        using var rig = new L2capRig();
        rig.Signal("0809 0000 080a 0100");
        rig.ExpectCommand("0909 0000");
        rig.ExpectNothing();
        StillAnswers(rig);
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BI-15-C")]
    public void Signalling_SecondDisconnectionTruncated_FirstIsAnswered()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Signal("0809 0000 060a 0000");
        rig.ExpectCommand("0909 0000");
        rig.ExpectCommand("010a 0200 0000");
        Assert.That(observer.ClosedCount, Is.Zero);
        StillAnswers(rig);
    }

    /// <summary>Credit based connections are not served on LE yet: what is rejected stays rejected, whatever its lengths.</summary>
    [TestCase("0700 0500 1401 0400 8000 4000", false, TestName = "LeSignalling_PduLongerThanItSays_IsDiscarded")]
    [TestCase("0800 0500 1401 0500 8000 4000", false, TestName = "LeSignalling_CommandLongerThanThePdu_IsDiscarded")]
    [TestCase("0900 0500 1401 0400 8000 4000 00", true, TestName = "LeSignalling_TrailingOctet_IsRejectedOnce")]
    [Property("Id", "L2CAP/COS/CED/BI-19-C")]
    [Property("Id", "L2CAP/COS/CED/BI-21-C")]
    [Property("Id", "L2CAP/COS/CED/BI-23-C")]
    public void LeSignalling_WrongLengths(string pdu, bool rejected)
    {
        using var rig = new L2capRig(kind: LinkKind.Le);
        rig.ReceiveRaw(L2capRig.Octets(pdu));
        Assert.That(rig.Link.Sent, rejected ? Is.Not.Empty : Is.Empty);
        rig.Link.Sent.Clear();
        rig.Signal("1402 0400 8000 4000");
        rig.ExpectCommand("0102 0200 0000");
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BI-28-C")]
    public void Signalling_AnswersWithWrongOrUsedIdentifiers_AreIgnored()
    {
        using var rig = new L2capRig();
        var seen = new HashSet<string>();
        for (var round = 0; round < 254; round++)
        {
            var outcome = rig.StartConnect(new RecordingObserver());
            var request = rig.TakeCommand();
            var identifier = request[2..4];
            var local = request[12..16];
            Assert.That(seen.Add(identifier), Is.True, "an identifier was used again too early");
            var wrong = round % 2 == 0 ? "00" : identifier == "ff" ? "fe" : "ff";
            rig.Signal($"03{wrong} 0800 4100 {local} 0000 0000");
            rig.Do(() => { });
            Assert.That(outcome.IsCompleted, Is.False);
            rig.ExpectNothing();
            rig.Signal($"03{identifier} 0800 0000 {local} 0400 0000");
            rig.Do(() => { });
            Assert.That(outcome.Ended().Result, Is.EqualTo(ConnectionResult.NoResources));
        }

        Assert.That(rig.Counters.CommandsIgnored, Is.EqualTo(254));
    }

    [Test]
    [Property("Id", "L2CAP/COS/CED/BI-28-C")]
    public void Signalling_AnswerRepeated_IsIgnored()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenOutgoing();
        rig.Signal("0301 0800 4100 4000 0000 0000");
        rig.Signal("0502 0600 4000 0000 0000");
        rig.ExpectNothing();
        Assert.That(observer.OpenedCount, Is.EqualTo(1));
        Assert.That(rig.Counters.CommandsIgnored, Is.EqualTo(2));
        rig.Signal("0604 0400 4000 4100");
        rig.ExpectCommand("0704 0400 4000 4100");
    }

    [Test]
    [Property("Id", "L2CAP/LE/REJ/BI-02-C")]
    public void LeSignalling_UnknownCommand_IsNotUnderstood()
    {
        using var rig = new L2capRig(kind: LinkKind.Le);
        rig.Signal("ff07 0000");
        rig.ExpectCommand("0107 0200 0000");
    }

    [Test]
    public void Signalling_PduAboveMtuSig_IsRejectedWithTheActualMtu()
    {
        using var rig = new L2capRig();
        rig.Signal("0809 9d02" + new string('a', 2 * 669));
        rig.ExpectCommand("0109 0400 0100 a002");
        StillAnswers(rig);
    }

    [Test]
    public void Signalling_ResponsesAboveMtuSig_AreDiscarded()
    {
        using var rig = new L2capRig();
        rig.Signal("0909 9d02" + new string('a', 2 * 669));
        rig.ExpectNothing();
    }

    [TestCase("0c09 0500 0110 4100 00")]
    [TestCase("0e09 0300 4000 01")]
    [TestCase("1009 0400 4000 0000")]
    [TestCase("1209 0800 0600 0c00 0000 c800")]
    [TestCase("1609 0400 4000 0100")]
    [TestCase("1709 0a00 8000 4000 4000 0100 4000")]
    [TestCase("1909 0600 4000 4000 4000")]
    public void Signalling_CommandThatIsNotServed_IsNotUnderstood(string command)
    {
        using var rig = new L2capRig();
        rig.Signal(command);
        rig.ExpectCommand("0109 0200 0000");
    }

    private static void StillAnswers(L2capRig rig)
    {
        rig.Signal(EchoRequest);
        rig.ExpectCommand(EchoResponse);
        rig.ExpectNothing();
    }
}
