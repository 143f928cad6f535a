using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>A refusal is told once: by the service that waits, or else by the security layer.</summary>
[TestFixture]
public sealed class RefusalTellingTests
{
    private const string Peer = SecurityRig.Peer;

    [Test]
    public void Refusal_WithoutAService_IsToldAtOnce([Values] bool isExplicit)
    {
        using var rig = new SecurityRig();
        _ = isExplicit ? rig.Pair(new SecurityRequirement { Authenticated = true }) : (Task)rig.Ensure();
        Assert.That(
            rig.Refusals.Single().Rule, Is.EqualTo(isExplicit ? SecurityRule.NoMitmProtection : SecurityRule.PairingNotAllowed));
    }

    [Test]
    public void Refusal_OfAService_IsHandedToIt_AndLogged()
    {
        using var rig = new SecurityRig();
        var outcome = Secure(rig).Ended();
        Assert.That(outcome.Shortfall, Is.EqualTo(SecurityShortfall.PairingNotAllowed));
        Assert.That((outcome.Refusal!.Rule, outcome.Refusal.Peer), Is.EqualTo((SecurityRule.PairingNotAllowed, rig.Link.Peer)));
        Assert.That(rig.Refusals, Is.Empty);
        Assert.That(rig.Coordinator.Counters.Refusals, Is.EqualTo(1));
        Assert.That(rig.Log.Lines, Has.Some.Contains(nameof(SecurityRule.PairingNotAllowed)));
    }

    [Test]
    public void Refusal_OfTwoServices_IsHandedToBoth_AndToNobodyElse()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var (one, other, silent) = (Secure(rig), Secure(rig), rig.Ensure());
        rig.Event(EventCode.AuthenticationComplete, "06 0B00");
        rig.Pump();
        Assert.That(one.Ended().Refusal!.Rule, Is.EqualTo(SecurityRule.ProcedureFailed));
        Assert.That(other.Ended().Refusal, Is.SameAs(one.Ended().Refusal));
        Assert.That(silent.IsCompleted, Is.True);
        Assert.That(rig.Refusals, Is.Empty);
    }

    [Test]
    public void Refusal_OfThePeerWhileAServiceGetsWhatItAsks_IsToldByTheSecurityLayer()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var secured = Secure(rig);
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Do(() => rig.Coordinator.HandleEvent(EventCode.IoCapabilityResponse, Convert.FromHexString(Peer + "030004")));
        rig.Do(() => rig.Coordinator.HandleEvent(EventCode.IoCapabilityRequest, Convert.FromHexString(Peer)));
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Event(EventCode.EncryptionKeyRefreshComplete, "00 0B00");
        rig.Pump();
        Assert.That(secured.IsCompleted && secured.Ended().Shortfall == SecurityShortfall.None, Is.True);
        Assert.That(secured.Ended().Refusal, Is.Null);
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.PairingNotAllowed));
    }

    [Test]
    public void Refusal_AfterTheServiceHasWaited_IsToldAtOnce()
    {
        using var rig = new SecurityRig();
        _ = Secure(rig);
        Assert.That(rig.Refusals, Is.Empty);
        _ = rig.Ensure();
        Assert.That(rig.Refusals, Has.Count.EqualTo(1));
    }

    [Test]
    public void Service_OfALinkThatEnded_IsToldSo()
    {
        using var rig = new SecurityRig();
        rig.Do(() => rig.Coordinator.LinkClosed(rig.Link));
        Assert.That(Secure(rig).Ended(), Is.EqualTo(new SecurityOutcome(SecurityShortfall.LinkLost)));
    }

    private static Task<SecurityOutcome> Secure(SecurityRig rig) =>
        rig.Start(() => rig.Coordinator.SecureForServiceAsync(rig.Link, SecurityRequirement.Default));
}
