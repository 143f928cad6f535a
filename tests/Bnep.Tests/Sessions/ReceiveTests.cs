using HostStack.Bnep.Sessions;
using HostStack.Ethernet;

namespace HostStack.Bnep.Tests.Sessions;

[TestFixture]
internal sealed class ReceiveTests
{
    [TestCase(Golden.GeneralIPv4)]
    [TestCase(Golden.CompressedIPv4)]
    [TestCase("03 00AA00554433 0800" + Golden.IPv4)]
    [TestCase("04 0030B7456789 0800" + Golden.IPv4)]
    public void Frame_OfEachType_IsTheSameFrame(string packet)
    {
        var rig = DeviceB();
        rig.Receive(packet);
        var frame = rig.User.Frames.Single();
        Assert.Multiple(() =>
        {
            Assert.That(frame.Destination, Is.EqualTo(Golden.DeviceB));
            Assert.That(frame.Source, Is.EqualTo(Golden.DeviceA));
            Assert.That(frame.Type, Is.EqualTo(EtherType.IPv4));
            Assert.That(Convert.ToHexString(frame.Payload), Is.EqualTo(Golden.Hex(Golden.IPv4)));
            Assert.That(frame.Extensions, Is.Empty);
            Assert.That(rig.Session.Counters.FramesReceived, Is.EqualTo(1));
            Assert.That(rig.Session.Counters.OctetsReceived, Is.EqualTo(20));
        });
    }

    [TestCase(Golden.GeneralIPv4, 15)]
    [TestCase(Golden.CompressedIPv4, 3)]
    [TestCase("03 00AA00554433 0800" + Golden.IPv4, 9)]
    [TestCase("04 0030B7456789 0800" + Golden.IPv4, 9)]
    public void Frame_EveryTruncation_IsDroppedUpToItsHeader(string packet, int header)
    {
        var rig = DeviceB();
        var octets = Golden.Octets(packet);
        for (var length = 0; length < octets.Length; length++)
        {
            rig.User.Frames.Clear();
            rig.Receive(octets.AsSpan(0, length));
            Assert.That(rig.User.Frames, Has.Count.EqualTo(length < header ? 0 : 1), $"{length} octets");
        }

        Assert.That(rig.Session.Counters.Malformed, Is.EqualTo(header));
    }

    // Figures 27, 28 and 30.
    [TestCase(Golden.GeneralWithFilter, 0x86DD, Golden.IPv6)]
    [TestCase(Golden.CompressedWithFilter, 0x0800, Golden.IPv4)]
    [TestCase(Golden.TaggedWithReset, 0x8100, "6001 0800" + Golden.IPv4)]
    public void Frame_WithControlExtension_IsAnsweredAndDelivered(string packet, int type, string payload)
    {
        var rig = DeviceB();
        rig.Receive(packet);
        var frame = rig.User.Frames.Single();
        Assert.Multiple(() =>
        {
            Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0000"])));
            Assert.That((int)frame.Type.Value, Is.EqualTo(type));
            Assert.That(Convert.ToHexString(frame.Payload), Is.EqualTo(Golden.Hex(payload)));
            Assert.That(frame.Extensions, Is.Empty, "a control header is not for others");
        });
    }

    // Figure 29.
    [Test]
    public void Control_WithControlExtension_IsAnsweredTwice()
    {
        var rig = DeviceB();
        rig.Receive(Golden.FilterWithFilter);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0000", "01 06 0000"])));
    }

