using HostStack.Testing.Contracts;

namespace HostStack.Hci.Tests.Contracts;

/// <summary>What every USB bus, device and transfer promises, whoever makes them.</summary>
public abstract class UsbDeviceContract
{
    protected abstract UsbSubject Subject { get; }

    private static IEnumerable<TestCaseData<string>> Checks() =>
        UsbDeviceChecks.All.Select(static check => new TestCaseData<string>(check.Name) { TestName = check.Name });

    // The checks wait for the bus's thread themselves, as a caller of these interfaces does.
    [TestCaseSource(nameof(Checks))]
    public Task Contract(string name) =>
        ContractOutcome.OfAsync(() =>
        {
            UsbDeviceChecks.All.Single(check => check.Name == name).Check(Subject);
            return Task.CompletedTask;
        });
}
