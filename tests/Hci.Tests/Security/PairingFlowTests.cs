using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>Every association model on both sides, the events and commands in the octets of Core, Vol 4, Part E, 7.1
/// and 7.7, in the order of Vol 2, Part F, 4.2.</summary>
[TestFixture]
public sealed class PairingFlowTests
{
    private const string Peer = SecurityRig.Peer;
    private const string Key = SecurityRig.Key;

    [Test]
    public void JustWorks_BegunHere_IsAcceptedWithoutAsking()
    {
        using var rig = new SecurityRig();
        var paired = rig.Pair();
        rig.Expect("11 04 02 0B00");
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0C 04 06" + Peer);
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Expect("2B 04 09" + Peer + "03 00 02");
        rig.Event(EventCode.IoCapabilityResponse, Peer + "03 00 02");
        rig.Event(EventCode.UserConfirmationRequest, Peer + "40E20100");
        rig.Expect("2C 04 06" + Peer);
        rig.Hide("123456");
        Finish(rig, "04", local: true, mode: "01");

        Assert.That(
            paired.Ended(),
            Is.EqualTo(new PairingOutcome(
                SecurityShortfall.None, null, HciStatus.Success, AssociationModel.JustWorks, LinkKeyType.UnauthenticatedP192, true)));
        Assert.That(rig.Link.Security, Is.EqualTo(new LinkSecurity(EncryptionMode.E0, 16, LinkKeyType.UnauthenticatedP192)));
        Assert.That(rig.Stored!.Key, Is.EqualTo(new LinkKey(Convert.FromHexString(Key))));
        Assert.That(rig.PairedOutcomes, Has.Count.EqualTo(1));
    }

    [Test]
    public void JustWorks_BegunByThePeerInTheWindow_AsksTheAgent()
    {
        var agent = new FakeAgent(IoCapability.NoInputNoOutput);
        using var rig = new SecurityRig(agent);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 03");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Expect("2B 04 09" + Peer + "03 00 02");
        rig.Event(EventCode.UserConfirmationRequest, Peer + "40E20100");
        rig.Expect("2C 04 06" + Peer);
        Finish(rig, "04", local: false, mode: "01");

        Assert.That(agent.Asked, Has.Count.EqualTo(1));
        Assert.That(agent.Asked[0].Model, Is.EqualTo(AssociationModel.JustWorks));
        Assert.That(agent.Asked[0].Digits, Is.Null);
        Assert.That(agent.Asked[0].IsWindowOpen, Is.True);
        Assert.That(agent.Ended, Is.EqualTo(new[] { true }));
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void JustWorks_BuiltInAgent_AcceptsInTheWindowOnly()
    {
        var agent = new JustWorksAgent();
        var request = new PairingRequest
        {
            Peer = new FakeSecuredLink().Peer, Model = AssociationModel.JustWorks, IsLocal = false, IsWindowOpen = true,
        };
        Assert.That(agent.ConfirmAsync(request, default).Ended(), Is.True);
        Assert.That(agent.ConfirmAsync(request with { IsWindowOpen = false }, default).Ended(), Is.False);
        Assert.That(agent.ConfirmAsync(request with { Model = AssociationModel.NumericComparison }, default).Ended(), Is.False);
    }

    [Test]
    public void NumericComparison_OnEitherSide_ShowsTheDigits([Values] bool local, [Values] bool accepts)
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Confirm = Task.FromResult(accepts) };
        using var rig = new SecurityRig(agent);
        rig.Hide("123456");
        rig.Link.PeerSupportsSecureConnections = true;
        var paired = Begin(rig, local, peerSays: "01 00 03", weSay: local ? "01 00 03" : "01 00 03");
        rig.Event(EventCode.UserConfirmationRequest, Peer + "40E20100");

