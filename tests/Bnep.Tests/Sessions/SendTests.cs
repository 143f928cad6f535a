using HostStack.Bnep.Frames;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using static HostStack.Bnep.Sessions.BnepSendResult;

namespace HostStack.Bnep.Tests.Sessions;

[TestFixture]
internal sealed class SendTests
{
    [Test]
    public void Send_BetweenTheEnds_IsCompressed() => Expect(Golden.DeviceB, Golden.DeviceA, Golden.CompressedIPv4);

    [Test]
    public void Send_ForThePeerFromAnother_HasTheSource() =>
        Expect(Golden.DeviceB, Golden.Other, "03 0200000000C1 0800" + Golden.IPv4);

    [Test]
    public void Send_FromUsForAnother_HasTheDestination() =>
        Expect(Golden.Other, Golden.DeviceA, "04 0200000000C1 0800" + Golden.IPv4);

    [Test]
    public void Send_BetweenOthers_HasBoth() =>
        Expect(Golden.Other, new(0x0200_0000_00C2), "00 0200000000C1 0200000000C2 0800" + Golden.IPv4);

    [Test]
    public void Send_Groups_HaveTheirDestination()
    {
        Expect(Golden.AllNodes, Golden.DeviceA, "04 333300000001 0800" + Golden.IPv4);
        Expect(MacAddress.Broadcast, Golden.Other, "00 FFFFFFFFFFFF 0200000000C1 0800" + Golden.IPv4);
    }

