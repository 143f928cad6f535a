using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security;

/// <summary>Agents, stores and windows that misbehave or overlap.</summary>
[TestFixture]
public sealed class PairingRobustnessTests
{
    private const string Peer = SecurityRig.Peer;

    [Test]
    public void Agent_Throws_IsANo([Values] bool synchronously)
    {
        using var rig = new SecurityRig(new FailingAgent(synchronously));
        AskToCompare(rig);
        rig.Expect("2B 04 09" + Peer + "01 00 05", "2D 04 06" + Peer);
        rig.Event(EventCode.SimplePairingComplete, "05" + Peer);
        Assert.That(rig.Failures.Single().Rule, Is.EqualTo(SecurityRule.UserRefused));
        Assert.That(rig.Log.Lines, Has.Some.Contains("The pairing agent failed"), "Telling it of the end failed too.");
    }

    [Test]
    public void Agent_LinkLostWhileAsked_IsToldAndItsAnswerIsIgnored()
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var agent = new FakeAgent(IoCapability.DisplayYesNo) { Confirm = answer.Task };
        using var rig = new SecurityRig(agent);
        AskToCompare(rig);
        rig.Expect("2B 04 09" + Peer + "01 00 05");
        rig.Do(() => rig.Coordinator.LinkClosed(rig.Link));
        rig.Pump();
        Assert.That(agent.Token.IsCancellationRequested, Is.True);
        Assert.That(agent.Ended, Is.EqualTo(new[] { false }));
        Assert.That(rig.Failures.Single().Shortfall, Is.EqualTo(SecurityShortfall.LinkLost));
        answer.SetResult(true);
        rig.Pump();
        rig.Expect();
    }

    [Test]
    public void Store_CannotBeWritten_PairingHoldsForTheLink()
    {
        using var broken = new SecurityRig(new FakeAgent(IoCapability.DisplayYesNo), store: new FullStore());
        AskToCompare(broken);
        broken.Event(EventCode.SimplePairingComplete, "00" + Peer);
        broken.Event(EventCode.LinkKeyNotification, Peer + SecurityRig.Key + "05");
        Assert.That(broken.Refusals.Single().Rule, Is.EqualTo(SecurityRule.KeyNotSaved));
        Assert.That(broken.PairedOutcomes.Single().IsBonded, Is.False);
        broken.Event(EventCode.EncryptionChange, "00 0B00 01");
        Assert.That(broken.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Window_OpenedTwice_ClosesWithTheLast()
    {
        using var rig = new SecurityRig();
        Assert.That(rig.Coordinator.IsPairingWindowOpen, Is.False);
        rig.OpenWindow(10);
        rig.OpenWindow(20);
        rig.Advance(15);
        Assert.That(rig.Coordinator.IsPairingWindowOpen, Is.True);
        rig.Advance(6);
        Assert.That(rig.Coordinator.IsPairingWindowOpen, Is.False);

        IDisposable? opening = null;
        rig.Do(() => opening = rig.Coordinator.OpenPairingWindow(TimeSpan.FromHours(1)));
        Assert.That(rig.Coordinator.IsPairingWindowOpen, Is.True);
        rig.Do(() => opening!.Dispose());
        rig.Do(() => opening!.Dispose());
        Assert.That(rig.Coordinator.IsPairingWindowOpen, Is.False);
    }

    [Test]
    public void LinkOpened_EncryptedAlready_PeerProvesItselfAndTheKeySizeIsRead()
    {
        using var rig = new SecurityRig();
        rig.Do(() => rig.Coordinator.LinkClosed(rig.Link));
        rig.Bond(LinkKeyType.UnauthenticatedP192);
        rig.Link.Security = new LinkSecurity(EncryptionMode.E0, 0, null);
        rig.Open(rig.Link);
        rig.Expect("11 04 02 0B00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.KeySizeUnknown));
        rig.Event(EventCode.AuthenticationComplete, "00 0B00");
        rig.Expect("08 14 02 0B00");
        Assert.That(rig.Check(), Is.EqualTo(SecurityShortfall.None));
    }

    [Test]
    public void Confirmation_ControllerThatSkipsCapabilities_AsksTheStrongerQuestion()
    {
        var agent = new FakeAgent(IoCapability.DisplayYesNo);
        using var rig = new SecurityRig(agent);
        rig.OpenWindow();
        rig.Event(EventCode.UserConfirmationRequest, Peer + "00000000");
        Assert.That(agent.Asked.Single().Model, Is.EqualTo(AssociationModel.NumericComparison));
        rig.Expect("2C 04 06" + Peer);
    }

    [Test]
    public void Printing_RequestsRefusalsAndData_TellsNoSecret()
    {
        var oob = new OobPair(new OobValue(new byte[] { 0xAB, 0xCD, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 }), default);
        var request = new PairingRequest
        {
            Peer = new PeerAddress(BdAddr.Parse("5C:F3:70:66:12:34")),
            Model = AssociationModel.NumericComparison,
            Digits = new Passkey(987654),
            IsLocal = true,
            IsWindowOpen = true,
        };
        Assert.That($"{request} {new OobData(oob, oob)}", Does.Not.Contain("987654").And.Not.Contains("ABCD").And.Not.Contains("171"));
        foreach (var rule in Enum.GetValues<SecurityRule>())
        {
            var refusal = new SecurityRefusal(rule, request.Peer);
            Assert.That(refusal.Remedy, Does.EndWith("."), "Every rule has a remedy.");
            Assert.That(refusal.ToString(), Does.StartWith($"security: {rule}, peer 5C:F3:70:66:12:34"));
        }
    }

    private static void AskToCompare(SecurityRig rig)
    {
        rig.OpenWindow();
        rig.Event(EventCode.IoCapabilityResponse, Peer + "01 00 05");
        rig.Event(EventCode.IoCapabilityRequest, Peer);
        rig.Event(EventCode.UserConfirmationRequest, Peer + "40E20100");
    }

    private sealed class FailingAgent(bool synchronously) : IPairingAgent
    {
        public IoCapability IoCapability => IoCapability.DisplayYesNo;

        public Task<bool> ConfirmAsync(PairingRequest request, CancellationToken cancellationToken) =>
            synchronously
                ? throw new InvalidOperationException($"no {request.Digits!.Value.ToDigits()}")
                : Task.FromException<bool>(new InvalidOperationException());

        public void PairingEnded(PeerAddress peer, bool succeeded) => throw new InvalidOperationException();
    }

    private sealed class FullStore : ILinkKeyStore
    {
        public LinkKeyRow? Find(LinkKeyId id) => null;

        public IReadOnlyList<LinkKeyRow> List() => [];

        public void Save(LinkKeyRow row) => throw new KeyStoreException("The disk is full; make room.");

        public bool Remove(LinkKeyId id) => false;
    }
}
