using HostStack.Hci.Links;
using HostStack.L2cap.Channels;
using HostStack.L2cap.Tests.Rig;

namespace HostStack.L2cap.Tests.Channels;

[TestFixture]
internal sealed class AdmissionRulesTests
{
    private static readonly AdmissionFacts Good = new(
        IsServed: true,
        IsSdp: false,
        Source: new(0x0040),
        SourceInUse: false,
        HasRoom: true,
        Shortfall: SecurityShortfall.None,
        IsEncrypted: true,
        Prospect: SecurityProspect.None,
        BothSupportSsp: true);

    [Test]
    public void Decide_LinkMeetsTheRequirement_Succeeds() =>
        Assert.That(AdmissionRules.Decide(Good).Result, Is.EqualTo(ConnectionResult.Success));

    [Test]
    public void Decide_UnservedPsm_WinsOverEverything() => Assert.That(
        AdmissionRules.Decide(Good with { IsServed = false, Source = default, HasRoom = false }).Result,
        Is.EqualTo(ConnectionResult.PsmNotSupported));

    [Test]
    public void Decide_FixedChannelAsSource_IsInvalid([Values(0x0000, 0x0001, 0x003F)] int source) => Assert.That(
        AdmissionRules.Decide(Good with { Source = new((ushort)source) }).Result, Is.EqualTo(ConnectionResult.InvalidSourceCid));

    [Test]
    public void Decide_SourceInUse_IsRefused() => Assert.That(
        AdmissionRules.Decide(Good with { SourceInUse = true }).Result, Is.EqualTo(ConnectionResult.SourceCidInUse));

    [Test]
    public void Decide_NoRoom_IsRefused() => Assert.That(
        AdmissionRules.Decide(Good with { HasRoom = false }).Result, Is.EqualTo(ConnectionResult.NoResources));

    [Test]
    public void Decide_EveryShortfallAndFeature_IsAsThePolicySays(
        [Values] SecurityShortfall shortfall,
        [Values] bool encrypted,
        [Values] SecurityProspect prospect,
        [Values(true, false, null)] bool? ssp,
        [Values] bool sdp)
    {
        var admission = AdmissionRules.Decide(Good with
        {
            Shortfall = shortfall,
            IsEncrypted = encrypted,
            Prospect = prospect,
            BothSupportSsp = ssp,
            IsSdp = sdp,
        });
        var expected = (shortfall, sdp, encrypted, ssp, prospect) switch
        {
            (SecurityShortfall.None, _, _, _, _) or (_, true, _, _, _) => ConnectionResult.Success,
            (_, _, false, true, SecurityProspect.None) => ConnectionResult.SecurityBlock,
            _ => ConnectionResult.Pending,
        };
        var postponed = expected == ConnectionResult.Pending && !encrypted && ssp == true && prospect == SecurityProspect.Bonded;
        Assert.That(admission.IsPostponed, Is.EqualTo(postponed));
        Assert.That(admission.Result, Is.EqualTo(expected));
        Assert.That(admission.EndsLink, Is.EqualTo(expected == ConnectionResult.SecurityBlock));
    }

    [Test]
    public void Incoming_UnencryptedLinkWithSspOnBothHosts_IsBlockedAndTheLinkEnded()
    {
        using var rig = new L2capRig();
        rig.Serve(Psm.Bnep);
        rig.Link.Security = LinkSecurity.None;
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;
        rig.Signal("0202 0400 0f00 4000");
        rig.ExpectCommand("0302 0800 0000 4000 0300 0000");
        Assert.Multiple(() =>
        {
            Assert.That(rig.Link.DisconnectReason, Is.EqualTo(Hci.Packets.HciStatus.AuthenticationFailure));
            Assert.That(rig.Refusals[0].Rule, Is.EqualTo(L2capRule.EncryptionRequired));
            Assert.That(rig.Refusals[0].Shortfall, Is.EqualTo(SecurityShortfall.NotEncrypted));
            Assert.That(rig.Refusals[0].Psm, Is.EqualTo(Psm.Bnep));
            Assert.That(rig.Refusals[0].Remedy, Is.Not.Empty);
            Assert.That(rig.Accepted, Is.Empty);
        });
    }

    [Test]
    public void Incoming_SdpOnAnUnencryptedLink_IsAdmitted()
    {
        using var rig = new L2capRig();
        rig.Serve(Psm.Sdp, new ChannelOptions { Security = SecurityRequirement.None });
        rig.Link.Security = LinkSecurity.None;
        rig.Signal("0202 0400 0100 4000");
        rig.ExpectCommand("0302 0800 4000 4000 0000 0000");
        Assert.That(rig.Accepted, Has.Count.EqualTo(1));
    }

