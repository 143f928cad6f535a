using HostStack.Hci.Transport.Serial;

namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>Ports on a system that only records what it is asked, anew for each test.</summary>
public abstract class TerminalFixture
{
    private protected RecordedCalls Calls { get; private set; } = null!;

    [SetUp]
    public void MakeCalls() => Calls = new RecordedCalls();

    private protected TermiosPort Open(SerialSettings settings) => TermiosPorts.Open("/dev/ttyX", settings, new LinuxTerminal(), Calls);

    private protected TermiosPort OpenOnDarwin(SerialSettings settings) => TermiosPorts.Open("/dev/cu.x", settings, new DarwinTerminal(), Calls);
}
