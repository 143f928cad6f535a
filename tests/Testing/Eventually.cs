using System.Diagnostics;
using NUnit.Framework;

namespace HostStack.Testing;

/// <summary>Waits for what happens outside of this process and does not tell it: other programs, the kernel, a guest. What
/// happens within this process is awaited itself.</summary>
public static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Waits until something is so; fails with what was waited for.</summary>
    /// <param name="condition">Looked at every 20 ms.</param>
    /// <param name="what">In words.</param>
    /// <param name="limit">a minute unless given.</param>
    public static Task IsTrueAsync(Func<bool> condition, string what, TimeSpan? limit = null) =>
        IsTrueAsync(() => Task.FromResult(condition()), what, limit);

    /// <summary>Waits until something is so that takes time to find out.</summary>
    /// <param name="condition">Looked at every 20 ms.</param>
    /// <param name="what">In words.</param>
    /// <param name="limit">a minute unless given.</param>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            AssertStillTime(started, what, limit);
            await Task.Delay(Step, TimeProvider.System);
        }
    }

    /// <summary>The same on a thread that may not be left.</summary>
    /// <param name="condition">Looked at every 20 ms.</param>
    /// <param name="what">In words.</param>
    /// <param name="limit">a minute unless given.</param>
    public static void IsTrue(Func<bool> condition, string what, TimeSpan? limit = null)
    {
        var started = Stopwatch.GetTimestamp();
        using var never = new ManualResetEventSlim();
        while (!condition())
        {
            AssertStillTime(started, what, limit);
            never.Wait(Step);
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

    private static void AssertStillTime(long started, string what, TimeSpan? limit) =>
        Assert.That(Stopwatch.GetElapsedTime(started), Is.LessThan(limit ?? Limit), $"waited until {what}");
}
