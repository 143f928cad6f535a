using System.Diagnostics;

namespace HostStack.Interop.Tests.Guests;

/// <summary>Waits for what happens outside of this process, or on other threads of it.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Waits until something is so; fails with what was waited for.</summary>
    /// <param name="condition">Looked at every 20 ms.</param>
    /// <param name="what">In words.</param>
    /// <param name="limit">a minute unless given.</param>
    public static async Task IsTrueAsync(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.That(clock.Elapsed, Is.LessThan(limit ?? Limit), $"waited until {what}");
            await Task.Delay(Step, TimeProvider.System);
        }
    }

    /// <summary>Awaits a task that must end in time.</summary>
    /// <param name="task">The task.</param>
    /// <param name="what">What it does, in words.</param>
    /// <param name="limit">a minute unless given.</param>
    public static async Task<T> EndsAsync<T>(Task<T> task, string what, TimeSpan? limit = null)
    {
        try
        {
            return await task.WaitAsync(limit ?? Limit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"{what}: not within {limit ?? Limit}");
            throw;
        }
    }
}
