using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Channels;

[TestFixture]
internal sealed class ConfigurationTests
{
    private static readonly ChannelOptions Bnep = new() { IncomingMtu = 1691, OutgoingMtuFloor = 1691 };

    [Test]
    public void Request_BelowTheFloor_IsUnacceptableWithOurValue()
    {
        using var rig = Admitted(Bnep);
        rig.Signal("0402 0800 4000 0000 0102 a002");
        rig.ExpectCommand("0502 0a00 4100 0000 0100 0102 9b06");
        rig.Signal("0403 0800 4000 0000 0102 9b06");
        rig.ExpectCommand("0503 0a00 4100 0000 0000 0102 9b06");
    }

    [Test]
    public void Request_WithoutMtu_Means672AndIsBelowTheFloor()
    {
        using var rig = Admitted(Bnep);
        rig.Signal("0402 0400 4000 0000");
        rig.ExpectCommand("0502 0a00 4100 0000 0100 0102 9b06");
    }

    [Test]
    public void Request_BelowTheFloorForEver_EndsTheChannel()
    {
        using var rig = Admitted(Bnep, new L2capOptions { ConfigurationRounds = 3 });
        for (var round = 0; round < 2; round++)
        {
            rig.Signal("0402 0800 4000 0000 0102 a002");
            rig.ExpectCommand("0502 0a00 4100 0000 0100 0102 9b06");
        }

        rig.Signal("0402 0800 4000 0000 0102 a002");
        rig.ExpectCommand("0602 0400 4100 4000");
        rig.Signal("0702 0400 4100 4000");
        Assert.Multiple(() =>
        {
            Assert.That(rig.Accepted[0].CloseReason, Is.EqualTo(ChannelCloseReason.ConfigurationFailed));
            Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(L2capRule.MtuBelowFloor));
            Assert.That(rig.Accepted[0].OpenedCount, Is.Zero);
        });
    }

    [Test]
    public void Request_ModeAndMtuUnacceptable_ListsBoth()
    {
        using var rig = Admitted(Bnep);
        rig.Signal("0402 1300 4000 0000 0102 a002 0409 033f0300000000f203");
        rig.ExpectCommand("0502 1500 4100 0000 0100 0102 9b06 0409 000000000000000000");
    }

    [Test]
    public void Request_AfterOneThatCannotBeRead_StartsFromWhatWasAgreed()
    {
        using var rig = Admitted(new ChannelOptions());
        rig.Signal("0402 0700 4000 0000 0101 30");
        rig.ExpectCommand("0502 0600 4100 0000 0200");
        rig.Signal("0403 0b00 4000 0000 0102 0004 0201 00");
        rig.ExpectCommand("0503 0600 4100 0000 0200");
        rig.Signal("0404 0600 4000 0000 0400");
        rig.ExpectCommand("0504 0600 4100 0000 0200");
        rig.Signal("0405 0400 4000 0000");
        rig.ExpectCommand("0505 0a00 4100 0000 0000 0102 a002");
    }

    [Test]
    public void Request_FlushTimeoutAndQos_AreAcceptedSilently()
    {
        using var rig = Admitted();
        rig.Signal("0402 2000 4000 0000 0202 ffff 0316 0001000000000000000000000000ffffffffffffffff");
        rig.ExpectCommand("0502 0a00 4100 0000 0000 0102 a002");
    }

    [Test]
    public void Request_WithHintedMode_StaysBasic()
    {
        using var rig = Admitted();
        rig.Signal("0402 0f00 4000 0000 8409 033f0300000000f203");
        rig.ExpectCommand("0502 0a00 4100 0000 0000 0102 a002");
    }

    [Test]
    public void Request_OfTwoCommands_CarriesTheFirstOnesMtuIntoTheLastAnswer()
    {
        using var rig = Admitted();
        rig.Signal("0402 0800 4000 0100 0102 9b06");
        rig.ExpectCommand("0502 0600 4100 0100 0000");
        rig.Signal("0403 0400 4000 0000");
        rig.ExpectCommand("0503 0a00 4100 0000 0000 0102 9b06");
        rig.Signal("0501 0600 4000 0000 0000");
        Assert.That(rig.Accepted[0].Channel!.OutgoingMtu, Is.EqualTo(1691));
    }

    [Test]
    public void Request_ForAChannelThatDoesNotExist_IsRejected()
    {
        using var rig = new L2capRig();
        rig.Signal("0402 0400 5500 0000");
        rig.ExpectCommand("0102 0600 0200 5500 0000");
    }

    [Test]
    public void Request_BeforeTheChannelIsAccepted_IsRejected()
    {
        using var rig = new L2capRig();
        _ = rig.Connect(new RecordingObserver());
        rig.Signal("0402 0400 4000 0000");
        rig.ExpectCommand("0102 0600 0200 4000 0000");
    }

    [Test]
    public void Response_Unacceptable_IsFollowedByTheProposedValue()
    {
        using var rig = Admitted(Bnep);
        rig.Signal("0501 0a00 4000 0000 0100 0102 0004");
        rig.ExpectCommand("0402 0800 4100 0000 0102 0004");
    }

    [Test]
    public void Response_UnacceptableAskingForMoreThanWeHold_KeepsOurValue()
    {
        using var rig = Admitted(Bnep);
        rig.Signal("0501 0a00 4000 0000 0100 0102 ffff");
        rig.ExpectCommand("0402 0800 4100 0000 0102 9b06");
    }

    [Test]
    public void Response_UnacceptableForEver_EndsTheChannel()
    {
        using var rig = Admitted(Bnep, new L2capOptions { ConfigurationRounds = 2 });
        rig.Signal("0501 0600 4000 0000 0100");
        rig.TakeCommand();
        rig.Signal("0502 0600 4000 0000 0100");
        rig.ExpectCommand("0603 0400 4100 4000");
    }

    [Test]
    public void Response_Rejected_EndsTheChannel()
    {
        using var rig = Admitted();
        rig.Signal("0501 0600 4000 0000 0200");
        rig.ExpectCommand("0602 0400 4100 4000");
    }

    [Test]
    public void Response_UnknownOptions_IsFollowedByARequestWithoutThem()
    {
        using var rig = Admitted();
        rig.Signal("0501 0a00 4000 0000 0300 0102 a002");
        rig.ExpectCommand("0402 0400 4100 0000");
        rig.Signal("0502 0a00 4000 0000 0300 0102 a002");
        rig.ExpectCommand("0603 0400 4100 4000");
    }

    [Test]
    public void Response_WithContinuation_IsAskedForTheRest()
    {
        using var rig = Admitted();
        rig.Signal("0501 0600 4000 0100 0000");
        rig.ExpectCommand("0402 0400 4100 0000");
        rig.Signal("0502 0600 4000 0000 0000");
        rig.Signal("0402 0400 4000 0000");
        Assert.That(rig.Accepted[0].OpenedCount, Is.EqualTo(1));
    }

    [Test]
    public void Response_Pending_KeepsTheIdentifierAndWaitsLonger()
    {
        using var rig = Admitted();
        rig.Signal("0402 0400 4000 0000");
        rig.TakeCommand();
        rig.Signal("0501 0600 4000 0000 0400");
        rig.Advance(TimeSpan.FromSeconds(100));
        rig.ExpectNothing();
        rig.Signal("0501 0600 4000 0000 0000");
        Assert.That(rig.Accepted[0].OpenedCount, Is.EqualTo(1));
    }

    [Test]
    public void Configuration_PeerNeverAsks_EndsAtTheDeadline()
    {
        using var rig = Admitted(options: new L2capOptions { ConfigurationTimeout = TimeSpan.FromSeconds(30) });
        rig.Signal("0501 0600 4000 0000 0000");
        rig.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        rig.ExpectNothing();
        rig.Advance(TimeSpan.FromTicks(1));
        rig.ExpectCommand("0602 0400 4100 4000");
        rig.Advance(TimeSpan.FromSeconds(10));
        Assert.That(rig.Accepted[0].CloseReason, Is.EqualTo(ChannelCloseReason.Timeout));
    }

    [Test]
    public void Configuration_PeerNeverAnswers_EndsAtRtx()
    {
        using var rig = Admitted();
        rig.Advance(TimeSpan.FromSeconds(10));
        rig.ExpectCommand("0602 0400 4100 4000");
        rig.Advance(TimeSpan.FromSeconds(10));
        Assert.That(rig.Accepted[0].CloseReason, Is.EqualTo(ChannelCloseReason.Timeout));
        Assert.That(rig.Accepted[0].ClosedCount, Is.EqualTo(1));
    }

    [Test]
    public void Reconfiguration_OfAnOpenChannel_HoldsDataAndTakesTheNewMtu()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming();
        rig.Signal("0403 0800 4000 0000 0102 0001");
        rig.ExpectCommand("0503 0a00 4100 0000 0000 0102 0001");
        rig.ExpectCommand("0402 0800 4100 0000 0102 a002");
        Assert.That(observer.Channel!.HasRoom, Is.False);
        rig.Receive(0x0040, [1, 2, 3]);
        Assert.That(observer.Sdus, Has.Count.EqualTo(1), "what the peer had sent still arrives");
        rig.Signal("0502 0600 4000 0000 0000");
        Assert.Multiple(() =>
        {
            Assert.That(observer.Channel!.OutgoingMtu, Is.EqualTo(256));
            Assert.That(observer.Channel!.HasRoom, Is.True);
            Assert.That(observer.OpenedCount, Is.EqualTo(1));
            Assert.That(observer.WritableCount, Is.EqualTo(1));
        });
    }

    [Test]
    public void Reconfiguration_NotAcceptable_KeepsWhatWasAgreed()
    {
        using var rig = new L2capRig();
        var observer = rig.OpenIncoming(Bnep);
        rig.Signal("0403 0800 4000 0000 0102 3000");
        rig.ExpectCommand("0503 0a00 4100 0000 0100 0102 9b06");
        Assert.That(observer.Channel!.IsOpen, Is.True);
        Assert.That(observer.Channel!.OutgoingMtu, Is.EqualTo(1691));
    }

    private static L2capRig Admitted(ChannelOptions? service = null, L2capOptions? options = null)
    {
        var rig = new L2capRig(options);
        rig.Serve(L2capRig.TestPsm, service);
        rig.Signal("0201 0400 0110 4100");
        rig.ExpectCommand("0301 0800 4000 4100 0000 0000");
        Assert.That(rig.TakeCommand(), Does.StartWith("04010800"));
        return rig;
    }
}
