using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Conformance;

/// <summary>Security mode 4 as a connection request meets it (Core, Vol 3, Part C, 5.2.2).</summary>
[TestFixture]
[Category("SIG")]
internal sealed class SecurityConformanceTests
{
    [Test]
    [Property("Id", "GAP/SEC/SEM/BV-10-C")]
    [Property("Id", "GAP/SEC/SEM/BI-24-C")]
    public void Request_OnAnUnencryptedLink_IsBlockedAndTheLinkEnded()
    {
        using var rig = new L2capRig();
        rig.Serve(L2capRig.TestPsm);
        rig.Link.Security = LinkSecurity.None;
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;

        rig.Signal("0207 0400 0110 4100");

        rig.ExpectCommand("0307 0800 0000 4100 0300 0000");
        Assert.That(rig.Link.DisconnectReason, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Accepted, Is.Empty);
    }

    /// <summary>What the link cannot prove keeps the request in: nothing goes out on the channel's behalf.</summary>
    [TestCase(SecurityShortfall.NotEncrypted)]
    [TestCase(SecurityShortfall.NotAuthenticated)]
    [TestCase(SecurityShortfall.NotSecureConnections)]
    [TestCase(SecurityShortfall.KeyTooShort)]
    [TestCase(SecurityShortfall.KeySizeUnknown)]
    public void Request_FromHereWithoutTheSecurityAsked_IsNotSent(SecurityShortfall shortfall)
    {
        using var rig = new L2capRig();
        rig.Link.Security = LinkSecurity.None;
        rig.Link.Shortfall = shortfall;
        rig.Link.EnsureResult = shortfall;

        var outcome = rig.StartConnect(new RecordingObserver()).Ended();

        Assert.That((outcome.IsOpen, outcome.Shortfall), Is.EqualTo((false, shortfall)));
        rig.ExpectNothing();
    }
}
