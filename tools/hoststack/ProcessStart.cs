using System.Diagnostics;
using System.Globalization;

namespace HostStack.Cli;

/// <summary>When this program began: what it tells of its speed counts from there, the runtime's own start included.</summary>
internal static class ProcessStart
{
    /// <summary>The start as a timestamp of a clock.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="launched">When the launcher had built the program, in seconds since 1970: the process is older then. Null
    /// or no number: the process began with the program.</param>
    public static long On(TimeProvider time, string? launched)
    {
        using var process = Process.GetCurrentProcess();
        var start = new DateTimeOffset(process.StartTime.ToUniversalTime(), TimeSpan.Zero);
        var now = time.GetUtcNow();

        // date without %N leaves its letter behind the point.
        var text = launched?.TrimEnd('N', '%', '.');
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && DateTimeOffset.UnixEpoch.AddSeconds(seconds) is var built && built > start && built <= now)
        {
            start = built;
        }

        return time.GetTimestamp() - (long)((now - start).TotalSeconds * time.TimestampFrequency);
    }
}
