using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>GAP/SEC/SEM/BI: a link that is not encrypted, or not in the way that the level asks, admits nothing. What is
/// admitted here is what L2CAP asks before it answers or sends a connection request.</summary>
[TestFixture]
[Category("SIG")]
public sealed class EncryptionConformanceTests
{
    private const string Peer = SecurityRig.Peer;
    private static readonly SecurityRequirement LevelFour = new() { Authenticated = true, SecureConnectionsOnly = true };

    [Test, Property("Id", "GAP/SEC/SEM/BI-25-C")]
    public void LevelTwo_PeerDoesNotEncrypt_NothingIsAdmitted() =>
        StaysOut(SecurityRequirement.Default, LinkKeyType.UnauthenticatedP192);

    [Test, Property("Id", "GAP/SEC/SEM/BI-26-C")]
    public void LevelThree_PeerDoesNotEncrypt_NothingIsAdmitted() =>
        StaysOut(new() { Authenticated = true }, LinkKeyType.AuthenticatedP192);

    [Test, Property("Id", "GAP/SEC/SEM/BI-27-C")]
    public void LevelFour_PeerDoesNotEncrypt_NothingIsAdmitted() => StaysOut(LevelFour, LinkKeyType.AuthenticatedP256);

    [Test, Property("Id", "GAP/SEC/SEM/BI-31-C")]
    public void LevelFour_PeerEncryptsTheOlderWay_NothingIsAdmitted()
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.Bond(LinkKeyType.AuthenticatedP192);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        Assert.That(rig.Check(new() { Authenticated = true }), Is.EqualTo(SecurityShortfall.None), "level 3 is met");
        Assert.That(rig.Check(LevelFour), Is.EqualTo(SecurityShortfall.NotSecureConnections));
    }

    [Test, Property("Id", "GAP/SEC/SEM/BI-32-C")]
    public void LevelFour_LinkEncryptedTheOlderWay_IsNotEnough()
    {
        using var rig = LinkProcedureTests.Secured(
            LinkKeyType.AuthenticatedP192, "01", new FakeAgent(IoCapability.DisplayYesNo));
        rig.OpenWindow();
        Assert.That(rig.Ensure(LevelFour).Ended(), Is.EqualTo(SecurityShortfall.NotSecureConnections));
        rig.Expect();
    }

    private static void StaysOut(SecurityRequirement requirement, LinkKeyType key)
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.Link.PeerSupportsSecureConnections = key == LinkKeyType.AuthenticatedP256;
        rig.Bond(key);
        var ensured = rig.Ensure(requirement);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");

        // Encryption Mode Not Acceptable; then a change that says: off.
        rig.Event(EventCode.EncryptionChange, "25 0B00 00");
        Assert.That(ensured.Ended(), Is.Not.EqualTo(SecurityShortfall.None));
        Assert.That(rig.Check(requirement), Is.EqualTo(SecurityShortfall.NotEncrypted));
        rig.Event(EventCode.EncryptionChange, "00 0B00 00");
        Assert.That(rig.Check(requirement), Is.EqualTo(SecurityShortfall.NotEncrypted));
    }
}
