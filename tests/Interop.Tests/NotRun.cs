using System.Globalization;

namespace HostStack.Interop.Tests;

/// <summary>What could not run on this machine, and why: told with each test, and once more at the end, a line for each
/// reason.</summary>
[SetUpFixture]
internal sealed class NotRun
{
    private static readonly Lock Gate = new();
    private static readonly SortedDictionary<string, int> Reasons = new(StringComparer.Ordinal);

    /// <summary>Ends the test as ignored.</summary>
    /// <param name="reason">What is missing, and the remedy.</param>
    public static void Ignore(string reason)
    {
        lock (Gate)
        {
            Reasons[reason] = Reasons.GetValueOrDefault(reason) + 1;
        }

        Assert.Ignore(reason);
    }

    [OneTimeTearDown]
    public void Tell()
    {
        lock (Gate)
        {
            foreach (var (reason, count) in Reasons)
            {
                TestContext.Progress.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"interop: {count} {(count == 1 ? "test" : "tests")} not run: {reason}"));
            }
        }
    }
}
