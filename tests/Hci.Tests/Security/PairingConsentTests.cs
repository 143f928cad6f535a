using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>Who consents: an operator that named the peer, or the agent that is asked. Nothing else.</summary>
[TestFixture]
public sealed class PairingConsentTests
{
    private const string Peer = SecurityRig.Peer;

    [Test, Category("Attack"), Property("Id", "CVE-2023-45866")]
    public void LostKey_OfAPeerNobodyNamed_ReplacesNoBondThoughTheWindowIsOpen()
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo);
        using var rig = new SecurityRig(agent);
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.OpenWindow();
        var ensured = rig.Ensure();
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.AuthenticationComplete, "06 0B00");
        rig.Expect("11 04 02 0B00", "0B 04 16" + Peer + SecurityRig.Key);
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.AuthenticationFailed));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.PeerLostKey));
        Assert.That(agent.Asked, Is.Empty);
    }

    [Test, Category("Attack"), Property("Id", "CVE-2023-45866")]
    public void JustWorks_BegunHereForAService_AsksTheAgent([Values] bool consents)
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Confirm = Task.FromResult(consents) };
        using var rig = new SecurityRig(agent);
        rig.OpenWindow();
        _ = rig.Ensure();
        PairFromHere(rig);
        rig.Expect("11 04 02 0B00", "0C 04 06" + Peer, "2B 04 09" + Peer + "01 00 05", (consents ? "2C" : "2D") + "04 06" + Peer);
        Assert.That((agent.Asked.Single().IsLocal, agent.Asked.Single().Model), Is.EqualTo((true, AssociationModel.JustWorks)));
    }

    [Test]
    public void JustWorks_TheOperatorNamedThePeer_IsConsent()
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo);
        using var rig = new SecurityRig(agent);
        _ = rig.Pair();
        PairFromHere(rig);
        rig.Expect("11 04 02 0B00", "0C 04 06" + Peer, "2B 04 09" + Peer + "01 00 03", "2C 04 06" + Peer);
        Assert.That(agent.Asked, Is.Empty);
    }

    [Test, Category("Attack"), Property("Id", "CVE-2023-45866")]
    public void JustWorks_BegunByThePeerDuringOurAuthentication_AsksTheAgent([Values] bool isExplicit)
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Confirm = Task.FromResult(false) };
        using var rig = new SecurityRig(agent);
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.OpenWindow();
        _ = isExplicit ? rig.Pair() : (Task)rig.Ensure();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "03 00 04");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Expect("11 04 02 0B00", "2B 04 09" + Peer + "01 00 04", "2D 04 06" + Peer);
        Assert.That(agent.Asked.Single().IsLocal, Is.False);
    }

    [Test]
    public void PasskeyEntry_BegunByThePeerDuringOurAuthentication_GivesThisSideTheRespondersPart()
    {
        // Keyboard here, display there: both orders lead to Passkey Entry with the keyboard typing.
        var agent = new FakeAgent(IoCapability.KeyboardOnly) { Passkey = Task.FromResult<Passkey?>(new Passkey(123456)) };
        using var rig = new SecurityRig(agent);
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.OpenWindow();
        _ = rig.Ensure();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "00 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserPasskeyRequest, Peer);
        Assert.That((agent.Asked.Single().Model, agent.Asked.Single().IsLocal), Is.EqualTo((AssociationModel.PasskeyEntry, false)));
        rig.Expect("11 04 02 0B00", "2B 04 09" + Peer + "02 00 05", "2E 04 0A" + Peer + "40E20100");
    }

    [Test]
    public void RefusedQuestion_WhileEncryptionIsSwitchedOn_LeavesNothingToTheNextPairing()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.OpenWindow();
        _ = rig.Ensure();
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Event(EventCode.IoCapabilityResponse, Peer + "03 00 04");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "05 0B00 00");
        rig.Run(() => rig.Coordinator.RemoveBondAsync(rig.Link.Peer));
        rig.Expect("11 04 02 0B00", "13 04 03 0B00 01", "34 04 07" + Peer + "18");

        _ = rig.Pair();
        PairFromHere(rig);
        rig.Expect("11 04 02 0B00", "0C 04 06" + Peer, "2B 04 09" + Peer + "03 00 02", "2C 04 06" + Peer);
    }

    [Test]
    public void Observer_Throws_LinkIsEndedAndWaitersAreTold([Values] bool pairing)
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.Do(() => rig.Coordinator.Observer = new FailingObserver());
        rig.OpenWindow();
        var ensured = rig.Ensure();
        if (pairing)
        {
            rig.Event(EventCode.IoCapabilityRequest, Peer);
        }

        rig.Event(EventCode.LinkKeyNotification, Peer + new string('0', 32) + "04");
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.AuthenticationFailed));
        Assert.That(rig.Coordinator.Counters.ObserverFaults, Is.EqualTo(pairing ? 2 : 1));
    }

    [Test]
    public void LayerAbove_ThrowsWhenTold_LinkIsEndedAndWaitersAreTold()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var ensured = rig.Ensure();
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Link.Told = () => throw new InvalidOperationException("A channel's observer failed.");
        rig.Event(EventCode.AuthenticationComplete, "05 0B00");
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.AuthenticationFailed));
    }

    // Neither side can compare: Just Works.
    private static void PairFromHere(SecurityRig rig)
    {
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.IoCapabilityResponse, Peer + "03 00 04");
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
    }

    private sealed class FailingObserver : ISecurityObserver
    {
        public void Paired(PeerAddress peer, PairingOutcome outcome) => throw new InvalidOperationException();

        public void PairingFailed(PeerAddress peer, PairingOutcome outcome) => throw new InvalidOperationException();

        public void Refused(SecurityRefusal refusal) => throw new InvalidOperationException();
    }
}