    [TestCase(false)]
    [TestCase(null)]
    public void Incoming_LegacyOrUnknownPeer_WaitsForAuthenticationThenOpens(bool? ssp)
    {
        using var rig = new L2capRig();
        rig.Serve(Psm.Bnep);
        rig.Link.Security = LinkSecurity.None;
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;
        rig.Link.PeerHostSupportsSsp = ssp;
        rig.Link.EnsureResult = null;
        rig.Signal("0202 0400 0f00 4000");
        rig.ExpectCommand("0302 0800 4000 4000 0100 0100");
        Assert.That(rig.Accepted, Is.Empty);
        Assert.That(rig.Link.Users, Is.EqualTo(1));
        rig.Do(() => rig.Link.EnsureCompletion.SetResult(SecurityShortfall.None));
        rig.ExpectCommand("0302 0800 4000 4000 0000 0000");
        Assert.That(rig.TakeCommand(), Does.StartWith("0401"));
        Assert.That(rig.Accepted, Has.Count.EqualTo(1));
    }

    [Test]
    public void Incoming_ThisHostHasNoSimplePairing_ThePeerIsNotBlamedForIt()
    {
        using var rig = new L2capRig(new L2capOptions { LocalHostSupportsSsp = static () => false });
        rig.Serve(Psm.Bnep);
        rig.Link.Security = LinkSecurity.None;
        rig.Link.Shortfall = SecurityShortfall.NotEncrypted;
        rig.Link.PeerHostSupportsSsp = true;
        rig.Link.EnsureResult = null;
        rig.Signal("0202 0400 0f00 4000");
        rig.ExpectCommand("0302 0800 4000 4000 0100 0100");
        Assert.That(rig.Link.DisconnectReason, Is.Null);
    }

    [TestCase(SecurityShortfall.KeySizeUnknown)]
    [TestCase(SecurityShortfall.KeyTooShort)]
    [TestCase(SecurityShortfall.NotAuthenticated)]
    [TestCase(SecurityShortfall.AuthenticationFailed)]
    public void Incoming_LinkStaysTooWeak_IsBlockedAfterTheAttempt(SecurityShortfall shortfall)
    {
        using var rig = new L2capRig();
        rig.Serve(Psm.Bnep);
        rig.Link.Shortfall = shortfall;
        rig.Link.EnsureResult = shortfall;
        rig.Signal("0202 0400 0f00 4000");
        rig.ExpectCommand("0302 0800 4000 4000 0100 0100");
        rig.ExpectCommand("0302 0800 0000 4000 0300 0000");
        Assert.Multiple(() =>
        {
            Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(L2capRule.LinkSecurity));
            Assert.That(rig.Refusals.Single().KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP256));
            Assert.That(rig.Link.DisconnectReason, Is.Null);
            Assert.That(rig.Link.Users, Is.Zero);
        });
    }

    [Test]
    public void Incoming_AuthenticationThrows_IsBlocked()
    {
        using var rig = new L2capRig();
        rig.Serve(Psm.Bnep);
        rig.Link.Shortfall = SecurityShortfall.KeyTooShort;
        rig.Link.EnsureResult = null;
        rig.Signal("0202 0400 0f00 4000");
        rig.TakeCommand();
        rig.Do(() => rig.Link.EnsureCompletion.SetException(new InvalidOperationException("The controller is gone.")));
        rig.ExpectCommand("0302 0800 0000 4000 0300 0000");
    }

    [Test]
    public void Incoming_PeerTakesItsRequestBackWhileItWaits_IsForgotten()
    {
        using var rig = new L2capRig();
        rig.Serve(Psm.Bnep);
        rig.Link.Shortfall = SecurityShortfall.NotAuthenticated;
        rig.Link.EnsureResult = null;
        rig.Signal("0202 0400 0f00 4000");
        rig.TakeCommand();
        rig.Signal("0603 0400 4000 4000");
        rig.ExpectCommand("0703 0400 4000 4000");
        rig.Do(() => rig.Link.EnsureCompletion.SetResult(SecurityShortfall.None));
        rig.ExpectNothing();
        Assert.That(rig.Accepted, Is.Empty);
    }

    [Test]
    public void Incoming_ServiceDeclines_IsNoResources()
    {
        using var rig = new L2capRig();
        rig.Serve(Psm.Bnep, accept: false);
        rig.Signal("0202 0400 0f00 4000");
        rig.ExpectCommand("0302 0800 0000 4000 0400 0000");
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(L2capRule.ServiceDeclined));
        Assert.That(rig.Layer.ChannelCount(rig.Link), Is.Zero);
    }

    [Test]
    public void Incoming_ServiceThrows_IsNoResourcesAndTheLinkLives()
    {
        using var rig = new L2capRig();
        rig.Do(() => rig.Layer.Listen(new ServiceRegistration
        {
            Psm = Psm.Bnep,
            Accept = _ => throw new InvalidOperationException("broken service"),
        }));
        rig.Signal("0202 0400 0f00 4000");
        rig.ExpectCommand("0302 0800 0000 4000 0400 0000");
        rig.Signal("0803 0000");
        rig.ExpectCommand("0903 0000");
    }
}
