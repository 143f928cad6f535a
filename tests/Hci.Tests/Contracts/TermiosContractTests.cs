using HostStack.Hci.Transport.Serial;

namespace HostStack.Hci.Tests.Contracts;

/// <summary>The port that this host brings itself.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class TermiosContractTests() : PseudoTerminalContract(TermiosPorts.Open);
