using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Links;

[TestFixture]
public sealed class IncomingLinkTests
{
    private HostRig _rig = null!;

    [SetUp]
    public void SetUp() => _rig = new HostRig();

    [TearDown]
    public async Task TearDown() => await _rig.DisposeAsync();

    [Test]
    public void Request_OfAPeer_IsAcceptedAndTheLinkAnnounced()
    {
        _ = _rig.Open();
        _rig.ConnectionRequest();
        Assert.That(_rig.Controller.Last(ScriptedController.AcceptConnection), Is.EqualTo((byte[])[.. HostRig.PeerOctets, 0x01]));
        _rig.ConnectionComplete();
        var link = _rig.User.Up.Single();
        Assert.That((link.Handle.Value, link.Peer.Address, link.Role, link.IsUp), Is.EqualTo(
            ((ushort)0x000B, HostRig.Peer, LinkRole.Peripheral, true)));
        Assert.That(_rig.Security.Open, Has.Count.EqualTo(1));
        Assert.That(_rig.Host.Links, Is.EqualTo(new[] { link }));
    }

    [Test]
    public async Task Request_PreferringCentral_AsksForTheRoleSwitch()
    {
        await _rig.DisposeAsync();
        _rig = new HostRig(new HciOptions { PreferCentral = true });
        _ = _rig.Open();
        _rig.ConnectionRequest();
        Assert.That(_rig.Controller.Last(ScriptedController.AcceptConnection)[^1], Is.Zero);
        _rig.Event(0x12, [0x00, .. HostRig.PeerOctets, 0x00]);
        _rig.ConnectionComplete();
        Assert.That(_rig.User.Up[0].Role, Is.EqualTo(LinkRole.Central));
        Assert.That(
            _rig.Controller.Last(ScriptedController.WriteSupervisionTimeout), Is.EqualTo((byte[])[0x0B, 0x00, 0x80, 0x3E]),
            "the central sets 10 s");
    }

    [Test]
    public async Task Request_WithoutTheRoleSwitchFeature_StaysPeripheral()
    {
        await _rig.DisposeAsync();
        _rig = new HostRig(new HciOptions { PreferCentral = true });
        _rig.Controller.Returns[ScriptedController.ReadFeatures] = [0x00, 0, 0, 0, 0, 0, 0, 0, 0];
        _ = _rig.Open();
        _rig.ConnectionRequest();
        Assert.That(_rig.Controller.Last(ScriptedController.AcceptConnection)[^1], Is.EqualTo(1));
    }

