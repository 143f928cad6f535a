using HostStack.Cli.Options;
using HostStack.Cli.Terminal;
using HostStack.Cli.Tests.Rig;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;

namespace HostStack.Cli.Tests.Terminal;

[TestFixture]
public sealed class TerminalAgentTests
{
    private static readonly PairingRequest Comparison = new()
    {
        Peer = new PeerAddress(BdAddr.Parse("5C:F3:70:66:12:34")),
        Name = "phone\u001b[31m",
        Model = AssociationModel.NumericComparison,
        Digits = new Passkey(4711),
        IsLocal = true,
        IsWindowOpen = true,
    };

    [TestCase(PairingInterface.Automatic, true, ExpectedResult = IoCapability.DisplayYesNo)]
    [TestCase(PairingInterface.Automatic, false, ExpectedResult = IoCapability.NoInputNoOutput)]
    [TestCase(PairingInterface.None, true, ExpectedResult = IoCapability.NoInputNoOutput)]
    [TestCase(PairingInterface.Display, true, ExpectedResult = IoCapability.DisplayOnly)]
    [TestCase(PairingInterface.YesNo, true, ExpectedResult = IoCapability.DisplayYesNo)]
    [TestCase(PairingInterface.Keyboard, true, ExpectedResult = IoCapability.KeyboardOnly)]
    public IoCapability Capability_OfAChoice_IsIts(object io, bool canAsk) => Agent(new TestTerminal { CanAsk = canAsk }, (PairingInterface)io).IoCapability;

    [TestCase("y", ExpectedResult = true)]
    [TestCase("YES ", ExpectedResult = true)]
    [TestCase("", ExpectedResult = false)]
    [TestCase("n", ExpectedResult = false)]
    public async Task<bool> Comparison_Answered_IsTheAnswer(string answer)
    {
        var terminal = new TestTerminal { CanAsk = true };
        terminal.Type(answer);
        var confirmed = await Agent(terminal, PairingInterface.YesNo).ConfirmAsync(Comparison, CancellationToken.None);
        Assert.That(terminal.Shown, Does.Contain("004711").And.Not.Contain('\u001b'), "the digits, and no control characters of the peer");
        Assert.That(terminal.Lines.ToString() + terminal.Errors, Is.Empty);
        return confirmed;
    }

    [Test]
    public async Task JustWorks_WithoutATerminal_TakesAnOpenWindow([Values] bool isOpen)
    {
        var request = Comparison with { Model = AssociationModel.JustWorks, Digits = null, IsWindowOpen = isOpen };
        Assert.That(
            await Agent(new TestTerminal(), PairingInterface.None).ConfirmAsync(request, CancellationToken.None), Is.EqualTo(isOpen));
    }

    [Test]
    public async Task Passkey_MistypedOnce_IsAskedAgain()
    {
        var terminal = new TestTerminal { CanAsk = true };
        terminal.Type("12a");
        terminal.Type("123456");
        var passkey = await Agent(terminal, PairingInterface.Keyboard).EnterPasskeyAsync(Comparison with { Digits = null }, CancellationToken.None);
        Assert.That(passkey, Is.EqualTo(new Passkey(123456)));
    }

    [Test]
    public async Task Passkey_NotTyped_IsNo()
    {
        var terminal = new TestTerminal { CanAsk = true };
        terminal.Type("");
        Assert.That(await Agent(terminal, PairingInterface.Keyboard).EnterPasskeyAsync(Comparison, CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Pin_Given_IsNotAsked()
    {
        Assert.That(PinCode.TryFrom("0000", out var pin), Is.True);
        var terminal = new TestTerminal { CanAsk = true };
        Assert.That(await Agent(terminal, PairingInterface.None, pin).EnterPinAsync(Comparison, CancellationToken.None), Is.EqualTo(pin));
        Assert.That(terminal.Shown, Is.Empty);
    }

    [Test]
    public void Passkey_ToShow_ReachesTheScreenAlone()
    {
        var terminal = new TestTerminal { CanAsk = true };
        Agent(terminal, PairingInterface.Display).DisplayPasskey(Comparison);
        Assert.That(terminal.Shown, Does.Contain("004711"));
        Assert.That(terminal.Lines.ToString() + terminal.Errors, Is.Empty);
    }

    [Test]
    public async Task Question_Cancelled_Ends()
    {
        using var stop = new CancellationTokenSource();
        var terminal = new TestTerminal { CanAsk = true };
        var asking = Agent(terminal, PairingInterface.YesNo).ConfirmAsync(Comparison, stop.Token);
        await stop.CancelAsync();
        Assert.That(async () => await asking, Throws.InstanceOf<OperationCanceledException>());
    }

    private static TerminalAgent Agent(TestTerminal terminal, PairingInterface io, PinCode? pin = null) =>
        new(new TerminalQuestions(terminal, new JsonReport(new CommandEnvironment { Terminal = terminal })), io, pin);
}
