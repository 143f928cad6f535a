using System.Globalization;

namespace HostStack.NetDevices.Linux.Tap;

/// <summary>Says on an interface which process made it: <c>hoststack:PID:START</c>, its alias.</summary>
/// <param name="Process">The process's number.</param>
/// <param name="StartTime">When it started, in ticks since the boot, so that another process of that number is told apart.</param>
internal readonly record struct OwnerMark(int Process, ulong StartTime)
{
    private const string Prefix = "hoststack:";

    // Fields of /proc/PID/stat behind the name, which ends with the last parenthesis; the start time is field 22 (proc(5)).
    private const int FirstFieldBehindName = 3;
    private const int StartTimeField = 22;

    /// <summary>This process's mark.</summary>
    public static OwnerMark OfThisProcess => new(Environment.ProcessId, StartTimeOf(Environment.ProcessId) ?? 0);

    /// <summary>Whether the process still runs.</summary>
    public bool IsAlive => StartTimeOf(Process) == StartTime;

    /// <summary>Reads an alias; exact.</summary>
    public static bool TryParse(ReadOnlySpan<char> alias, out OwnerMark mark)
    {
        mark = default;
        if (!alias.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        var rest = alias[Prefix.Length..];
        var colon = rest.IndexOf(':');
        if (colon < 0
            || !int.TryParse(rest[..colon], NumberStyles.None, CultureInfo.InvariantCulture, out var process)
            || !ulong.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var start))
        {
            return false;
        }

        mark = new OwnerMark(process, start);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Process}:{StartTime}");

    private static ulong? StartTimeOf(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return ulong.Parse(fields[StartTimeField - FirstFieldBehindName], NumberStyles.None, CultureInfo.InvariantCulture);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException or ArgumentException
            or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