    [Test]
    public async Task Request_BeyondTheLimit_IsRejected()
    {
        await _rig.DisposeAsync();
        _rig = new HostRig(new HciOptions { MaximumLinks = 1 });
        _rig.Link();
        byte[] other = [1, 2, 3, 4, 5, 6];
        _rig.ConnectionRequest(other);
        Assert.That(_rig.Controller.Last(ScriptedController.RejectConnection), Is.EqualTo((byte[])[.. other, 0x0D]));
        Assert.That(_rig.Host.Counters.ConnectionsRejected, Is.EqualTo(1));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-26555")]
    public void Request_OfTheOwnAddress_IsRejected()
    {
        _ = _rig.Open();
        byte[] own = [0x01, 0x00, 0xCA, 0xF1, 0x5E, 0x00];
        _rig.ConnectionRequest(own);
        Assert.That(_rig.Controller.Last(ScriptedController.RejectConnection), Is.EqualTo((byte[])[.. own, 0x0F]));
    }

    [Test]
    public async Task Request_AdmitSaysNo_IsRejectedWithItsReason()
    {
        await _rig.DisposeAsync();
        IncomingConnection? asked = null;
        _rig = new HostRig(new HciOptions
        {
            Admit = incoming =>
            {
                asked = incoming;
                return ConnectionDecision.Reject(HciStatus.RejectedSecurity);
            },
        });
        _ = _rig.Open();
        _rig.ConnectionRequest();
        Assert.That(asked, Is.EqualTo(new IncomingConnection(HostRig.Peer, new ClassOfDevice(0x020100), 0)));
        Assert.That(_rig.Controller.Last(ScriptedController.RejectConnection)[^1], Is.EqualTo(0x0E));
        Assert.That(_rig.Controller.Count(ScriptedController.AcceptConnection), Is.Zero);
    }

    [Test]
    public void Request_ForVoice_IsRejected([Values((byte)0x00, (byte)0x02)] byte linkType)
    {
        _ = _rig.Open();
        _rig.ConnectionRequest(linkType: linkType);
        Assert.That(_rig.Controller.Count(ScriptedController.RejectConnection), Is.EqualTo(1));
    }

    [Test]
    public void Request_AcceptedButNeverCompleted_IsGivenUp()
    {
        _ = _rig.Open();
        _rig.ConnectionRequest();
        _rig.Advance(TimeSpan.FromSeconds(15));
        Assert.That(_rig.User.Up, Is.Empty);
        _rig.ConnectionComplete();
        Assert.That(_rig.User.Up, Is.Empty);
        Assert.That(
            _rig.Controller.Last(ScriptedController.Disconnect), Is.EqualTo((byte[])[0x0B, 0x00, 0x13]),
            "the link that came too late does not stay in the controller");
    }

    [Test]
    public void Features_OfAPeer_AreReadPageByPage()
    {
        var link = (AclLink)_rig.Link();
        Assert.That(link.PeerHostSupportsSsp, Is.Null);
        Assert.That(_rig.Controller.Last(ScriptedController.RemoteFeatures), Is.EqualTo((byte[])[0x0B, 0x00]));
        _rig.Event(0x0B, 0x00, 0x0B, 0x00, 0xFF, 0xFF, 0x8F, 0xFE, 0xDB, 0xFF, 0x5B, 0x87);
        Assert.That(link.PeerHostSupportsSsp, Is.Null);
        _rig.Event(0x23, 0x00, 0x0B, 0x00, 0x01, 0x02, 0x0B, 0, 0, 0, 0, 0, 0, 0);
        Assert.That((link.PeerHostSupportsSsp, link.PeerSupportsSecureConnections), Is.EqualTo(((bool?)true, (bool?)null)));
        Assert.That(link.FeaturesKnown.IsCompleted, Is.False);
        _rig.Event(0x23, 0x00, 0x0B, 0x00, 0x02, 0x02, 0x00, 0x03, 0, 0, 0, 0, 0, 0);
        Assert.That(link.PeerSupportsSecureConnections, Is.True);
        Assert.That(link.FeaturesKnown.IsCompletedSuccessfully, Is.True);
    }

    [Test]
    public void Features_OfAnOldPeer_EndWithTheFirstPage()
    {
        var link = (AclLink)_rig.Link();
        _rig.Event(0x0B, 0x00, 0x0B, 0x00, 0xFF, 0xFF, 0x0F, 0x00, 0x00, 0x00, 0x00, 0x00);
        Assert.That((link.PeerHostSupportsSsp, link.PeerSupportsSecureConnections), Is.EqualTo(((bool?)false, (bool?)false)));
        Assert.That(link.FeaturesKnown.IsCompletedSuccessfully, Is.True);
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Features_NotToBeHad_AreGivenUp(bool refused)
    {
        if (refused)
        {
            _rig.Controller.Statuses[ScriptedController.RemoteFeatures] = 0x1A;
        }

        var link = (AclLink)_rig.Link();
        _rig.Advance(TimeSpan.FromSeconds(5));
        Assert.That(link.FeaturesKnown.IsCompletedSuccessfully, Is.True);
        Assert.That(link.PeerHostSupportsSsp, Is.Null);
    }

    [Test]
    public void Features_HostPageToldWhileConnecting_IsTaken()
    {
        _ = _rig.Open();
        _rig.ConnectionRequest();
        _rig.Event(0x3D, [.. HostRig.PeerOctets, 0x01, 0, 0, 0, 0, 0, 0, 0]);
        _rig.ConnectionComplete();
        Assert.That(_rig.User.Up[0].PeerHostSupportsSsp, Is.True);
    }

    [Test]
    public void Down_BySupervisionTimeout_IsTold()
    {
        var link = _rig.Link();
        _rig.Disconnected(reason: 0x08);
        Assert.That(_rig.User.Down, Is.EqualTo(new[] { (link, HciStatus.ConnectionTimeout) }));
        Assert.That((link.IsUp, _rig.Security.Open.Count, _rig.Host.Links.Count()), Is.EqualTo((false, 0, 0)));
    }

    [Test]
    public void Idle_LinkWithoutUsers_IsEndedAfterItsTime()
    {
        var link = _rig.Link();
        _rig.Do(() => link.SetUsers(1));
        _rig.Advance(TimeSpan.FromMinutes(5));
        Assert.That(_rig.Controller.Count(ScriptedController.Disconnect), Is.Zero);
        _rig.Do(() => link.SetUsers(0));
        _rig.Advance(TimeSpan.FromSeconds(40));
        Assert.That(_rig.Controller.Last(ScriptedController.Disconnect), Is.EqualTo((byte[])[0x0B, 0x00, 0x13]));
        Assert.That((link.IsUp, _rig.User.Down.Count), Is.EqualTo((false, 0)));
        _rig.Disconnected(reason: 0x16);
        Assert.That(_rig.User.Down, Has.Count.EqualTo(1));
    }

    [Test]
    public void Idle_LinkThatIsBeingSecured_StaysUp()
    {
        var link = _rig.Link();
        _rig.Security.Ensuring = new TaskCompletionSource<SecurityShortfall>(TaskCreationOptions.RunContinuationsAsynchronously);
        var securing = _rig.Run(() => link.EnsureSecurityAsync(SecurityRequirement.Default));
        _rig.Advance(TimeSpan.FromMinutes(1));
        Assert.That(link.IsUp, Is.True);
        _rig.Security.Ensuring.SetResult(SecurityShortfall.None);
        _rig.Pump();
        Assert.That(securing.IsCompleted, Is.True);
        _rig.Advance(TimeSpan.FromSeconds(40));
        Assert.That(link.IsUp, Is.False);
    }

    [Test]
    public void Disconnect_ReasonThatTheCommandDoesNotTake_IsReplaced()
    {
        var link = _rig.Link();
        _rig.Do(() => link.Disconnect(HciStatus.InsufficientSecurity));
        _rig.Do(() => link.Disconnect(HciStatus.AuthenticationFailure));
        _rig.Pump();
        Assert.That(_rig.Controller.Count(ScriptedController.Disconnect), Is.EqualTo(1));
        Assert.That(_rig.Controller.Last(ScriptedController.Disconnect)[^1], Is.EqualTo(0x13));
    }

    [Test]
    public void Disconnect_UnknownToTheController_EndsTheLink()
    {
        _rig.Controller.Statuses[ScriptedController.Disconnect] = 0x02;
        var link = _rig.Link();
        _rig.Do(() => link.Disconnect(HciStatus.AuthenticationFailure));
        _rig.Pump();
        Assert.That(_rig.User.Down, Has.Count.EqualTo(1));
    }

    [Test]
    public void Disconnect_NeverCompleted_EndsTheLinkAfterALimit()
    {
        var link = _rig.Link();
        _rig.Do(() => link.Disconnect(HciStatus.RemoteUserTerminated));
        _rig.Advance(TimeSpan.FromSeconds(20));
        Assert.That(_rig.User.Down, Has.Count.EqualTo(1));
    }

    [Test]
    public void Security_Changed_IsToldUpwardOnce()
    {
        var link = (AclLink)_rig.Link();
        _rig.Do(() => link.Security = new LinkSecurity(EncryptionMode.AesCcm, 16, LinkKeyType.UnauthenticatedP256));
        _rig.Do(() => link.Security = new LinkSecurity(EncryptionMode.AesCcm, 16, LinkKeyType.UnauthenticatedP256));
        Assert.That(_rig.User.SecurityChanges, Is.EqualTo(1));
        Assert.That(link.CheckSecurity(SecurityRequirement.Default), Is.EqualTo(SecurityShortfall.NotEncrypted));
    }

    [Test]
    public async Task SwitchRole_Accepted_ChangesTheRole()
    {
        var link = _rig.Link();
        var switching = _rig.Run(() => _rig.Host.SwitchRoleAsync(link, LinkRole.Central));
        Assert.That(_rig.Controller.Last(ScriptedController.SwitchRole), Is.EqualTo((byte[])[.. HostRig.PeerOctets, 0x00]));
        _rig.Event(0x12, [0x00, .. HostRig.PeerOctets, 0x00]);
        Assert.That(await switching, Is.EqualTo(HciStatus.Success));
        Assert.That(link.Role, Is.EqualTo(LinkRole.Central));
        Assert.That(_rig.Controller.Count(ScriptedController.WriteSupervisionTimeout), Is.EqualTo(1));
    }

    [Test]
    public async Task SwitchRole_RefusedOrUnanswered_GivesTheStatus()
    {
        var link = _rig.Link();
        var refused = _rig.Run(() => _rig.Host.SwitchRoleAsync(link, LinkRole.Central));
        _rig.Event(0x12, [0x21, .. HostRig.PeerOctets, 0x01]);
        Assert.That(await refused, Is.EqualTo(HciStatus.RoleChangeNotAllowed));
        var unanswered = _rig.Run(() => _rig.Host.SwitchRoleAsync(link, LinkRole.Central));
        _rig.Advance(TimeSpan.FromSeconds(10));
        Assert.That(await unanswered, Is.EqualTo(HciStatus.LmpResponseTimeout));
        Assert.That(await _rig.Run(() => _rig.Host.SwitchRoleAsync(link, LinkRole.Peripheral)), Is.EqualTo(HciStatus.Success));
    }
}
