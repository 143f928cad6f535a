using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Channels;

/// <summary>A request whose link is told to be encrypted only after it: data may overtake the controller's events.</summary>
[TestFixture]
internal sealed class PostponedRequestTests
{
    private const string Request = "0202 0400 0f00 4000";
    private const string Pending = "0302 0800 4000 4000 0100 0100";
    private const string Success = "0302 0800 4000 4000 0000 0000";
    private const string SecurityBlock = "0302 0800 0000 4000 0300 0000";

    [Test]
    public void Bonded_EncryptionIsToldAMomentLater_IsAdmitted()
    {
        using var rig = Plain(SecurityProspect.Bonded);
        rig.Signal(Request);
        rig.ExpectCommand(Pending);
        rig.Advance(PostponedRequests.Patience - TimeSpan.FromMilliseconds(1));
        rig.ExpectNothing();

        // Encrypted, and the key size is being read; the link says when that has ended.
        Encrypt(rig);
        rig.Do(() => rig.Layer.SecurityChanged(rig.Link));
        rig.ExpectNothing();
        rig.Do(() => rig.Link.EnsureCompletion.SetResult(SecurityShortfall.None));
        rig.ExpectCommand(Success);
        rig.Advance(PostponedRequests.Patience);
        Assert.That(rig.Link.DisconnectReason, Is.Null);
        Assert.That(rig.Accepted, Has.Count.EqualTo(1));
    }

    [Test]
    public void Bonded_EncryptionDoesNotCome_IsBlockedAndTheLinkEnded()
    {
        using var rig = Plain(SecurityProspect.Bonded);
        rig.Signal(Request);
        rig.ExpectCommand(Pending);
        rig.Do(() => rig.Layer.SecurityChanged(rig.Link));
        rig.ExpectNothing();
        rig.Advance(PostponedRequests.Patience);
        rig.ExpectCommand(SecurityBlock);
        Assert.Multiple(() =>
        {
            Assert.That(rig.Link.DisconnectReason, Is.EqualTo(HciStatus.AuthenticationFailure));
            Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(L2capRule.EncryptionRequired));
            Assert.That(rig.Refusals.Single().Shortfall, Is.EqualTo(SecurityShortfall.NotEncrypted));
            Assert.That(rig.Layer.ChannelCount(rig.Link), Is.Zero);
            Assert.That(rig.Accepted, Is.Empty);
        });
    }

    [Test]
    public void Bonded_EncryptionIsUnderWayWhenTheTimeIsOver_WaitsForItsEnd()
    {
        using var rig = Plain(SecurityProspect.Bonded);
        rig.Signal(Request);
        rig.ExpectCommand(Pending);
        rig.Link.SecurityProspect = SecurityProspect.UnderWay;
        rig.Advance(PostponedRequests.Patience);
        rig.ExpectNothing();
        rig.Do(() => rig.Link.EnsureCompletion.SetResult(SecurityShortfall.None));
        rig.ExpectCommand(Success);
        Assert.That(rig.Link.DisconnectReason, Is.Null);
    }

    [Test]
    public void Bonded_PeerTakesItsRequestBack_NobodyIsBlamed()
    {
        using var rig = Plain(SecurityProspect.Bonded);
        rig.Signal(Request);
        rig.ExpectCommand(Pending);
        rig.Signal("0603 0400 4000 4000");
        rig.ExpectCommand("0703 0400 4000 4000");
        rig.Advance(PostponedRequests.Patience);
        rig.ExpectNothing();
        Assert.That(rig.Link.DisconnectReason, Is.Null);
    }

    [TestCase(SecurityShortfall.None, Success)]
    [TestCase(SecurityShortfall.AuthenticationFailed, SecurityBlock)]
    public void UnderWay_WaitsForItsEnd(SecurityShortfall end, string answer)
    {
        using var rig = Plain(SecurityProspect.UnderWay);
        rig.Signal(Request);
        rig.ExpectCommand(Pending);
        rig.Advance(TimeSpan.FromSeconds(3));
        rig.ExpectNothing();
        rig.Do(() => rig.Link.EnsureCompletion.SetResult(end));
        rig.ExpectCommand(answer);
    }

    private static L2capRig Plain(SecurityProspect prospect)
    {
        var rig = new L2capRig();
        rig.Serve(Psm.Bnep);
        rig.Link.Security = LinkSecurity.None;
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;
        rig.Link.SecurityProspect = prospect;
        rig.Link.EnsureResult = null;
        return rig;
    }

    private static void Encrypt(L2capRig rig)
    {
        rig.Link.Security = new LinkSecurity(EncryptionMode.AesCcm, 0, LinkKeyType.UnauthenticatedP256);
        rig.Link.Shortfall = SecurityShortfall.KeySizeUnknown;
        rig.Link.SecurityProspect = SecurityProspect.UnderWay;
    }
}
