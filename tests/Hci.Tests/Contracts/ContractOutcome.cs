using HostStack.Testing.Contracts;

namespace HostStack.Hci.Tests.Contracts;

/// <summary>What a check of a contract means to a test.</summary>
internal static class ContractOutcome
{
    /// <summary>Makes the check: a promise that is not kept fails the test, one that cannot be checked here is told.</summary>
    public static async Task OfAsync(Func<Task> check)
    {
        try
        {
            await check();
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