    [TestCase("82 0800 80 02 FF11 85 03 AABBCC 06 00 4500", "85 03 AABBCC 06 00", "01 00 FF")]
    [TestCase("82 0800 85 03 AABBCC 80 02 FF11 06 00 4500", "85 03 AABBCC 06 00", "01 00 FF")]
    [TestCase("82 0800 85 03 AABBCC 00 02 FF11 4500", "05 03 AABBCC", "01 00 FF")]
    public void Frame_WithKnownAndUnknownExtensions_KeepsTheUnknown(string packet, string kept, string answer)
    {
        var rig = DeviceB();
        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([answer])));
        var frame = rig.User.Frames.Single();
        Assert.That(Convert.ToHexString(frame.Payload), Is.EqualTo("4500"));
        Assert.That(Convert.ToHexString(frame.Extensions), Is.EqualTo(Golden.Hex(kept)));
    }

    [Test]
    public void Frame_WithBrokenExtensions_IsDroppedWhole()
    {
        var rig = DeviceB();
        rig.Receive("82 0800 80 02 FF11 05 FF 4500");
        Assert.That(rig.TakeSent(), Is.Empty);
        Assert.That(rig.User.Frames, Is.Empty);
        Assert.That(rig.Session.Counters.Malformed, Is.EqualTo(1));
    }

    [Test]
    public void Frame_OfExtensionsAlone_IsDelivered()
    {
        var rig = DeviceB();
        rig.Receive("82 0000 05 02 BEEF");
        var frame = rig.User.Frames.Single();
        Assert.That(frame.Payload, Is.Empty);
        Assert.That(frame.Type.Value, Is.Zero);
        Assert.That(Convert.ToHexString(frame.Extensions), Is.EqualTo("0502BEEF"));
    }

    // One frame received is one frame sent on: the unknown headers, and none of the control ones.
    [Test]
    public void Frame_Forwarded_KeepsItsUnknownExtensions()
    {
        var rig = DeviceB();
        rig.Receive("80 0200000000C1 00AA00554433 0800 80 03 03 0000 05 02 BEEF 4500");
        var frame = rig.User.Frames.Single();
        var next = SessionRig.OpenResponder(local: Golden.DeviceB, peer: Golden.Other);
        next.Session.Send(new(frame.Destination, frame.Source, frame.Type, frame.Payload), frame.Extensions);
        Assert.That(next.TakeSent(), Is.EqualTo(Golden.Hex(["83 00AA00554433 0800 05 02 BEEF 4500"])));
    }

    [Test]
    public void ReservedPacketType_IsDropped([Range(5, 0x7F)] int type, [Values] bool extended)
    {
        var rig = DeviceB();
        var packet = Golden.Octets(Golden.GeneralWithFilter);
        packet[0] = (byte)(type | (extended ? 0x80 : 0));
        rig.Receive(packet);
        Assert.That(rig.TakeSent(), Is.Empty);
        Assert.That(rig.User.Frames, Is.Empty);
        Assert.That(rig.Session.Counters.Reserved, Is.EqualTo(1));
    }

    [Test]
    public void ReservedControlType_IsComplainedAbout([Range(7, 255, 8)] int type, [Values] bool inExtension)
    {
        var rig = DeviceB();
        rig.Receive(inExtension ? $"82 0800 00 03 {type:X2} AABB 4500" : $"01 {type:X2} AABB");
        Assert.That(rig.TakeSent(), Is.EqualTo(new[] { $"0100{type:X2}" }));
        Assert.That(rig.User.Frames, Has.Count.EqualTo(inExtension ? 1 : 0));
        Assert.That(rig.Session.Counters.NotUnderstood, Is.EqualTo(1));
    }

    [Test]
    public void Frame_UserDisconnects_NothingMoreIsDelivered()
    {
        var rig = DeviceB();
        rig.User.OnFrame = static session => session.Disconnect();
        rig.Receive(Golden.CompressedIPv4);
        rig.Receive(Golden.CompressedIPv4);
        rig.Receive(Golden.FilterIPv6);
        Assert.That(rig.User.Frames, Has.Count.EqualTo(1));
        Assert.That(rig.TakeSent(), Is.Empty);
        Assert.That(rig.Session.Counters.Ignored, Is.EqualTo(2));
    }

    [Test]
    public void Setup_UserDisconnectsAtOnce_SendsNoMore()
    {
        var rig = new SessionRig();
        rig.Open();
        rig.User.AnswerAtOnce = 0;
        rig.User.OnOpened = static session => session.Disconnect();
        rig.Receive("81 01 02 1116 1115 00 07 03 0004 86DD 86DD");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 02 0000"])));
        Assert.That(rig.Channel.Disconnects, Is.EqualTo(1));
    }

    private static SessionRig DeviceB() => SessionRig.OpenResponder(local: Golden.DeviceB, peer: Golden.DeviceA);
}
