using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>Secure Connections Only mode (Core, Vol 3, Part C, 5.2.2.8, level 4).</summary>
[TestFixture]
public sealed class SecureConnectionsOnlyTests
{
    private const string Peer = SecurityRig.Peer;
    private static readonly SecurityOptions Only = new() { SecureConnectionsOnly = true };
    private static readonly SecurityRequirement LevelFour = new() { SecureConnectionsOnly = true };

    [Test]
    public void Pairing_BegunHereWithACapablePeer_Succeeds()
    {
        using var rig = Rig();
        rig.OpenWindow();
        var ensured = rig.Ensure();
        ModeFourTests.PairFromHere(rig, "01 00 05", "01 00 05", "08", "02");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Pairing_BegunByACapablePeer_Succeeds()
    {
        using var rig = Rig();
        rig.OpenWindow();
        ModeFourTests.PairFromThere(rig, "01 00 05", "01 00 05", "08", "02");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Bonded_BegunHereWithAKeyOfP256_IsAdmitted()
    {
        using var rig = Rig();
        rig.Bond(LinkKeyType.AuthenticatedP256);
        var ensured = rig.Ensure();
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Event(EventCode.EncryptionChange, "00 0B00 02");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Bonded_BegunByThePeerWithAKeyOfP256_IsAdmitted()
    {
        using var rig = Rig();
        rig.Bond(LinkKeyType.UnauthenticatedP256);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "00 0B00 02");
        rig.Expect("0B 04 16" + Peer + SecurityRig.Key, "08 14 02 0B00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Pairing_BegunHereWithAnOlderPeer_IsRefusedAtOnce()
    {
        using var rig = Rig(peerIsCapable: false);
        rig.OpenWindow();
        Assert.That(rig.Ensure().Ended(), Is.EqualTo(SecurityShortfall.NotSecureConnections));
        rig.Expect();
    }

    [Test]
    public void Pairing_BegunByAnOlderPeer_IsRefused()
    {
        using var rig = Rig(peerIsCapable: false);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Expect("34 04 07" + Peer + "18");
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.NoSecureConnections));
    }

    [Test]
    public void Bonded_BegunHereWithAKeyOfP192_IsRefused()
    {
        using var rig = Rig();
        rig.Bond(LinkKeyType.AuthenticatedP192);
        Assert.That(rig.Ensure().Ended(), Is.EqualTo(SecurityShortfall.NotSecureConnections));
        rig.Expect();
    }

    [Test]
    public void Bonded_PeerAsksWithAKeyOfP192_KeyIsNotGiven()
    {
        using var rig = Rig();
        rig.Bond(LinkKeyType.AuthenticatedP192);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0C 04 06" + Peer);
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.NoSecureConnections));
    }

    [Test]
    public void Pairing_GivesAKeyOfP192_KeyIsNotTaken()
    {
        using var rig = Rig();
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        rig.Event(EventCode.LinkKeyNotification, Peer + SecurityRig.Key + "05");
        Assert.That(rig.Stored, Is.Null);
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
    }

    [Test]
    public void Encryption_OfTheOlderCipher_LinkIsEnded()
    {
        using var rig = Rig();
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Link.Published, Is.Empty);
    }

    [Test]
    public void KeySize_15_IsNotAdmitted()
    {
        using var rig = Rig();
        rig.Commands.KeySize = 15;
        rig.Bond(LinkKeyType.AuthenticatedP256);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "00 0B00 02");
        Assert.That(rig.Check(new() { MinimumKeySize = 7 }), Is.EqualTo(SecurityShortfall.KeyTooShort));
    }

    [Test]
    public void Service_AsksForLevelFourOnAnOlderLink_IsNotAdmitted()
    {
        using var rig = LinkProcedureTests.Secured(LinkKeyType.AuthenticatedP192, "01");
        Assert.That(rig.Check(LevelFour), Is.EqualTo(SecurityShortfall.NotSecureConnections));
    }

    [Test]
    public void Service_AsksForLevelFourOnASecureLink_IsAdmitted()
    {
        using var rig = Rig(options: new SecurityOptions());
        rig.Bond(LinkKeyType.AuthenticatedP256);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "00 0B00 02");
        Assert.That(rig.Check(LevelFour with { Authenticated = true }), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void ServiceDiscovery_FreshLink_IsAdmitted()
    {
        using var rig = Rig(peerIsCapable: false);
        Assert.That(rig.Check(SecurityRequirement.None), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Service_AsksForProtectionTooAndTheKeyHasNone_IsNotAdmitted()
    {
        using var rig = Rig();
        rig.Bond(LinkKeyType.UnauthenticatedP256);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "00 0B00 02");
        Assert.That(rig.Check(LevelFour with { Authenticated = true }), Is.EqualTo(SecurityShortfall.NotAuthenticated));
    }

    private static SecurityRig Rig(bool peerIsCapable = true, SecurityOptions? options = null)
    {
        var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo), options ?? Only);
        rig.Link.PeerSupportsSecureConnections = peerIsCapable;
        return rig;
    }
}
