using HostStack.Testing.Contracts;

namespace HostStack.Hci.Tests.Contracts;

/// <summary>What every USB bus, device and transfer promises, whoever makes them.</summary>
public abstract class UsbDeviceContract
{
    protected abstract UsbSubject Subject { get; }

    private static IEnumerable<TestCaseData<string>> Checks() =>
        UsbDeviceChecks.All.Select(static check => new TestCaseData<string>(check.Name) { TestName = check.Name });

    [TestCaseSource(nameof(Checks))]
    public void Contract(string name)
    {
        var (_, check) = UsbDeviceChecks.All.Single(check => check.Name == name);
        try
        {
            check(Subject);
        }
        catch (CheckSkippedException skipped)
        {
            Assert.Ignore(skipped.Message);
        }
        catch (CheckFailedException failure)
        {
            Assert.Fail(failure.Message);
        }
    }
}
