using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.Testing;

namespace HostStack.L2cap.Tests.Channels;

[TestFixture]
public sealed class RepeatedRefusalsTests
{
    private static readonly PeerAddress Peer = new(new BdAddr(1));
    private static readonly L2capRefusal First = new(
        L2capRule.LinkSecurity, Peer, Psm.Bnep, ConnectionResult.SecurityBlock, SecurityShortfall.PairingNotAllowed, null, IsOutgoing: false)
    {
        Cause = new SecurityRefusal(SecurityRule.PairingNotAllowed, Peer),
    };

    private ManualTime _time = null!;
    private RepeatedRefusals _refusals = null!;

    [SetUp]
    public void SetUp()
    {
        _time = new ManualTime();
        _refusals = new RepeatedRefusals(new TimerQueue(_time));
    }

    [Test]
    public void Refusal_AgainWithinTheMoment_IsARepeat_AndNewAfterIt()
    {
        Assert.That(_refusals.IsRepeat(First), Is.False);
        _time.Advance(RepeatedRefusals.Moment - TimeSpan.FromTicks(1));
        Assert.That(_refusals.IsRepeat(First with { Cause = new SecurityRefusal(SecurityRule.PairingNotAllowed, Peer) }), Is.True);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.That(_refusals.IsRepeat(First), Is.False, "repeats do not make the moment longer");
    }

    [Test]
    public void Refusal_ForAnythingElse_IsNew()
    {
        L2capRefusal[] others =
        [
            First with { Rule = L2capRule.EncryptionRequired },
            First with { Psm = Psm.Sdp },
            First with { Result = ConnectionResult.NoResources },
            First with { Shortfall = SecurityShortfall.NotAuthenticated },
            First with { KeyType = LinkKeyType.UnauthenticatedP256 },
            First with { Cause = new SecurityRefusal(SecurityRule.UserRefused, Peer) },
            First with { Cause = null },
        ];
        foreach (var other in others)
        {
            Assert.That(_refusals.IsRepeat(First), Is.False);
            Assert.That(_refusals.IsRepeat(other), Is.False, $"{other}");
        }
    }
}
