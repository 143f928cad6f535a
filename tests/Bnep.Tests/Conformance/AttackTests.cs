using HostStack.Bnep.Sessions;

namespace HostStack.Bnep.Tests.Conformance;

/// <summary>The attacks that other stacks fell to, each with every truncation of its packet, in every phase.</summary>
[TestFixture]
[Category("Attack")]
internal sealed class AttackTests
{
    /// <summary>How far a session is when the packet comes.</summary>
    internal enum Stage
    {
        Idle,
        Requesting,
        Authorizing,
        OpenAsInitiator,
        OpenAsResponder,
        Changing,
        Deciding,
    }

    // A setup request of no UUIDs, the extension bit, and a tail of 200 octets (also of none, and of a chain that runs out).
    [Test]
    [Property("Id", "CVE-2017-0781")]
    public void Cve20170781_ControlWithLongTail_IsBoundedToTheFrame(
        [Values("81 01 00", "81 01 02 1116 1115", "81 06 0000", "81 00 01")] string start, [Values] Stage stage)
    {
        var tail = string.Concat(Enumerable.Repeat("41", 200));
        foreach (var rig in EachTruncation(start + tail, stage))
        {
            // Every tail is a header of type 0x41 that promises 0x41 octets: whole only where they are there and no more.
            Assert.That(rig.Channel.Outstanding, Is.Zero);
            Assert.That(rig.User.Frames, Is.Empty);
        }

        var whole = At(stage);
        whole.Receive(start + tail);
        Assert.That(whole.TakeSent(), Is.Empty);
        Assert.That(whole.Session.Counters.Malformed, Is.EqualTo(1));
    }

    [Test]
    [Property("Id", "CVE-2017-0782")]
    public void Cve20170782_InnerLengthBeyondTheFrame_IsDropped(
        [Values(
            "82 0800 00 FF 4500",
            "82 0800 80 02 0742 05 80 4500",
            "80 0030B7456789 00AA00554433 0800 00 04 03 0004 4500",
            "81 01 FF 1116 1115 00 00",
            "81 03 0000 00 FF 05 000C",
            "81 02 0000 80 FF 42")]
        string packet,
        [Values] Stage stage)
    {
        foreach (var rig in EachTruncation(packet, stage))
        {
            Assert.That(rig.Channel.Outstanding, Is.Zero);
            Assert.That(rig.User.Frames.Select(static frame => frame.Payload.Length), Has.All.LessThanOrEqualTo(4));
        }

        var whole = At(stage);
        whole.Receive(packet);
        Assert.That(whole.Session.Counters.Malformed + whole.Session.Counters.FiltersRefused
            + whole.Session.Counters.Ignored, Is.Positive);
    }

    [Test]
    [Property("Id", "BNEP short frames")]
    public void ShortFrames_OfEveryTypeAndSize_AreRejected([Values] Stage stage)
    {
        var rig = At(stage);
        var expected = 0;
        for (var first = 0; first < 256; first++)
        {
            var header = (first & 0x7F) switch { 0 => 15, 1 => 2, 2 => 3, 3 or 4 => 9, _ => 0 };
            for (var length = 1; length < header; length++)
            {
                var packet = new byte[length];
                packet[0] = (byte)first;
                rig.Receive(packet);
                expected++;
            }
        }

        rig.Receive([]);
        Assert.That(rig.Session.Counters.Malformed, Is.EqualTo(expected + 1));
        Assert.That(rig.User.Frames, Is.Empty);
        Assert.That(rig.TakeSent(), Is.Empty);
    }

