using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>Authentication, encryption and key size of bonded links; collisions, lost keys, lost links.</summary>
[TestFixture]
public sealed class LinkProcedureTests
{
    private const string Peer = SecurityRig.Peer;

    [Test]
    public void Ensure_Bonded_AuthenticatesEncryptsAndReadsTheKeySize()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var ensured = rig.Ensure();
        rig.Expect("11 04 02 0B00");
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0B 04 16" + Peer + SecurityRig.Key);
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Expect("13 04 03 0B00 01");
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Expect("08 14 02 0B00");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
        Assert.That(rig.Link.Published, Is.EqualTo(new LinkSecurity[]
        {
            new(EncryptionMode.E0, 0, LinkKeyType.UnauthenticatedP192),
            new(EncryptionMode.E0, 16, LinkKeyType.UnauthenticatedP192),
        }));
    }

    [Test]
    public void Ensure_TwiceAtOnce_SharesTheWork()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var first = rig.Ensure();
        var second = rig.Ensure();
        rig.Expect("11 04 02 0B00");
        rig.Event(EventCode.AuthenticationComplete, "05 0B00");
        Assert.That(first.Ended(), Is.EqualTo(SecurityShortfall.AuthenticationFailed));
        Assert.That(second.Ended(), Is.EqualTo(SecurityShortfall.AuthenticationFailed));
        rig.Expect();
        Assert.That(rig.Refusals.Single().Status, Is.EqualTo(HciStatus.AuthenticationFailure));
    }

    [Test]
    public void Ensure_AlreadyMet_DoesNothing()
    {
        using var rig = Secured(LinkKeyType.UnauthenticatedP192, "01");
        Assert.That(rig.Ensure().Ended(), Is.EqualTo(SecurityShortfall.None));
        Assert.That(rig.Ensure(SecurityRequirement.None).Ended(), Is.EqualTo(SecurityShortfall.None));
        rig.Expect();
    }

    [Test]
    public void Ensure_NotBondedAndWindowClosed_RefusesWithoutACommand()
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        Assert.That(rig.Ensure().Ended(), Is.EqualTo(SecurityShortfall.PairingNotAllowed));
        rig.Expect();
        var refusal = rig.Refusals.Single();
        Assert.That((refusal.Layer, refusal.Rule), Is.EqualTo(("security", SecurityRule.PairingNotAllowed)));
        Assert.That(refusal.ToString(), Does.Contain("5C:F3:70:66:12:34").And.Contain("pairing window"));
    }

    [Test]
    public void Ensure_FeaturesNotKnownYet_WaitsForThem()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var known = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        rig.Link.FeaturesKnown = known.Task;
        _ = rig.Ensure();
        rig.Expect();
        known.SetResult();
        rig.Pump();
        rig.Expect("11 04 02 0B00");
    }

    [Test]
    public void Ensure_StrongerThanTheStoredKey_PairsAnewAndRefreshes()
    {
        using var rig = Secured(LinkKeyType.UnauthenticatedP192, "01", new FakeAgent(IoCapability.DisplayYesNo));
        rig.OpenWindow();
        var ensured = rig.Ensure(new() { Authenticated = true });
        rig.Expect("11 04 02 0B00");
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0C 04 06" + Peer);
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Expect("2B 04 09" + Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Expect("2C 04 06" + Peer);
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        rig.Event(EventCode.LinkKeyNotification, Peer + "00112233445566778899AABBCCDDEEFF" + "05");
        rig.Hide("00112233445566778899AABBCCDDEEFF");
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Expect("53 0C 02 0B00");
        Assert.That(rig.Link.Security.KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP192), "The new key is not in use yet.");
        rig.Event(EventCode.EncryptionKeyRefreshComplete, "00 0B00");
        rig.Expect("08 14 02 0B00");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
        Assert.That(rig.Link.Security.KeyType, Is.EqualTo(LinkKeyType.AuthenticatedP192));
    }

    [TestCase("23")]
    [TestCase("2A")]
    public void Ensure_Collision_WaitsForThePeerAndTriesOnceMore(string status)
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var ensured = rig.Ensure();
        rig.Expect("11 04 02 0B00");
        rig.Event(EventCode.AuthenticationComplete, status + "0B00");
        rig.Expect();
        rig.Advance(1);
        rig.Expect("11 04 02 0B00");
        rig.Event(EventCode.AuthenticationComplete, status + "0B00");
        rig.Advance(1);
        rig.Expect();
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.NotEncrypted));
    }

    [Test]
    public void Ensure_CollisionAndThePeerEncrypts_IsMetByThePeer()
    {
        using var rig = new SecurityRig(options: new SecurityOptions { RequireMutualAuthentication = false });
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var ensured = rig.Ensure();
        rig.Expect("11 04 02 0B00");
        rig.Event(EventCode.AuthenticationComplete, "23 0B00");
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0B 04 16" + Peer + SecurityRig.Key);
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Expect("08 14 02 0B00");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Ensure_PeerLostItsKey_KeepsTheBondAndSaysSo()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var ensured = rig.Ensure();
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.AuthenticationComplete, "06 0B00");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.AuthenticationFailed));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.PeerLostKey));
        Assert.That(rig.Stored, Is.Not.Null);
    }

    [Test]
    public void Pair_PeerLostItsKey_PairsAnew()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        _ = rig.Pair();
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("11 04 02 0B00", "0B 04 16" + Peer + SecurityRig.Key);
        rig.Event(EventCode.AuthenticationComplete, "06 0B00");
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("11 04 02 0B00", "0C 04 06" + Peer);
    }

    [Test]
    public void Ensure_LinkLost_EndsEveryWaiter()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var waiting = new[] { rig.Ensure(), rig.Ensure(), rig.Ensure(new() { Authenticated = true }) };
        rig.Do(() => rig.Coordinator.LinkClosed(rig.Link));
        rig.Pump();
        Assert.That(waiting.Select(task => task.Ended()), Is.All.EqualTo(SecurityShortfall.LinkLost));
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.LinkLost));
        Assert.That(rig.Ensure().Ended(), Is.EqualTo(SecurityShortfall.LinkLost));
        Assert.That(rig.Pair().Ended().Shortfall, Is.EqualTo(SecurityShortfall.LinkLost));
    }

    [Test]
    public void Ensure_ControllerSilent_EndsInTime()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        var ensured = rig.Ensure();
        rig.Advance(34.9);
        Assert.That(ensured.IsCompleted, Is.False);
        rig.Advance(0.2);
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.AuthenticationFailed));
    }

    [Test]
    public void RoleSwitch_EncryptionComesBack_IsReadAgain()
    {
        using var rig = Secured(LinkKeyType.UnauthenticatedP192, "01");
        rig.Link.Published.Clear();
        rig.Event(EventCode.EncryptionChange, "00 0B00 00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.NotEncrypted));
        rig.Advance(4.9);
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Expect("08 14 02 0B00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
        rig.Advance(10);
        Assert.That(rig.Link.Disconnected, Is.Null);
        Assert.That(rig.Link.Published, Is.EqualTo(new LinkSecurity[]
        {
            new(EncryptionMode.Off, 0, LinkKeyType.UnauthenticatedP192) { IsPaused = true },
            new(EncryptionMode.E0, 0, LinkKeyType.UnauthenticatedP192) { IsPaused = true },
            new(EncryptionMode.E0, 16, LinkKeyType.UnauthenticatedP192),
        }));
    }

    [Test]
    public void RoleSwitch_KeySizeCannotBeTold_TheEndOfThePauseIsTold()
    {
        using var rig = Secured(LinkKeyType.UnauthenticatedP192, "01");
        rig.Commands.Unsupported.Add(OpCode.ReadEncryptionKeySize);
        rig.Event(EventCode.EncryptionChange, "00 0B00 00");
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        Assert.That(rig.Link.Security, Is.EqualTo(new LinkSecurity(EncryptionMode.E0, 0, LinkKeyType.UnauthenticatedP192)));
        Assert.That(rig.Check(new() { AllowUnknownKeySize = true }), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void RoleSwitch_EncryptionStaysAway_LinkIsPlainAndEnded([Values] bool failed)
    {
        using var rig = Secured(LinkKeyType.UnauthenticatedP192, "01");
        rig.Event(EventCode.EncryptionChange, "00 0B00 00");
        Assert.That(rig.Link.Security.IsPaused, Is.True);
        if (failed)
        {
            rig.Event(EventCode.EncryptionChange, "05 0B00 00");
        }
        else
        {
            rig.Advance(5);
        }

        Assert.That(rig.Link.Security, Is.EqualTo(new LinkSecurity(EncryptionMode.Off, 0, LinkKeyType.UnauthenticatedP192)));
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
    }

    [Test, Category("Attack")]
    public void RoleSwitch_PairingInThePause_IsRefused()
    {
        using var rig = Secured(LinkKeyType.UnauthenticatedP192, "01", new FakeAgent(IoCapability.DisplayYesNo));
        rig.OpenWindow();
        rig.Event(EventCode.EncryptionChange, "00 0B00 00");
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Expect("34 04 07" + Peer + "18");
        rig.Advance(5);
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
    }

    [Test]
    public void Prospect_OfALink_IsWhatItsKeyAndProcedureAllow()
    {
        using var rig = new SecurityRig();
        Assert.That(Prospect(), Is.EqualTo(SecurityProspect.None));
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        Assert.That(Prospect(), Is.EqualTo(SecurityProspect.Bonded));
        _ = rig.Ensure();
        Assert.That(Prospect(), Is.EqualTo(SecurityProspect.UnderWay));
        rig.Event(EventCode.AuthenticationComplete, "05 0B00");
        Assert.That(Prospect(), Is.EqualTo(SecurityProspect.Bonded));
        rig.Link.PeerSupportsSecureConnections = false;
        rig.Bond(LinkKeyType.UnauthenticatedP256);
        Assert.That(Prospect(), Is.EqualTo(SecurityProspect.None), "A key that must not be used secures nothing.");
        rig.Do(() => rig.Coordinator.LinkClosed(rig.Link));
        Assert.That(Prospect(), Is.EqualTo(SecurityProspect.None));

        SecurityProspect Prospect() => rig.Run(() => Task.FromResult(rig.Coordinator.Prospect(rig.Link)));
    }

    [Test]
    public void KeyRefresh_SecuredLink_KeySizeIsReadAgain()
    {
        using var rig = Secured(LinkKeyType.UnauthenticatedP192, "01");
        rig.Commands.KeySize = 7;
        rig.Event(EventCode.EncryptionKeyRefreshComplete, "00 0B00");
        rig.Expect("08 14 02 0B00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.KeyTooShort));
        Assert.That(rig.Link.Security.KeySize, Is.EqualTo(7));
    }

    [Test]
    public void EncryptionChangeV2_TellsTheKeySize_NothingIsRead()
    {
        using var rig = new SecurityRig();
        rig.Link.PeerSupportsSecureConnections = true;
        rig.Bond(LinkKeyType.UnauthenticatedP256);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0B 04 16" + Peer + SecurityRig.Key);
        rig.Event(EventCode.EncryptionChangeV2, "00 0B00 02 10");
        rig.Expect();
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void ChangedCombinationKey_KeepsTheTypeItHad()
    {
        using var rig = Secured(LinkKeyType.AuthenticatedP192, "01");
        rig.Event(EventCode.LinkKeyNotification, Peer + "0F0E0D0C0B0A09080706050403020100" + "06");
        Assert.That(rig.Stored!.Type, Is.EqualTo(LinkKeyType.AuthenticatedP192));
        Assert.That(rig.Stored.Key, Is.Not.EqualTo(new LinkKey(Convert.FromHexString(SecurityRig.Key))));
    }

    [Test]
    public void NoBonding_AskedByThePeer_KeyIsNotStored()
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.NoInputNoOutput));
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "03 00 00");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Expect("2B 04 09" + Peer + "03 00 00");
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        rig.Event(EventCode.LinkKeyNotification, Peer + SecurityRig.Key + "04");
        Assert.That(rig.Stored, Is.Null);
        Assert.That(rig.PairedOutcomes.Single().IsBonded, Is.False);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("2C 04 06" + Peer, "0B 04 16" + Peer + SecurityRig.Key);
    }

    [Test]
    public void RemoveBond_ForgetsAndEndsTheLink()
    {
        using var rig = Secured(LinkKeyType.UnauthenticatedP192, "01");
        Assert.That(rig.Run(() => rig.Coordinator.RemoveBondAsync(rig.Link.Peer)), Is.True);
        Assert.That(rig.Stored, Is.Null);
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.RemoteUserTerminated));
        Assert.That(rig.Removed, Is.EqualTo(new[] { rig.Link.Peer }));
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0C 04 06" + Peer);
        Assert.That(rig.Run(() => rig.Coordinator.RemoveBondAsync(rig.Link.Peer)), Is.False);
    }

    [Test]
    public void ReadLocalOobData_BothCurves_AreRead()
    {
        using var rig = new SecurityRig();
        byte[] octets = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];
        rig.Commands.Returns[OpCode.ReadLocalOobExtendedData] = [0, .. octets];
        var data = rig.Run(rig.Coordinator.ReadLocalOobDataAsync);
        Assert.That(data.P192, Is.EqualTo(new OobPair(new(octets.AsSpan(0, 16)), new(octets.AsSpan(16, 16)))));
        Assert.That(data.P256, Is.EqualTo(new OobPair(new(octets.AsSpan(32, 16)), new(octets.AsSpan(48, 16)))));

        rig.Commands.Unsupported.Add(OpCode.ReadLocalOobExtendedData);
        rig.Commands.Returns[OpCode.ReadLocalOobData] = [0, .. octets[..32]];
        data = rig.Run(rig.Coordinator.ReadLocalOobDataAsync);
        Assert.That(data.P192!.Value.Hash, Is.EqualTo(new OobValue(octets.AsSpan(0, 16))));
        Assert.That(data.P256, Is.Null);
    }

    internal static SecurityRig Secured(LinkKeyType type, string mode, IPairingAgent? agent = null, SecurityOptions? options = null)
    {
        var rig = new SecurityRig(agent, options);
        rig.Bond(type);
        var ensured = rig.Ensure(new() { MinimumKeySize = 7 });
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Event(EventCode.EncryptionChange, "00 0B00" + mode);
        rig.Expect("11 04 02 0B00", "0B 04 16" + Peer + SecurityRig.Key, "13 04 03 0B00 01", "08 14 02 0B00");
        Assert.That(ensured.Ended(), Is.EqualTo(SecurityShortfall.None));
        return rig;
    }
}
