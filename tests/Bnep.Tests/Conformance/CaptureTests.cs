using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;

namespace HostStack.Bnep.Tests.Conformance;

/// <summary>What BlueZ 5.66 said on the air, packet by packet, and what this side says in the place of its peer.</summary>
[TestFixture]
internal sealed class CaptureTests
{
    // The two ends of the capture nap-accepted.
    private static readonly MacAddress Server = new(0x00AA_0100_0042);
    private static readonly MacAddress Client = new(0x00AA_0101_0042);

    [Test]
    public void NapAccepted_AsItsServer_AnswersAsBlueZDid()
    {
        var rig = new SessionRig(local: Server, peer: Client);
        rig.User.AnswerAtOnce = SetupResponseCode.Success;
        rig.Open();
        Exchange(rig, "01010211161115", "01020000");
        Exchange(rig, "01050018ffffffffffffffffffffffff333300000001333300000001", "01060000");
        Exchange(
            rig,
            "01050024ffffffffffffffffffffffff33330000000133330000000101005e00000101005e000001",
            "01060000");
        Exchange(
            rig,
            "01050030ffffffffffffffffffffffff33330000000133330000000101005e00000101005e0000013333ff0100423333ff010042",
            "01060000");
        rig.Receive("04ffffffffffff0806000108000604000100aa01010042c0a83202000000000000c0a83201");
        var request = rig.User.Frames.Single();
        Assert.That(request.Destination, Is.EqualTo(MacAddress.Broadcast));
        Assert.That(request.Source, Is.EqualTo(Client));
        Assert.That(request.Type, Is.EqualTo(EtherType.Arp));

        // The reply goes out as BlueZ's did: to the octet.
        const string Reply = "0001080006040002 00aa01000042c0a83201 00aa01010042c0a83202";
        Assert.That(rig.Send(Client, Server, 0x0806, Reply), Is.EqualTo(BnepSendResult.Sent));
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["020806" + Reply])));

        // Its filter stops a group that it did not name, and lets its own through.
        Assert.That(rig.Send(new(0x3333_0000_00FB), Server, 0x86DD), Is.EqualTo(BnepSendResult.Filtered));
        Assert.That(rig.Send(new(0x3333_FF01_0042), Server, 0x86DD), Is.EqualTo(BnepSendResult.Sent));
    }

    [Test]
    public void NapAccepted_AsItsClient_UnderstandsTheServer()
    {
        var rig = new SessionRig(isInitiator: true, local: Client, peer: Server);
        rig.Open();
        rig.Session.RequestSetup(BnepUuid.Nap, BnepUuid.Panu);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01010211161115"])));
        rig.Receive("01020000");
        Assert.That(rig.Session.PeerRole, Is.EqualTo(BnepUuid.Nap));

        // The server asks for every group, three times; nothing is stopped by that.
        for (var i = 0; i < 3; i++)
        {
            Exchange(rig, "0105000c010000000000ffffffffffff", "01060000");
        }

        const string Report =
            "6000000000240001 00000000000000000000000000000000 ff020000000000000000000000000016"
            + "3a000502000001008f006f470000000104000000ff0200000000000000000001ff010042";
        rig.Send(new(0x3333_0000_0016), Client, 0x86DD, Report);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["0433330000001686dd" + Report])));
        rig.Receive("020806000108000604000200aa01000042c0a8320100aa01010042c0a83202");
        Assert.That(rig.User.Frames.Single().Source, Is.EqualTo(Server));
        Assert.That(rig.User.Frames.Single().Destination, Is.EqualTo(Client));
        Assert.That(rig.Session.IsConfirmed, Is.True);
    }

    [Test]
    public void BadDest_AsItsServer_RefusesTheDestination()
    {
        var rig = new SessionRig();
        rig.Open();
        rig.Receive("01010211011115");
        Assert.That(rig.User.Events[^1], Is.EqualTo("asked 0x1101 0x1115"));
        rig.Session.Answer(SetupResponseCode.InvalidDestinationUuid);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01020001"])));
    }

    [Test]
    public void BadDest_AsItsClient_IsToldWhy()
    {
        var rig = new SessionRig(isInitiator: true);
        rig.Open();
        rig.Session.RequestSetup(BnepUuid.FromShort(0x1101), BnepUuid.Panu);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex(["01010211011115"])));
        rig.Receive("01020001");
        Assert.That(rig.User.Outcomes.Single().Code, Is.EqualTo(SetupResponseCode.InvalidDestinationUuid));
        rig.Close();
        Assert.That(rig.User.Events[^1], Is.EqualTo("closed"));
    }

    private static void Exchange(SessionRig rig, string received, string expected)
    {
        rig.Receive(received);
        Assert.That(rig.TakeSent(), Is.EqualTo(Golden.Hex([expected])));
    }
}