    [Test]
    public void Send_PeerWhoseAddressIsAGroup_IsNotCompressed()
    {
        var group = new MacAddress(0x0130_B745_6789);
        var rig = SessionRig.OpenResponder(peer: group);
        rig.Send(group, Golden.DeviceA, 0x0800);
        rig.Send(group, Golden.Other, 0x0800);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["04 0130B7456789 0800", "00 0130B7456789 0200000000C1 0800"])));
    }

    // Figure 21: the example does not compress.
    [Test]
    public void Send_GeneralByOption_IsNeverCompressed() =>
        Expect(
            Golden.DeviceB, Golden.DeviceA, Golden.GeneralIPv4, new() { Compression = HeaderCompression.GeneralOnly });

    [Test]
    public void Send_EmptyPayload_IsAFrame() =>
        Assert.That(SessionRig.OpenResponder().Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(Sent));

    [TestCase(0x0800, 1691, 1500)]
    [TestCase(0x8100, 1691, 1504)]
    [TestCase(0x0800, 1800, 1609)]
    [TestCase(0x0800, 4096, 1676)]
    [TestCase(0x0800, 672, 481)]
    public void Send_PayloadAtItsLimit_GoesAndOneMoreDoesNot(int type, int mtu, int limit)
    {
        var rig = SessionRig.OpenResponder(mtu: mtu);
        var frame = new EthernetFrame(Golden.Other, Golden.DeviceB, new((ushort)type), new byte[limit]);
        Assert.That(rig.Session.Send(frame), Is.EqualTo(Sent));
        frame = new EthernetFrame(Golden.Other, Golden.DeviceB, new((ushort)type), new byte[limit + 1]);
        Assert.That(rig.Session.Send(frame), Is.EqualTo(TooLong));
        Assert.That(rig.Channel.Sent.Single(), Has.Length.LessThanOrEqualTo(mtu));
        Assert.That(rig.Session.Counters.TooLong, Is.EqualTo(1));
    }

    [Test]
    public void Send_MtuSmallerThanTheReserve_TakesNothing()
    {
        var rig = SessionRig.OpenResponder(mtu: 100);
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(TooLong));
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800, "", "05 00"), Is.EqualTo(TooLong));
    }

    // 3.1: extension headers and payload together fit the longest header and the smallest MTU.
    [TestCase(174, 1500, Sent)]
    [TestCase(175, 1500, TooLong)]
    [TestCase(250, 1424, Sent)]
    [TestCase(250, 1425, TooLong)]
    public void Send_ExtensionsAndPayload_ShareTheirLimit(int extension, int payload, BnepSendResult expected)
    {
        var rig = SessionRig.OpenResponder(mtu: 4096);
        byte[] extensions = [0x05, (byte)extension, .. new byte[extension]];
        var frame = new EthernetFrame(Golden.Other, Golden.DeviceB, EtherType.IPv4, new byte[payload]);
        Assert.That(rig.Session.Send(frame, extensions), Is.EqualTo(expected));
    }

    [Test]
    public void Send_ExtensionsBeyondTheMtu_AreTooLong()
    {
        var rig = SessionRig.OpenResponder(mtu: 300);
        byte[] extensions = [0x05, 200, .. new byte[200]];
        var frame = new EthernetFrame(Golden.Other, Golden.Other, EtherType.IPv4, new byte[84]);
        Assert.That(rig.Session.Send(frame, extensions), Is.EqualTo(TooLong));
        frame = new EthernetFrame(Golden.Other, Golden.Other, EtherType.IPv4, new byte[83]);
        Assert.That(rig.Session.Send(frame, extensions), Is.EqualTo(Sent));
    }

    [Test]
    public void Send_UnknownExtensions_GoWithTheFrame()
    {
        var rig = SessionRig.OpenResponder();
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800, "4500", "85 02 BEEF 06 00"), Is.EqualTo(Sent));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["82 0800 85 02 BEEF 06 00 4500"])));
    }

    [TestCase("80 02 0742 05 01 AA", "82 0800 05 01 AA 4500")]
    [TestCase("85 01 AA 00 02 0742", "82 0800 05 01 AA 4500")]
    [TestCase("00 02 0742", "02 0800 4500")]
    public void Send_ControlExtensions_AreLeftOut(string extensions, string expected)
    {
        var rig = SessionRig.OpenResponder();
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800, "4500", extensions), Is.EqualTo(Sent));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([expected])));
    }

    [TestCase("85 02 BEEF")]
    [TestCase("05 03 BEEF")]
    [TestCase("05 01 BEEF")]
    public void Send_BrokenExtensions_AreTheCallersMistake(string extensions)
    {
        var rig = SessionRig.OpenResponder();
        Assert.That(
            () => rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800, "4500", extensions), Throws.ArgumentException);
    }

    [Test]
    public void Send_BeforeSetupAndAfterTheEnd_IsNotOpen()
    {
        var rig = new SessionRig();
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(NotOpen));
        rig.Open();
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(NotOpen));
        rig.Receive("01 01 02 1116 1115");
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(NotOpen), "while authorizing");
        rig.Session.Answer(0);
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(Sent));
        rig.Session.Disconnect();
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(NotOpen));
        Assert.That(rig.Session.Counters.NotOpen, Is.EqualTo(4));
    }

    [Test]
    public void Send_QueueFull_IsSaidAndWritableFollows()
    {
        var rig = SessionRig.OpenResponder();
        rig.Channel.HasRoom = false;
        var rents = rig.Channel.Rents;
        Assert.That(rig.Session.HasRoom, Is.False);
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800), Is.EqualTo(QueueFull));
        Assert.That(rig.Send(Golden.DeviceB, Golden.DeviceA, 0x0800, "", "05 00"), Is.EqualTo(QueueFull));
        Assert.That(rig.Session.Counters.QueueFull, Is.EqualTo(2));
        Assert.That(rig.Channel.Rents, Is.EqualTo(rents), "what finds no room is not copied");
        Assert.That(rig.Channel.Outstanding, Is.Zero);
        rig.Channel.HasRoom = true;
        rig.Observer.Writable(rig.Channel);
        Assert.That(rig.User.Events, Is.EqualTo(new[] { "writable" }));
    }

    private static void Expect(
        MacAddress destination, MacAddress source, string packet, BnepSessionOptions? options = null)
    {
        var rig = SessionRig.OpenResponder(options);
        Assert.That(rig.Send(destination, source, 0x0800, Golden.IPv4), Is.EqualTo(Sent));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([packet])));
        Assert.That(rig.Session.Counters.OctetsSent, Is.EqualTo(20));
        Assert.That(rig.Channel.Outstanding, Is.Zero);
    }
}
