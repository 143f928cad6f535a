using System.Diagnostics;
using NUnit.Framework;

namespace HostStack.Testing;

/// <summary>What another thread of a test does: the thread tells each of its steps, and who waits for something looks again
/// after each step, and only then. Neither side allocates.</summary>
public sealed class Steps
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly object _gate = new();
    private long _count;

    /// <summary>Something was done. Any thread.</summary>
    public void Tell()
    {
        lock (_gate)
        {
            _count++;
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Waits until something is so; fails with what was waited for.</summary>
    /// <param name="condition">Looked at now and after each step.</param>
    /// <param name="what">In words.</param>
    public void Until(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var seen = Interlocked.Read(ref _count);
            if (condition())
            {
                return;
            }

            lock (_gate)
            {
                while (_count == seen)
                {
                    var left = Limit - Stopwatch.GetElapsedTime(started);
                    Assert.That(left > TimeSpan.Zero && Monitor.Wait(_gate, left), Is.True, $"waited until {what}");
                }
            }
        }
    }
}
