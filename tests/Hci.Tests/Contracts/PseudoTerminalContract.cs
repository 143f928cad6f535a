using HostStack.Hci.Transport.Serial;
using HostStack.Testing.Contracts;
using HostStack.Testing.Serial;

namespace HostStack.Hci.Tests.Contracts;

/// <summary>The contract on a pseudo-terminal, which has no lines beside its octets.</summary>
public abstract class PseudoTerminalContract(SerialPortOpener opener) : SerialPortContract
{
    private PseudoTerminal _terminal = null!;

    protected override SerialSubject Subject => new()
    {
        Opener = opener,
        Name = _terminal.Path,
        MissingName = "/dev/hoststack-none",
        FarEnd = _terminal.Line,
        Unplug = () => _terminal.DisposeAsync().AsTask(),
    };

    [SetUp]
    public void MakeTerminal() => _terminal = new PseudoTerminal();

    [TearDown]
    public async Task EndTerminal() => await _terminal.DisposeAsync();
}
