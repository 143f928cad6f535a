using HostStack.Hci.Wire;
using HostStack.Pan.Authorization;

namespace HostStack.Pan.Tests.Authorization;

[TestFixture]
internal sealed class AuthorizationRuleTests
{
    private static readonly PeerAddress Peer = new(BdAddr.Parse("5C:F3:70:66:12:34"));
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public void Bonded_AllowsBondedPeersOnly([Values] bool bonded)
    {
        var judgement = AuthorizationRule.Bonded.Judge(Peer, bonded, Now);

        Assert.That(judgement.Verdict, Is.EqualTo(bonded ? RuleVerdict.Allow : RuleVerdict.Refuse));
        Assert.That(judgement.Remedy, bonded ? Is.Empty : Does.Contain("Pair with 5C:F3:70:66:12:34"));
    }

    [Test]
    public void All_AllowsEveryone() =>
        Assert.That(AuthorizationRule.All.Judge(Peer, false, Now).Verdict, Is.EqualTo(RuleVerdict.Allow));

    [Test]
    public void None_RefusesEvenBondedPeers() =>
        Assert.That(AuthorizationRule.None.Judge(Peer, true, Now).Verdict, Is.EqualTo(RuleVerdict.Refuse));

    [Test]
    public void Ask_Asks() =>
        Assert.That(AuthorizationRule.Ask.Judge(Peer, true, Now).Verdict, Is.EqualTo(RuleVerdict.Ask));

    [Test]
    public void Listed_AllowsListedUntilTheExpiry()
    {
        var rule = AuthorizationRule.Listed([new AuthorizedDevice(Peer.Address, Now)]);

        Assert.That(rule.Judge(Peer, false, Now.AddTicks(-1)).Verdict, Is.EqualTo(RuleVerdict.Allow));
        Assert.That(rule.Judge(Peer, false, Now), Is.EqualTo(
            RuleJudgement.Refuse("listed, expired", "Renew the list entry of 5C:F3:70:66:12:34.")));
    }

    [Test]
    public void Listed_StrangerIsRefused()
    {
        var rule = AuthorizationRule.Listed([new AuthorizedDevice(BdAddr.Parse("00:00:00:00:00:01"))]);

        Assert.That(rule.Judge(Peer, true, Now).Rule, Is.EqualTo("listed"));
    }

    [Test]
    public void Otherwise_IsTriedAfterARefusal_NotAfterAYes()
    {
        var rule = AuthorizationRule.Bonded with { Otherwise = AuthorizationRule.Ask };

        Assert.That(rule.Judge(Peer, true, Now).Verdict, Is.EqualTo(RuleVerdict.Allow));
        Assert.That(rule.Judge(Peer, false, Now).Verdict, Is.EqualTo(RuleVerdict.Ask));
    }
}
