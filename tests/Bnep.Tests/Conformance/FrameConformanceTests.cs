using HostStack.Bnep.Sessions;
using HostStack.Ethernet;

namespace HostStack.Bnep.Tests.Conformance;

/// <summary>BNEP/RX and BNEP/TX by the identifiers of the field.</summary>
[TestFixture]
[Category("SIG")]
internal sealed class FrameConformanceTests
{
    private const string Payload = "DEADBEEF01";

    [Test]
    [Property("Id", "BNEP/RX-TYPE-0/BV-11-C")]
    public void RxType0Bv11_GeneralFrame_IsDelivered() =>
        Delivered("00 0030B7456789 00AA00554433 0800" + Payload, Golden.DeviceB, Golden.DeviceA);

    [Test]
    [Property("Id", "BNEP/RX-C/BV-12-C")]
    public void RxCBv12_CompressedFrame_IsDeliveredWithBothAddresses() =>
        Delivered("02 0800" + Payload, Golden.DeviceB, Golden.DeviceA);

    [Test]
    [Property("Id", "BNEP/RX-C-S/BV-13-C")]
    public void RxCSBv13_SourceOnlyFrame_IsDeliveredWithOurAddress() =>
        Delivered("03 0200000000C1 0800" + Payload, Golden.DeviceB, Golden.Other);

    [Test]
    [Property("Id", "BNEP/RX-C-S/BV-14-C")]
    public void RxCSBv14_DestinationOnlyFrame_IsDeliveredWithThePeersAddress() =>
        Delivered("04 0200000000C1 0800" + Payload, Golden.Other, Golden.DeviceA);

    [Test]
    [Property("Id", "BNEP/RX-TYPE-0/BV-15-C")]
    public void RxType0Bv15_KnownExtension_IsProcessedAndThePayloadDelivered()
    {
        var rig = Delivered(
            "80 0030B7456789 00AA00554433 0800 00 07 03 0004 0800 0800" + Payload, Golden.DeviceB, Golden.DeviceA);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0000"])));
    }

    [Test]
    [Property("Id", "BNEP/RX-TYPE-0/BV-16-C")]
    public void RxType0Bv16_UnknownExtension_IsSkippedAndKept()
    {
        var rig = Delivered(
            "80 0030B7456789 00AA00554433 0800 7F 03 010203" + Payload, Golden.DeviceB, Golden.DeviceA, "7F 03 010203");
        Assert.That(rig.TakeSent(), Is.Empty);
    }

    [Test]
    [Property("Id", "BNEP/RX-TYPE-0/BV-17-C")]
    public void RxType0Bv17_KnownAndUnknownExtension_AreProcessedAndKept()
    {
        var rig = Delivered(
            "80 0030B7456789 00AA00554433 0800 80 07 03 0004 0800 0800 7F 03 010203" + Payload,
            Golden.DeviceB,
            Golden.DeviceA,
            "7F 03 010203");
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01 04 0000"])));
    }

    [Test]
    [Property("Id", "BNEP/RX-TYPE-0/BV-18-C")]
    public void RxType0Bv18_TwoUnknownExtensions_AreSkippedAndKeptInOrder()
    {
        const string Extensions = "FE 01 AA 7F 00";
        var rig = Delivered(
            "80 0200000000C1 00AA00554433 0800" + Extensions + Payload, Golden.Other, Golden.DeviceA, Extensions);
        var frame = rig.User.Frames.Single();
        var next = SessionRig.OpenResponder(local: Golden.DeviceB, peer: Golden.Other);
        next.Session.Send(new(frame.Destination, frame.Source, frame.Type, frame.Payload), frame.Extensions);
        Assert.That(next.TakeSent(), Is.EqualTo(Golden.Hex(["83 00AA00554433 0800" + Extensions + Payload])));
    }

    [Test]
    [Property("Id", "BNEP/TX-TYPE-0/BV-20-C")]
    public void TxType0Bv20_FrameBetweenOthers_IsGeneral() =>
        Sends(Golden.Other, new(0x0200_0000_00C2), "00 0200000000C1 0200000000C2 0800" + Payload);

    [Test]
    [Property("Id", "BNEP/TX-C/BV-21-C")]
    public void TxCBv21_FrameBetweenTheEnds_IsCompressed() =>
        Sends(Golden.DeviceA, Golden.DeviceB, "02 0800" + Payload);

    [Test]
    [Property("Id", "BNEP/TX-C-S/BV-22-C")]
    public void TxCSBv22_FrameOfAnotherForThePeer_HasItsSourceOnly() =>
        Sends(Golden.DeviceA, Golden.Other, "03 0200000000C1 0800" + Payload);

    [Test]
    [Property("Id", "BNEP/TX-C-D/BV-23-C")]
    public void TxCDBv23_OwnFrameForAnother_HasItsDestinationOnly() =>
        Sends(Golden.Other, Golden.DeviceB, "04 0200000000C1 0800" + Payload);

    // Device B is this side.
    private static SessionRig Delivered(
        string packet, MacAddress destination, MacAddress source, string extensions = "")
    {
        var rig = SessionRig.OpenResponder(local: Golden.DeviceB, peer: Golden.DeviceA);
        rig.Receive(packet);
        var frame = rig.User.Frames.Single();
        Assert.Multiple(() =>
        {
            Assert.That(frame.Destination, Is.EqualTo(destination));
            Assert.That(frame.Source, Is.EqualTo(source));
            Assert.That(frame.Type, Is.EqualTo(EtherType.IPv4));
            Assert.That(Convert.ToHexString(frame.Payload), Is.EqualTo(Payload));
            Assert.That(Convert.ToHexString(frame.Extensions), Is.EqualTo(Golden.Hex(extensions)));
        });
        return rig;
    }

    private static void Sends(MacAddress destination, MacAddress source, string packet)
    {
        var rig = SessionRig.OpenResponder(local: Golden.DeviceB, peer: Golden.DeviceA);
        Assert.That(rig.Send(destination, source, 0x0800, Payload), Is.EqualTo(BnepSendResult.Sent));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([packet])));
    }
}
