using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Conformance;

/// <summary>Configuration of a channel (COS/CFD), and agreement on Basic mode (CMC).</summary>
[TestFixture]
[Category("SIG")]
internal sealed class ConfigurationConformanceTests
{
    /// <summary>The peer's options come in two commands, the second with hints for QoS and mode.</summary>
    [Test]
    [Property("Id", "L2CAP/COS/CFD/BV-01-C")]
    public void Request_WithContinuation_IsAnsweredWithTheFlagAndThenWithTheMtu()
    {
        using var rig = Configuring();
        rig.Signal("0402 0800 4000 0100 0102 f401");
        rig.ExpectCommand("0502 0600 4100 0100 0000");
        rig.Signal("0403 2700 4000 0000 8316 0001000000000000000000000000ffffffffffffffff 8409 000000000000000000");
        rig.ExpectCommand("0503 0a00 4100 0000 0000 0102 f401");
    }

    [Test]
    [Property("Id", "L2CAP/COS/CFD/BV-02-C")]
    public void Response_Unacceptable_IsFollowedByTheAcceptableValue()
    {
        using var rig = Configuring();
        rig.Signal("0501 0a00 4000 0000 0100 0102 0001");
        rig.ExpectCommand("0402 0800 4100 0000 0102 0001");
    }

    [Test]
    [Property("Id", "L2CAP/COS/CFD/BV-03-C")]
    public void Request_WithoutOptions_IsAnsweredBeforeTheTimer()
    {
        using var rig = Configuring();
        rig.Signal("0402 0400 4000 0000");
        rig.ExpectCommand("0502 0a00 4100 0000 0000 0102 a002");
    }

    [Test]
    [Property("Id", "L2CAP/COS/CFD/BV-08-C")]
    public void Request_WhileOurAnswerIsMissing_IsAnsweredAtOnce()
    {
        using var rig = new L2capRig();
        _ = rig.Connect(new RecordingObserver());
        rig.Signal("0301 0800 4100 4000 0000 0000");
        rig.TakeCommand();
        rig.Signal("0401 0400 4000 0000");
        rig.ExpectCommand("0501 0a00 4100 0000 0000 0102 a002");
    }

    [Test]
    [Property("Id", "L2CAP/COS/CFD/BV-09-C")]
    public void Mtu48_IsTakenInBothDirections()
    {
        using var rig = new L2capRig();
        var observer = new RecordingObserver();
        var outcome = rig.Connect(observer);
        rig.Signal("0301 0800 4100 4000 0000 0000");
        rig.TakeCommand();
        rig.Signal("0502 0a00 4000 0000 0000 0102 3000");
        rig.Signal("0401 0800 4000 0000 0102 3000");
        rig.ExpectCommand("0501 0a00 4100 0000 0000 0102 3000");
        rig.ExpectNothing();
        rig.Do(() => { });
        Assert.That(outcome.Ended().Channel!.OutgoingMtu, Is.EqualTo(48));
    }

    /// <summary>Retransmission and Flow Control modes, and any mode that is not known, are not served: Basic is proposed.</summary>
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    [TestCase(0x55)]
    [Property("Id", "L2CAP/COS/CFD/BV-10-C")]
    [Property("Id", "L2CAP/COS/CFD/BV-11-C")]
    [Property("Id", "L2CAP/COS/CFD/BV-13-C")]
    public void Request_ModeThatIsNotServed_IsAnsweredWithBasic(int mode)
    {
        using var rig = Configuring();
        rig.Signal($"0402 0f00 4000 0000 0409 {mode:x2} 3f0300000000f203");
        rig.ExpectCommand("0502 1100 4100 0000 0100 0409 000000000000000000");
        rig.Signal("0403 0f00 4000 0000 0409 000000000000000000");
        rig.ExpectCommand("0503 0a00 4100 0000 0000 0102 a002");
        rig.Signal("0501 0600 4000 0000 0000");
        Assert.That(rig.Accepted[0].OpenedCount, Is.EqualTo(1));
    }

    [Test]
    [Property("Id", "L2CAP/COS/CFD/BV-12-C")]
    public void Request_UnknownHints_AreIgnored([Range(1, 10)] int count)
    {
        using var rig = Configuring();
        rig.Signal($"0402 {4 + (3 * count):x2}00 4000 0000" + string.Concat(Enumerable.Repeat("f001aa", count)));
        rig.ExpectCommand("0502 0a00 4100 0000 0000 0102 a002");
    }

    /// <summary>Only the last is mandatory: it alone is listed.</summary>
    [Test]
    [Property("Id", "L2CAP/COS/CFD/BV-14-C")]
    public void Request_UnknownMandatoryOption_IsListed([Range(1, 10)] int count)
    {
        using var rig = Configuring();
        rig.Signal($"0402 {4 + (3 * count):x2}00 4000 0000"
            + string.Concat(Enumerable.Repeat("f101aa", count - 1)) + "7001bb");
        rig.ExpectCommand("0502 0900 4100 0000 0300 7001bb");
    }

    [Test]
    [Property("Id", "L2CAP/COS/CFD/BV-14-C")]
    public void Request_AllUnknownMandatory_AreAllListed([Range(1, 10)] int count)
    {
        using var rig = Configuring();
        var options = string.Concat(Enumerable.Repeat("7001bb", count));
        rig.Signal($"0402 {4 + (3 * count):x2}00 4000 0000" + options);
        rig.ExpectCommand($"0502 {6 + (3 * count):x2}00 4100 0000 0300" + options);
    }

    [Test]
    [Property("Id", "L2CAP/CMC/BV-09-C")]
    public void Mode_PeerAsksErtmThenAgreesToBasic_Opens()
    {
        using var rig = Configuring();
        rig.Signal("0402 0f00 4000 0000 0409 033f0300000000f203");
        rig.ExpectCommand("0502 1100 4100 0000 0100 0409 000000000000000000");
        rig.Signal("0501 0600 4000 0000 0000");
        rig.Signal("0403 0400 4000 0000");
        rig.ExpectCommand("0503 0a00 4100 0000 0000 0102 a002");
        Assert.That(rig.Accepted[0].OpenedCount, Is.EqualTo(1));
    }

    [Test]
    [Property("Id", "L2CAP/CMC/BI-05-C")]
    public void Mode_PeerInsistsOnErtm_EndsTheChannel()
    {
        using var rig = Configuring();
        rig.Signal("0402 0f00 4000 0000 0409 033f0300000000f203");
        rig.TakeCommand();
        rig.Signal("0403 0f00 4000 0000 0409 033f0300000000f203");
        rig.ExpectCommand("0602 0400 4100 4000");
        rig.Signal("0702 0400 4100 4000");
        Assert.That(rig.Accepted[0].CloseReason, Is.EqualTo(ChannelCloseReason.ConfigurationFailed));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(L2capRule.ModeNotSupported));
    }

    [Test]
    [Property("Id", "L2CAP/CMC/BI-06-C")]
    public void Mode_PeerRejectsBasic_EndsTheChannel()
    {
        using var rig = Configuring();
        rig.Signal("0501 1100 4000 0000 0100 0409 033f0300000000f203");
        rig.ExpectCommand("0602 0400 4100 4000");
    }

    private static L2capRig Configuring()
    {
        var rig = new L2capRig();
        rig.Serve(L2capRig.TestPsm);
        rig.Signal("0201 0400 0110 4100");
        rig.ExpectCommand("0301 0800 4000 4100 0000 0000");
        rig.ExpectCommand("0401 0800 4100 0000 0102 a002");
        return rig;
    }
}
