using HostStack.Testing.Contracts;

namespace HostStack.Hci.Tests.Contracts;

/// <summary>What every serial port promises, whoever makes it.</summary>
public abstract class SerialPortContract
{
    protected abstract SerialSubject Subject { get; }

    private static IEnumerable<TestCaseData<string>> Checks() =>
        SerialPortChecks.All.Select(static check => new TestCaseData<string>(check.Name) { TestName = check.Name });

    [TestCaseSource(nameof(Checks))]
    public Task Contract(string name) =>
        ContractOutcome.OfAsync(() => SerialPortChecks.All.Single(check => check.Name == name).Check(Subject));
}
