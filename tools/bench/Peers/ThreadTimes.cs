using System.Globalization;

namespace HostStack.Bench.Peers;

/// <summary>Processor time by thread name, of this process (Linux, proc(5): <c>/proc/PID/task/TID/stat</c>).</summary>
internal readonly record struct ThreadTimes(IReadOnlyDictionary<string, TimeSpan> ByName)
{
    // USER_HZ, which is 100 on every Linux that runs .NET.
    private const double TicksPerSecond = 100;

    // The system keeps so many characters of a name.
    private const int NameLength = 15;

    // After the name in parentheses: state is field 3, utime 14, stime 15.
    private const int UserField = 11;
    private const int SystemField = 12;

    /// <summary>Reads them now.</summary>
    public static ThreadTimes Read()
    {
        var times = new Dictionary<string, TimeSpan>();
        foreach (var folder in Directory.EnumerateDirectories("/proc/self/task"))
        {
            if (ReadStat(Path.Combine(folder, "stat")) is not { } text)
            {
                continue;
            }

            var open = text.IndexOf('(', StringComparison.Ordinal);
            var close = text.LastIndexOf(')');
            var fields = text[(close + 2)..].Split(' ');
            var ticks = long.Parse(fields[UserField], CultureInfo.InvariantCulture) + long.Parse(fields[SystemField], CultureInfo.InvariantCulture);
            var name = text[(open + 1)..close];
            times[name] = times.GetValueOrDefault(name) + TimeSpan.FromSeconds(ticks / TicksPerSecond);
        }

        return new ThreadTimes(times);
    }

    /// <summary>The time of the threads of these names since an earlier reading.</summary>
    /// <param name="before">The earlier reading.</param>
    /// <param name="names">Names of threads.</param>
    public TimeSpan Since(ThreadTimes before, params ReadOnlySpan<string> names)
    {
        var sum = TimeSpan.Zero;
        foreach (var name in names)
        {
            var kept = name.Length > NameLength ? name[..NameLength] : name;
            sum += ByName.GetValueOrDefault(kept) - before.ByName.GetValueOrDefault(kept);
        }

        return sum;
    }

    // A thread may end between the listing and the reading.
    private static string? ReadStat(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