    [Test]
    [Property("Id", "BNEP filter length")]
    public void FilterLength_Wrong_IsRefusedAndChangesNothing(
        [Values(
            "82 0800 00 07 03 0008 0800 0800 4500",
            "82 0800 00 07 03 0003 0800 0800 4500",
            "82 0800 00 07 03 0400 0800 0800 4500",
            "82 0800 00 06 03 0003 080008 4500",
            "82 0800 00 0F 05 0018 333300000000 3333FFFFFFFF 4500",
            "82 0800 00 0F 05 0C00 333300000000 3333FFFFFFFF 4500",
            "82 0800 00 0E 05 000B 333300000000 3333FFFFFF 4500",
            "01 03 FFFF 0800 0800",
            "01 05 FFFF 333300000000 3333FFFFFFFF")]
        string packet)
    {
        var rig = At(Stage.OpenAsResponder);
        rig.Receive(Golden.FilterIPv6);
        rig.TakeSent();
        rig.Receive(packet);
        Assert.That(rig.TakeSent().Single(), Does.Match("^010[46]0002$"));
        Assert.That(rig.Session.Counters.FiltersRefused, Is.EqualTo(1));
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x86DD), Is.EqualTo(BnepSendResult.Sent));
        Assert.That(rig.Send(Golden.AllNodes, Golden.DeviceA, 0x86DD), Is.EqualTo(BnepSendResult.Sent));
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(BnepSendResult.Filtered));
    }

    [Test]
    [Property("Id", "BNEP filter length")]
    public void FilterLength_EveryTruncation_ChangesNothing(
        [Values(Golden.FilterIPv4Arp, Golden.FilterWithFilter, Golden.CompressedWithFilter)] string packet)
    {
        foreach (var rig in EachTruncation(packet, Stage.OpenAsResponder))
        {
            // The filter came whole, or nothing of it counts.
            var whole = rig.User.Frames.Count > 0;
            Assert.That(
                rig.Send(Golden.DeviceB, Golden.DeviceA, 0x86DD),
                Is.EqualTo(whole ? BnepSendResult.Filtered : BnepSendResult.Sent));
            Assert.That(rig.Send(Golden.AllNodes, Golden.DeviceA, 0x0800), Is.EqualTo(BnepSendResult.Sent));
        }
    }

    [Test]
    [Property("Id", "empty PDU")]
    public void EmptyPdu_InEveryPhase_IsDropped([Values] Stage stage)
    {
        var rig = At(stage);
        var phase = rig.Session.Phase;
        rig.Receive([]);
        Assert.That(rig.Session.Phase, Is.EqualTo(phase));
        Assert.That(rig.Session.Counters.Malformed, Is.EqualTo(1));
        Assert.That(rig.Channel.Disconnects, Is.Zero);
    }

    [Test]
    [Property("Id", "unhandled exception")]
    public void UnhandledException_EveryGoldenPacketTruncatedInEveryPhase_NeverThrows([Values] Stage stage)
    {
        string[] packets =
        [
            Golden.Setup128, Golden.SetupAccepted, Golden.GeneralIPv4, Golden.CompressedIPv4, Golden.FilterIPv6,
            Golden.FilterIPv4Arp, Golden.FilterIPv4Multicast, Golden.FilterIPv6Multicast, Golden.GeneralWithFilter,
            Golden.CompressedWithFilter, Golden.FilterWithFilter, Golden.TaggedWithReset, "01 00 03", "01 04 0000", "01 06 0000",
        ];
        foreach (var packet in packets)
        {
            foreach (var rig in EachTruncation(packet, stage))
            {
                rig.Advance(100);
                rig.Close();
                Assert.That(rig.User.Events[^1], Is.EqualTo("closed"));
                Assert.That(rig.Channel.Outstanding, Is.Zero);
            }
        }
    }

    internal static SessionRig At(Stage stage)
    {
        var rig = stage switch
        {
            Stage.OpenAsInitiator or Stage.Changing => SessionRig.OpenInitiator(),
            Stage.OpenAsResponder or Stage.Deciding => SessionRig.OpenResponder(),
            _ => new SessionRig(isInitiator: stage == Stage.Requesting),
        };
        if (stage is Stage.Idle or Stage.Requesting or Stage.Authorizing)
        {
            rig.Open();
        }

        if (stage is Stage.Requesting or Stage.Changing)
        {
            rig.Session.RequestSetup(new(0x1234), new(0x5678));
        }

        if (stage is Stage.Authorizing or Stage.Deciding)
        {
            rig.Receive("01 01 02 1116 1115");
        }

        rig.TakeSent();
        return rig;
    }

    private static IEnumerable<SessionRig> EachTruncation(string packet, Stage stage)
    {
        var octets = Golden.Octets(packet);
        for (var length = 0; length < octets.Length; length++)
        {
            var rig = At(stage);
            Assert.That(() => rig.Receive(octets.AsSpan(0, length)), Throws.Nothing, $"{packet}, {length} octets");
            yield return rig;
        }
    }
}