        Assert.That(agent.Asked[0].Digits!.Value.ToDigits(), Is.EqualTo("123456"));
        Assert.That(agent.Asked[0].Model, Is.EqualTo(AssociationModel.NumericComparison));
        if (accepts)
        {
            rig.Expect("2C 04 06" + Peer);
            Finish(rig, "08", local, mode: "02");
            Assert.That(rig.Check(new() { Authenticated = true, SecureConnectionsOnly = true }), Is.EqualTo(SecurityShortfall.None));
            Assert.That(rig.Stored!.PeerSupportsSecureConnections, Is.True);
        }
        else
        {
            rig.Expect("2D 04 06" + Peer);
            rig.Event(EventCode.SimplePairingComplete, "05" + Peer);
            if (local)
            {
                rig.Event(EventCode.AuthenticationComplete, "05 0B00");
                Assert.That(paired!.Ended().Rule, Is.EqualTo(SecurityRule.UserRefused));
            }

            Assert.That(rig.Failures.Single().Shortfall, Is.EqualTo(SecurityShortfall.AuthenticationFailed));
            Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.UserRefused));
            Assert.That(rig.Stored, Is.Null);
            Assert.That(agent.Ended, Is.EqualTo(new[] { false }));
        }
    }

    [Test]
    public void PasskeyEntry_TypedHere_AsksForTheDigits([Values] bool local)
    {
        var agent = new FakeAgent(IoCapability.KeyboardOnly) { Passkey = Task.FromResult<Passkey?>(new Passkey(987654)) };
        using var rig = new SecurityRig(agent);
        rig.Hide("987654");
        _ = Begin(rig, local, peerSays: "00 00 03", weSay: "02 00 03");
        rig.Event(EventCode.UserPasskeyRequest, Peer);
        rig.Expect("2E 04 0A" + Peer + "06120F00");
        Finish(rig, "05", local, mode: "01");
        Assert.That(rig.PairedOutcomes.Single().Model, Is.EqualTo(AssociationModel.PasskeyEntry));
        Assert.That(rig.Check(new() { Authenticated = true }), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void PasskeyEntry_NotTyped_IsRefused([Values] bool local)
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.KeyboardOnly));
        _ = Begin(rig, local, peerSays: "00 00 03", weSay: "02 00 03");
        rig.Event(EventCode.UserPasskeyRequest, Peer);
        rig.Expect("2F 04 06" + Peer);
    }

    [Test]
    public void PasskeyEntry_ShownHere_TellsTheAgentAndForwardsKeypresses([Values] bool local)
    {
        var agent = new FakeAgent(IoCapability.DisplayOnly);
        using var rig = new SecurityRig(agent);
        rig.Hide("041234");
        _ = Begin(rig, local, peerSays: "02 00 03", weSay: "00 00 03");
        rig.Event(EventCode.UserPasskeyNotification, Peer + "12A10000");
        rig.Event(EventCode.KeypressNotification, Peer + "00");
        rig.Event(EventCode.KeypressNotification, Peer + "01");
        rig.Expect();
        Assert.That(agent.Shown.Single().Digits!.Value.ToDigits(), Is.EqualTo("041234"));
        Assert.That(agent.Pressed, Is.EqualTo(new[] { KeypressNotificationType.Started, KeypressNotificationType.DigitEntered }));
        Finish(rig, "05", local, mode: "01");
    }

    [Test]
    public void PasskeyEntry_TypedOnBothSides_AsksForTheDigits([Values] bool local)
    {
        var agent = new FakeAgent(IoCapability.KeyboardOnly) { Passkey = Task.FromResult<Passkey?>(new Passkey(7)) };
        using var rig = new SecurityRig(agent);
        _ = Begin(rig, local, peerSays: "02 00 03", weSay: "02 00 03");
        rig.Event(EventCode.UserPasskeyRequest, Peer);
        rig.Expect("2E 04 0A" + Peer + "07000000");
        Finish(rig, "05", local, mode: "01");
    }

    [Test]
    public void OutOfBand_DataOfTheFirstCurve_IsGiven([Values] bool local)
    {
        var agent = new FakeAgent(IoCapability.NoInputNoOutput);
        using var rig = new SecurityRig(agent);
        agent.Oob.Set(rig.Link.Peer, new OobData(Pair(0x11, 0x22), null));
        _ = Begin(rig, local, peerSays: "03 01 02", weSay: "03 01 02");
        rig.Event(EventCode.RemoteOobDataRequest, Peer);
        rig.Expect("30 04 26" + Peer + Sixteen("11") + Sixteen("22"));
        Finish(rig, "05", local, mode: "01");
        Assert.That(rig.PairedOutcomes.Single().Model, Is.EqualTo(AssociationModel.OutOfBand));
    }

    [Test]
    public void OutOfBand_DataOfBothCurves_IsGivenInTheExtendedReply([Values] bool local)
    {
        var agent = new FakeAgent(IoCapability.NoInputNoOutput);
        using var rig = new SecurityRig(agent);
        agent.Oob.Set(rig.Link.Peer, new OobData(Pair(0x11, 0x22), Pair(0x33, 0x44)));
        _ = Begin(rig, local, peerSays: "03 00 02", weSay: "03 03 02");
        rig.Event(EventCode.RemoteOobDataRequest, Peer);
        rig.Expect("45 04 46" + Peer + Sixteen("11") + Sixteen("22") + Sixteen("33") + Sixteen("44"));
        Finish(rig, "08", local, mode: "02");
    }

    [Test]
    public void OutOfBand_NoDataHeld_IsRefused()
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.NoInputNoOutput));
        _ = Begin(rig, local: true, peerSays: "03 01 02", weSay: "03 00 02");
        rig.Event(EventCode.RemoteOobDataRequest, Peer);
        rig.Expect("33 04 06" + Peer);
    }

    [Test]
    public void LegacyPin_ThisControllerWithoutSimplePairing_IsAskedForAndGiven()
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Pin = Task.FromResult<PinCode?>(new PinCode("0000"u8)) };
        using var rig = new SecurityRig(agent, new SecurityOptions { AllowLegacyPairing = true });
        rig.Commands.Unsupported.Add(OpCode.WriteSimplePairingMode);
        rig.OpenWindow();
        rig.Event(EventCode.PinCodeRequest, Peer);
        rig.Expect("0D 04 17" + Peer + "04 30303030 000000000000000000000000");
    }

    [Test]
    public void LegacyPin_PeerWithoutSimplePairing_IsAskedForAndGiven([Values] bool local)
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Pin = Task.FromResult<PinCode?>(new PinCode("0000"u8)) };
        using var rig = new SecurityRig(agent, new SecurityOptions { AllowLegacyPairing = true });
        rig.Link.PeerHostSupportsSsp = false;
        if (local)
        {
            _ = rig.Pair();
            rig.Expect("11 04 02 0B00");
            rig.Event(EventCode.LinkKeyRequest, Peer);
            rig.Expect("0C 04 06" + Peer);
        }
        else
        {
            rig.OpenWindow();
        }

        rig.Event(EventCode.PinCodeRequest, Peer);
        rig.Expect("0D 04 17" + Peer + "04 30303030 000000000000000000000000");
        rig.Event(EventCode.LinkKeyNotification, Peer + Key + "00");
        Secure(rig, local, "01");
        Assert.That(rig.Stored!.Type, Is.EqualTo(LinkKeyType.Combination));
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void LegacyPin_Refused_EndsThePairing([Values] bool local)
    {
        using var rig = new SecurityRig(
            new FakeAgent(IoCapability.DisplayYesNo), new SecurityOptions { AllowLegacyPairing = true });
        rig.Link.PeerHostSupportsSsp = false;
        rig.OpenWindow();
        if (local)
        {
            _ = rig.Ensure();
            rig.Expect("11 04 02 0B00");
        }

        rig.Event(EventCode.PinCodeRequest, Peer);
        rig.Expect("0E 04 06" + Peer);
        Assert.That(rig.Failures.Single().Rule, Is.EqualTo(SecurityRule.UserRefused));
    }

    // Begins with the pairing window open where the peer does; ends when both capabilities are exchanged.
    private static Task<PairingOutcome>? Begin(SecurityRig rig, bool local, string peerSays, string weSay)
    {
        if (!local)
        {
            rig.OpenWindow();
            rig.Event(EventCode.IoCapabilityResponse, Peer + peerSays);
            rig.Event(EventCode.IoCapabilityRequest, Peer);
            rig.Expect("2B 04 09" + Peer + weSay);
            return null;
        }

        var paired = rig.Pair();
        rig.Expect("11 04 02 0B00");
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0C 04 06" + Peer);
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Expect("2B 04 09" + Peer + weSay);
        rig.Event(EventCode.IoCapabilityResponse, Peer + peerSays);
        return paired;
    }

    private static void Finish(SecurityRig rig, string keyType, bool local, string mode)
    {
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        rig.Event(EventCode.LinkKeyNotification, Peer + Key + keyType);
        Secure(rig, local, mode);
    }

    private static void Secure(SecurityRig rig, bool local, string mode)
    {
        if (local)
        {
            rig.Event(EventCode.AuthenticationComplete, "00 0B00");
            rig.Expect("13 04 03 0B00 01");
        }

        rig.Event(EventCode.EncryptionChange, "00 0B00" + mode);
        rig.Expect("08 14 02 0B00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    private static OobPair Pair(byte hash, byte randomizer) => new(Value(hash), Value(randomizer));

    private static OobValue Value(byte octet) => new(Enumerable.Repeat(octet, OobValue.Size).ToArray());

    private static string Sixteen(string octet) => string.Concat(Enumerable.Repeat(octet, 16));
}
