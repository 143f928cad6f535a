using HostStack.Hci.SerialPorts;

namespace HostStack.Hci.Tests.Contracts.Adapters;

/// <summary>The adapter on System.IO.Ports.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class SystemSerialPortContractTests() : PseudoTerminalContract(SystemSerialPort.Open);
