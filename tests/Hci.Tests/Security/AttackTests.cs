using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>Known attacks on pairing and encryption; each must end in a refusal that says why.</summary>
[TestFixture, Category("Attack")]
public sealed class AttackTests
{
    private const string Peer = SecurityRig.Peer;

    [Test, Property("Id", "CVE-2019-9506")]
    public void Knob_ShortKey_EndsTheLinkBeforeAnyService([Range(0, 6)] int size, [Values] bool inEvent)
    {
        using var rig = new SecurityRig(options: new SecurityOptions { RequireMutualAuthentication = false });
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Commands.KeySize = (byte)size;
        rig.Event(inEvent ? EventCode.EncryptionChangeV2 : EventCode.EncryptionChange, "00 0B00 01" + (inEvent ? $"{size:X2}" : ""));
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Check(new() { MinimumKeySize = 1, AllowUnknownKeySize = true }), Is.EqualTo(SecurityShortfall.NotEncrypted));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.KeyTooShort));
        Assert.That(rig.Refusals.Single().KeySize, Is.EqualTo(size));
    }

    [Test, Property("Id", "CVE-2020-10135")]
    public void Bias_PeerDropsSecureConnections_IsNotGivenTheKey([Values] bool madeWithThem)
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        rig.Bond(madeWithThem ? LinkKeyType.AuthenticatedP256 : LinkKeyType.AuthenticatedP192, peerSupportsSc: true);
        rig.Link.PeerSupportsSecureConnections = false;
        rig.OpenWindow();
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0C 04 06" + Peer);
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.SecurityDowngrade));

        // Nor does it get a new one.
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Expect("34 04 07" + Peer + "18");
        Assert.That(rig.Ensure().Ended(), Is.Not.EqualTo(SecurityShortfall.None));
        rig.Expect();
    }

    [TestCase("05")]
    [TestCase("06")]
    [TestCase("1F")]
    [Property("Id", "CVE-2020-10135")]
    public void Bias_OneWayAuthentication_PeerMustProveItselfToo(string status)
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Event(EventCode.EncryptionChange, "00 0B00 01");
        rig.Expect("0B 04 16" + Peer + SecurityRig.Key, "11 04 02 0B00");
        Assert.That(rig.Check(new() { AllowUnknownKeySize = true }), Is.EqualTo(SecurityShortfall.KeySizeUnknown));
        rig.Event(EventCode.AuthenticationComplete, status + "0B00");
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.NotEncrypted));
        Assert.That(rig.Stored, Is.Not.Null, "The bond is not the attacker's to delete.");
    }

    [Test, Property("Id", "CVE-2020-10135")]
    public void Bias_RoleSwitchWithoutEncryption_IsNotAdmitted()
    {
        using var rig = LinkProcedureTests.Secured(LinkKeyType.UnauthenticatedP192, "01");
        rig.Event(EventCode.EncryptionChange, "00 0B00 00");
        Assert.That(rig.Link.Security.IsEncrypted, Is.False);
        rig.Event(EventCode.EncryptionChange, "06 0B00 00");
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
    }

    [Test, Property("Id", "CVE-2023-24023")]
    public void Bluffs_SecureKeyWithTheOlderCipher_EndsTheLink([Values] bool keyWasAsked, [Values] bool version2)
    {
        using var rig = new SecurityRig();
        rig.Link.PeerSupportsSecureConnections = true;
        rig.Bond(LinkKeyType.UnauthenticatedP256);
        if (keyWasAsked)
        {
            rig.Event(EventCode.LinkKeyRequest, Peer);
        }

        rig.Event(version2 ? EventCode.EncryptionChangeV2 : EventCode.EncryptionChange, "00 0B00 01" + (version2 ? "10" : ""));
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Link.Published, Is.Empty);
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.SecurityDowngrade));
        Assert.That(rig.Refusals.Single().KeyType, Is.EqualTo(LinkKeyType.UnauthenticatedP256));
    }

    [Test, Property("Id", "CVE-2023-24023")]
    public void Bluffs_WeakerKeyForAStrongBond_IsNotTaken([Values("00", "04", "05")] string type)
    {
        using var rig = new SecurityRig(
            new FakeAgent(IoCapability.DisplayYesNo), new SecurityOptions { AllowLegacyPairing = true });
        rig.Link.PeerSupportsSecureConnections = true;
        rig.Bond(LinkKeyType.AuthenticatedP256);
        PairNumeric(rig, type);
        Assert.That(rig.Stored!.Type, Is.EqualTo(LinkKeyType.AuthenticatedP256));
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.WeakerKey));
    }

    [Test, Property("Id", "CVE-2020-10134")]
    public void MethodConfusion_QuestionOfAnotherModel_IsRefused()
    {
        // Both capabilities lead to Passkey Entry; the controller asks for Numeric Comparison.
        var agent = new FakeAgent(IoCapability.KeyboardOnly);
        using var rig = new SecurityRig(agent);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 03");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "40E20100");
        rig.Expect("2B 04 09" + Peer + "02 00 03", "2D 04 06" + Peer);
        Assert.That(agent.Asked, Is.Empty);
    }

    [Test, Property("Id", "CVE-2020-10134")]
    public void MethodConfusion_PasskeyWhereDigitsAreCompared_IsRefused()
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Passkey = Task.FromResult<Passkey?>(new Passkey(1)) };
        using var rig = new SecurityRig(agent);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 03");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserPasskeyRequest, Peer);
        rig.Expect("2B 04 09" + Peer + "01 00 03", "2F 04 06" + Peer);
        Assert.That(agent.Asked, Is.Empty);
    }

    [Test, Property("Id", "CVE-2020-10134")]
    public void MethodConfusion_PasskeyToShowWhereDigitsAreCompared_IsNotShown()
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo);
        using var rig = new SecurityRig(agent);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 03");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserPasskeyNotification, Peer + "40E20100");
        Assert.That(agent.Shown, Is.Empty);
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        rig.Event(EventCode.LinkKeyNotification, Peer + SecurityRig.Key + "05");
        Assert.That(rig.Stored, Is.Null);
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
    }

    [Test, Property("Id", "CVE-2020-10134")]
    public void MethodConfusion_TwoPairingsAtOnce_TheSecondIsRefused()
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo) { Confirm = new TaskCompletionSource<bool>().Task });
        var other = new FakeSecuredLink { Handle = new(0x000C), Peer = new(BdAddr.Parse("00:02:5B:00:A5:A5")) };
        rig.Open(other);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.IoCapabilityRequest, "A5A5005B0200");
        rig.Expect("2B 04 09" + Peer + "01 00 05", "34 04 07 A5A5005B0200 38");
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.OnePairingAtATime));

        // When the first is over, the second may.
        rig.Event(EventCode.SimplePairingComplete, "05" + Peer);
        rig.Event(EventCode.IoCapabilityRequest, "A5A5005B0200");
        rig.Expect("2B 04 09 A5A5005B0200 01 00 05");
    }

    [Test, Property("Id", "CVE-2023-45866")]
    public void UnsolicitedPairing_WindowClosed_IsRefusedAtTheFirstQuestion([Values("03", "01")] string io)
    {
        using var rig = new SecurityRig(new JustWorksAgent());
        rig.Event(EventCode.IoCapabilityResponse, Peer + io + "00 04");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Expect("34 04 07" + Peer + "18");
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.PairingNotAllowed));
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Expect("2D 04 06" + Peer);
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        rig.Event(EventCode.LinkKeyNotification, Peer + SecurityRig.Key + "04");
        Assert.That(rig.Stored, Is.Null);
    }

    [Test, Property("Id", "CVE-2023-45866")]
    public void UnsolicitedPairing_WindowOpenButNobodyConsents_IsRefused([Values] bool hasAgent)
    {
        using var rig = new SecurityRig(
            hasAgent ? new FakeAgent(IoCapability.NoInputNoOutput) { Confirm = Task.FromResult(false) } : null);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "03 00 04");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Expect("2B 04 09" + Peer + "03 00 04", "2D 04 06" + Peer);
    }

    [Test, Property("Id", "CVE-2023-45866")]
    public void UnsolicitedPairing_WindowClosesMeanwhile_IsRefused()
    {
        using var rig = new SecurityRig(new JustWorksAgent());
        rig.OpenWindow(seconds: 10);
        rig.Event(EventCode.IoCapabilityResponse, Peer + "03 00 04");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Advance(11);
        Assert.That(rig.Coordinator.IsPairingWindowOpen, Is.False);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        rig.Expect("2B 04 09" + Peer + "03 00 04", "2D 04 06" + Peer);
    }

    [Test, Property("Id", "CVE-2020-26555")]
    public void OwnAddress_OfAPeer_IsRefusedEverywhere()
    {
        using var rig = new SecurityRig(new JustWorksAgent());
        var twin = new FakeSecuredLink { Handle = new(0x000C), Peer = new(SecurityRig.Local.Address) };
        rig.OpenWindow();
        rig.Open(twin);
        Assert.That(twin.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.OwnAddress));
        rig.Event(EventCode.LinkKeyRequest, "033207DC1B00");
        rig.Event(EventCode.PinCodeRequest, "033207DC1B00");
        rig.Event(EventCode.IoCapabilityRequest, "033207DC1B00");
        rig.Expect("0C 04 06 033207DC1B00", "0E 04 06 033207DC1B00", "34 04 07 033207DC1B00 18");
    }

    [Test, Property("Id", "CVE-2020-26555")]
    public void NullKey_OfAnyKind_EndsTheLink([Values("00", "04", "05", "06", "07", "08")] string type)
    {
        using var rig = new SecurityRig(
            new FakeAgent(IoCapability.DisplayYesNo), new SecurityOptions { AllowLegacyPairing = true });
        PairNumeric(rig, type, new string('0', 32));
        Assert.That(rig.Stored, Is.Null);
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.NullKey));
    }

    [Test, Property("Id", "CVE-2020-26555")]
    public void PinPairing_OfAPeerWithSimplePairing_IsRefused()
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Pin = Task.FromResult<PinCode?>(new PinCode("0000"u8)) };
        using var rig = new SecurityRig(agent, new SecurityOptions { AllowLegacyPairing = true });
        rig.OpenWindow();
        rig.Event(EventCode.PinCodeRequest, Peer);
        rig.Expect("0E 04 06" + Peer);
        Assert.That(agent.Asked, Is.Empty);
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.LegacyPairing));
    }

    [Test, Property("Id", "CVE-2020-26558")]
    public void ReflectedPairing_KeyBeforeTheUserAnswered_IsNotTaken()
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Confirm = new TaskCompletionSource<bool>().Task };
        using var rig = new SecurityRig(agent);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "40E20100");
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        Assert.That(rig.Link.Disconnected, Is.EqualTo(HciStatus.AuthenticationFailure));
        rig.Event(EventCode.LinkKeyNotification, Peer + SecurityRig.Key + "05");
        Assert.That(rig.Stored, Is.Null);
        rig.Pump();
        Assert.That(agent.Token.IsCancellationRequested, Is.True);
    }

    [Test]
    public void UnsafeKeyTypes_AreNotTaken([Values("01", "02", "03", "09", "FF")] string type)
    {
        using var rig = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo));
        PairNumeric(rig, type);
        Assert.That(rig.Stored, Is.Null);
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.UnsafeKeyType));
    }

    [Test, Property("Id", "dongle swap")]
    public void DongleSwap_SameAddressOtherController_KeyNeedsTheOperator()
    {
        using var rig = new SecurityRig();
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.Identity = rig.Identity with { Fingerprint = "Realtek 5.1 0x8761" };
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0C 04 06" + Peer);
        Assert.That(rig.Refusals.Single().Rule, Is.EqualTo(SecurityRule.OtherController));
        Assert.That(rig.Ensure().Ended(), Is.EqualTo(SecurityShortfall.PairingNotAllowed));

        Assert.That(rig.Run(() => rig.Coordinator.AdoptAsync(of: null)), Is.EqualTo(1));
        rig.Event(EventCode.LinkKeyRequest, Peer);
        rig.Expect("0B 04 16" + Peer + SecurityRig.Key);
    }

    [Test]
    public void LateAgent_After25Seconds_IsANo()
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Confirm = answer.Task };
        using var rig = new SecurityRig(agent);
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "40E20100");
        rig.Expect("2B 04 09" + Peer + "01 00 05");
        rig.Advance(24.9);
        rig.Expect();
        rig.Advance(0.2);
        rig.Expect("2D 04 06" + Peer);
        Assert.That(agent.Token.IsCancellationRequested, Is.True);
        answer.SetResult(true);
        rig.Pump();
        rig.Expect();
    }

    private static void PairNumeric(SecurityRig rig, string type, string key = SecurityRig.Key)
    {
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "40E20100");
        rig.Expect("2B 04 09" + Peer + "01 00 05", "2C 04 06" + Peer);
        rig.Event(EventCode.SimplePairingComplete, "00" + Peer);
        rig.Event(EventCode.LinkKeyNotification, Peer + key + type);
    }
}
