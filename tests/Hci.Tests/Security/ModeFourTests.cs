using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>Levels of security mode 4 (Core, Vol 3, Part C, 5.2.2.8).</summary>
[TestFixture]
public sealed class ModeFourTests
{
    private const string Peer = SecurityRig.Peer;
    private static readonly SecurityRequirement LevelThree = new() { Authenticated = true };

    [Test]
    public void LevelZero_FreshLink_IsAdmitted()
    {
        using var rig = new SecurityRig();
        Assert.That(rig.Check(SecurityRequirement.None), Is.EqualTo(SecurityShortfall.None));
        Assert.That(rig.Ensure(SecurityRequirement.None).Ended(), Is.EqualTo(SecurityShortfall.None));
        rig.Expect();
    }

    [Test]
    public void LevelTwo_FreshLink_IsNotAdmitted()
    {
        using var rig = new SecurityRig();
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.NotEncrypted));
    }

    [Test]
    public void LevelTwo_BegunHereNotBonded_PairsAndEncrypts()
    {
        using var rig = new SecurityRig(new JustWorksAgent());
        rig.OpenWindow();
        var ensured = rig.Ensure();
        PairFromHere(rig, "03 00 04", "03 00 04", "04", "01");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void LevelTwo_BegunByThePeerNotBonded_PairsAndEncrypts()
    {
        using var rig = new SecurityRig(new JustWorksAgent());
        rig.OpenWindow();
        PairFromThere(rig, "03 00 04", "03 00 04", "04", "01");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void LevelTwo_BegunHereBonded_UsesTheKey()
    {
        using var rig = LinkProcedureTests.Secured(LinkKeyType.UnauthenticatedP192, "01");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void LevelTwo_BegunByThePeerBonded_UsesTheKey()
    {
        using var rig = BondedFromThere(LinkKeyType.UnauthenticatedP192);
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void LevelThree_BegunHereNotBonded_PairsWithProtection()
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.OpenWindow();
        var ensured = rig.Ensure(LevelThree);
        PairFromHere(rig, "01 00 05", "01 00 04", "05", "01");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void LevelThree_BegunHereBondedWithProtection_UsesTheKey()
    {
        using var rig = LinkProcedureTests.Secured(LinkKeyType.AuthenticatedP192, "01");
        Assert.That(rig.Ensure(LevelThree).Ended(), Is.EqualTo(SecurityShortfall.None));
        rig.Expect();
    }

    [Test]
    public void LevelThree_BondedWithoutProtection_DoesNotGiveTheKey()
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.OpenWindow();
        _ = rig.Ensure(LevelThree);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("11 04 02 0B00", "0C 04 06" + Peer);
    }

    [Test]
    public void LevelThree_PeerWithoutInputAndOutput_IsRefused()
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.OpenWindow();
        var ensured = rig.Ensure(LevelThree);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.IoCapabilityResponse, Peer + "03 00 04");
        rig.Expect("11 04 02 0B00", "0C 04 06" + Peer, "2B 04 09" + Peer + "01 00 05");
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Expect("2D 04 06" + Peer);
        rig.Event(EventCode.SimplePairingComplete, "05" + Peer);
        rig.Event(EventCode.AuthenticationComplete, "05 0B00");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.NotAuthenticated));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.NoMitmProtection));
    }

    [Test]
    public void LevelThree_ThisHostWithoutInputAndOutput_IsRefusedAtOnce()
    {
        using var rig = new SecurityRig(new JustWorksAgent());
        rig.OpenWindow();
        Assert.That(rig.Ensure(LevelThree).Ended(), Is.EqualTo(SecurityShortfall.NotAuthenticated));
        rig.Expect();
    }

    [Test]
    public void LevelThree_BegunByThePeerWithoutProtection_IsNotAdmitted()
    {
        using var rig = BondedFromThere(LinkKeyType.UnauthenticatedP192);
        Assert.That(rig.Check(LevelThree), Is.EqualTo(SecurityShortfall.NotAuthenticated));
    }

    [Test]
    public void LevelTwo_PeerWithoutSimplePairing_IsRefusedUnlessAllowed([Values] bool allowed)
    {
        using var rig = new SecurityRig(
            new FakeAgent(IoCapability.DisplayYesNo), new SecurityOptions { AllowLegacyPairing = allowed });
        rig.Link.PeerHostSupportsSsp = false;
        rig.OpenWindow();
        var ensured = rig.Ensure();
        if (allowed)
        {
            rig.Expect("11 04 02 0B00");
        }
        else
        {
            Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.AuthenticationFailed));
            Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.LegacyPairing));
            rig.Expect();
        }
    }

    [Test]
    public void EncryptionSwitchedOff_DoesNotComeBack_LinkIsEnded()
    {
        using var rig = LinkProcedureTests.Secured(LinkKeyType.UnauthenticatedP192, "01");
        rig.Event(EventCode.EncryptionChange, "00 0B00 00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.NotEncrypted));
        rig.Advance(4.9);
        Assert.That(rig.Link.Disconnected, Is.Null);
        rig.Advance(0.2);
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.EncryptionLost));
    }

    internal static void PairFromHere(SecurityRig rig, string weSay, string peerSays, string keyType, string mode)
    {
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.IoCapabilityResponse, Peer + peerSays);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Expect("11 04 02 0B00", "0C 04 06" + Peer, "2B 04 09" + Peer + weSay, "2C 04 06" + Peer);
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        rig.Event(EventCode.LinkKeyNotification, Peer + SecurityRig.Key + keyType);
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Event(EventCode.EncryptionChange, "00 0B00" + mode);
        rig.Expect("13 04 03 0B00 01", "08 14 02 0B00");
    }

    internal static void PairFromThere(SecurityRig rig, string weSay, string peerSays, string keyType, string mode)
    {
        rig.Event(EventCode.IoCapabilityResponse, Peer + peerSays);
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Expect("2B 04 09" + Peer + weSay, "2C 04 06" + Peer);
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        rig.Event(EventCode.LinkKeyNotification, Peer + SecurityRig.Key + keyType);
        rig.Event(EventCode.EncryptionChange, "00 0B00" + mode);
        rig.Expect("08 14 02 0B00");
    }

    private static SecurityRig BondedFromThere(LinkKeyType type)
    {
        var rig = new SecurityRig();
        rig.Bond(type);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Expect("0B 04 16" + Peer + SecurityRig.Key, "11 04 02 0B00");
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Expect("08 14 02 0B00");
        return rig;
    }
}
