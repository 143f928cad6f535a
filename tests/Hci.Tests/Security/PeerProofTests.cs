using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>A peer that encrypts with the older cipher while something else goes on still has to prove itself, and its key
/// size has still to be read.</summary>
[TestFixture]
public sealed class PeerProofTests
{
    private const string Peer = SecurityRig.Peer;
    private const string ChangedKey = "0F0E0D0C0B0A09080706050403020100";

    [Test, Category("Attack"), Property("Id", "CVE-2020-10135")]
    public void Bias_EncryptsDuringOurAuthenticationAndRefreshes_IsNotAdmitted([Values("05", "06", "1F")] string status)
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var ensured = rig.Ensure();
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Event(EventCode.EncryptionKeyRefreshComplete, "00 0B00");
        Assert.That(rig.Link.Security.KeySize, Is.EqualTo(16));
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.KeySizeUnknown), "The peer has proved nothing.");
        Assert.That(ensured.IsCompleted, Is.False);

        rig.Event(EventCode.AuthenticationComplete, status + "0B00");
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.NotEncrypted));
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.AuthenticationFailed));
        Assert.That(rig.Stored, Is.Not.Null, "The bond is not the attacker's to delete.");
    }

    [Test, Category("Attack"), Property("Id", "CVE-2020-10135")]
    public void Bias_EncryptsDuringItsOwnPairing_IsNotAdmitted()
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Event(EventCode.EncryptionKeyRefreshComplete, "00 0B00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.KeySizeUnknown));
        rig.Event(EventCode.SimplePairingComplete, "05" + Peer);
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
    }

    [Test]
    public void Ensure_PeerEncryptsMeanwhileWithTheNewerCipherAndOursFails_SizeIsReadAndTheLinkServes()
    {
        using var rig = new SecurityRig();
        rig.Link.PeerSupportsSecureConnections = true;
        rig.Bond(LinkKeyType.UnauthenticatedP256);
        var ensured = rig.Ensure();
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("11 04 02 0B00", "0B 04 16" + Peer + SecurityRig.Key);
        rig.Event(EventCode.EncryptionChange, "00 0B00 02");
        rig.Expect();
        rig.Event(EventCode.AuthenticationComplete, "1F 0B00");
        rig.Expect("08 14 02 0B00");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
        Assert.That(rig.Link.Disconnected, Is.Null);
    }

    [Test]
    public void Ensure_PeerEncryptsMeanwhileAndOursCollides_SizeIsReadAndTheLinkServes()
    {
        using var rig = new SecurityRig();
        rig.Link.PeerSupportsSecureConnections = true;
        rig.Bond(LinkKeyType.UnauthenticatedP256);
        var ensured = rig.Ensure();
        rig.Event(EventCode.EncryptionChange, "00 0B00 02");
        rig.Event(EventCode.AuthenticationComplete, "23 0B00");
        rig.Expect("11 04 02 0B00");
        rig.Advance(1);
        rig.Expect("08 14 02 0B00");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Ensure_PeerEncryptsMeanwhileWithTheOlderCipherAndOursCollides_PeerIsAskedOnceMore()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var ensured = rig.Ensure();
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Event(EventCode.AuthenticationComplete, "23 0B00");
        rig.Expect("11 04 02 0B00");
        rig.Advance(1);
        rig.Expect("11 04 02 0B00");
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Expect("08 14 02 0B00");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Prove_AfterAnEarlierProcedureCollided_MayCollideOnce()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var ensured = rig.Ensure();
        rig.Event(EventCode.AuthenticationComplete, "23 0B00");
        rig.Advance(1);
        rig.Event(EventCode.AuthenticationComplete, "23 0B00");
        rig.Advance(1);
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.NotEncrypted));

        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Event(EventCode.AuthenticationComplete, "23 0B00");
        Assert.That(rig.Link.Disconnected, Is.Null, "The earlier collision belongs to an earlier procedure.");
        rig.Expect("11 04 02 0B00", "11 04 02 0B00", "11 04 02 0B00");
        rig.Advance(1);
        rig.Expect("11 04 02 0B00");
    }

    [Test]
    public void KeyRefresh_WhileTheNewSizeIsRead_TheOldOneDoesNotCount()
    {
        using var rig = LinkProcedureTests.Secured(LinkKeyType.UnauthenticatedP192, "01");
        var size = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Commands.Delay = size.Task;
        rig.Event(EventCode.EncryptionKeyRefreshComplete, "00 0B00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.KeySizeUnknown));
        size.SetResult();
        rig.Pump();
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void KeyRefresh_SizeToldByAnEarlierEvent_IsReadAnew()
    {
        using var rig = new SecurityRig();
        rig.Link.PeerSupportsSecureConnections = true;
        rig.Bond(LinkKeyType.UnauthenticatedP256);
        _ = rig.Ensure();
        rig.Event(EventCode.EncryptionChangeV2, "00 0B00 02 10");
        rig.Commands.KeySize = 7;
        rig.Event(EventCode.EncryptionKeyRefreshComplete, "00 0B00");
        rig.Expect("11 04 02 0B00", "08 14 02 0B00");
        Assert.That(rig.Link.Security.KeySize, Is.EqualTo(7));
    }

    [Test, Category("Attack")]
    public void ChangedKey_OfAPeerThatProvedNothing_ReplacesNoBond([Values] bool encrypted)
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.AuthenticatedP192);
        if (encrypted)
        {
            rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        }

        var before = rig.Stored;
        rig.Hide(ChangedKey);
        rig.Event(EventCode.LinkKeyNotification, Peer + ChangedKey + "06");
        Assert.That(rig.Stored, Is.EqualTo(before));
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.PeerNotAuthenticated));
    }

    [Test, Category("Attack")]
    public void ChangedKey_InTheMiddleOfAPairing_IsNotItsEnd()
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Confirm = new TaskCompletionSource<bool>().Task };
        using var rig = LinkProcedureTests.Secured(LinkKeyType.UnauthenticatedP192, "01", agent);
        var before = rig.Stored;
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "40E20100");
        rig.Hide(ChangedKey);
        rig.Event(EventCode.LinkKeyNotification, Peer + ChangedKey + "06");
        Assert.That(rig.PairedOutcomes, Is.Empty);
        Assert.That(rig.Failures, Has.Count.EqualTo(1));
        Assert.That(rig.Stored, Is.EqualTo(before));
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
    }
}
