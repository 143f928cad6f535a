using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>GAP/SEC/SEM/BI: every encryption key shorter than the level and the service allow keeps channels out, whoever
/// began; one of the smallest size lets them in (Core, Vol 3, Part C, 5.2.2.8).</summary>
/// <remarks>What is admitted here is what L2CAP asks before it answers or sends a connection request. This stack encrypts
/// for level 1 as it does for level 2.</remarks>
[TestFixture]
[Category("SIG")]
public sealed class KeySizeConformanceTests
{
    private const byte Smallest = SecurityOptions.ShortestKey;
    private const byte Full = 16;
    private static readonly SecurityRequirement Encrypted = new();
    private static readonly SecurityRequirement Authenticated = new() { Authenticated = true };
    private static readonly SecurityRequirement LevelFour = new() { Authenticated = true, SecureConnectionsOnly = true };

    [Test, Property("Id", "GAP/SEC/SEM/BI-01-C")]
    public void ModeTwo_Answering() => Holds(false, Encrypted, Smallest, LinkKeyType.Combination);

    [Test, Property("Id", "GAP/SEC/SEM/BI-05-C")]
    public void ModeTwo_Starting() => Holds(true, Encrypted, Smallest, LinkKeyType.Combination);

    [Test, Property("Id", "GAP/SEC/SEM/BI-11-C"), Property("Id", "GAP/SEC/SEM/BI-02-C")]
    public void LevelsOneAndTwo_Answering() => Holds(false, Encrypted, Smallest, LinkKeyType.UnauthenticatedP192);

    [Test, Property("Id", "GAP/SEC/SEM/BI-03-C")]
    public void LevelThree_Answering() => Holds(false, Authenticated, Smallest, LinkKeyType.AuthenticatedP192);

    [Test, Property("Id", "GAP/SEC/SEM/BI-12-C"), Property("Id", "GAP/SEC/SEM/BI-06-C")]
    public void LevelsOneAndTwo_Starting() => Holds(true, Encrypted, Smallest, LinkKeyType.UnauthenticatedP192);

    [Test, Property("Id", "GAP/SEC/SEM/BI-07-C")]
    public void LevelThree_Starting() => Holds(true, Authenticated, Smallest, LinkKeyType.AuthenticatedP192);

    [Test, Property("Id", "GAP/SEC/SEM/BI-04-C")]
    public void LevelFour_Answering() => Holds(false, LevelFour, Full, LinkKeyType.AuthenticatedP256);

    [Test, Property("Id", "GAP/SEC/SEM/BI-14-C"), Property("Id", "GAP/SEC/SEM/BI-15-C")]
    public void LevelsOneAndTwo_FullSizeAskedAnswering() => Holds(false, Encrypted, Full, LinkKeyType.UnauthenticatedP192);

    [Test, Property("Id", "GAP/SEC/SEM/BI-16-C")]
    public void LevelThree_FullSizeAskedAnswering() => Holds(false, Authenticated, Full, LinkKeyType.AuthenticatedP192);

    [Test, Property("Id", "GAP/SEC/SEM/BI-08-C")]
    public void LevelFour_Starting() => Holds(true, LevelFour, Full, LinkKeyType.AuthenticatedP256);

    [Test, Property("Id", "GAP/SEC/SEM/BI-17-C"), Property("Id", "GAP/SEC/SEM/BI-18-C")]
    public void LevelsOneAndTwo_FullSizeAskedStarting() => Holds(true, Encrypted, Full, LinkKeyType.UnauthenticatedP192);

    [Test, Property("Id", "GAP/SEC/SEM/BI-19-C")]
    public void LevelThree_FullSizeAskedStarting() => Holds(true, Authenticated, Full, LinkKeyType.AuthenticatedP192);

    private static void Holds(bool starting, SecurityRequirement level, byte minimum, LinkKeyType key)
    {
        var requirement = level with { MinimumKeySize = minimum };
        for (byte size = 1; size <= minimum; size++)
        {
            using var rig = Encrypt(starting, requirement, key, size, out var ensured);
            var isAdmitted = rig.Check(requirement) == SecurityShortfall.None;
            var isEnsured = (ensured ?? rig.Ensure(requirement)).Ended() == SecurityShortfall.None;
            Assert.That((isAdmitted, isEnsured), Is.EqualTo((size == minimum, size == minimum)), $"size {size}");
            Assert.That(rig.Link.Disconnected, size < Smallest ? Is.EqualTo(HciStatus.AuthenticationFailure) : Is.Null, $"size {size}");
        }
    }

    // A link with a bonded peer, encrypted by this host or by the peer.
    private static SecurityRig Encrypt(
        bool starting, SecurityRequirement requirement, LinkKeyType key, byte size, out Task<SecurityShortfall>? ensured)
    {
        var isSecure = key == LinkKeyType.AuthenticatedP256;
        var rig = new SecurityRig(
            new FakeAgent(IoCapability.DisplayYesNo),
            new SecurityOptions { AllowLegacyPairing = key == LinkKeyType.Combination });
        rig.Link.PeerHostSupportsSsp = key != LinkKeyType.Combination;
        rig.Link.PeerSupportsSecureConnections = isSecure;
        rig.Commands.KeySize = size;
        rig.Bond(key);
        ensured = starting ? rig.Ensure(requirement) : null;
        rig.Event(EventCode.LinkKeyRequest, SecurityRig.Peer);
        var encrypted = "00 0B00" + (isSecure ? "02" : "01");
        if (starting)
        {
            rig.Event(EventCode.AuthenticationComplete, "00 0B00");
            rig.Event(EventCode.EncryptionChange, encrypted);
        }
        else
        {
            rig.Event(EventCode.EncryptionChange, encrypted);
            if (!isSecure)
            {
                // The peer proves itself: the older authentication proved one side only.
                rig.Event(EventCode.AuthenticationComplete, "00 0B00");
            }
        }

        return rig;
    }
}
