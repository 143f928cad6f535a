using System.Globalization;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Linux.Tap;

/// <summary>Says on an interface which process made it: <c>hoststack:PID:START</c>, its alias.</summary>
/// <param name="Process">The process's number.</param>
/// <param name="StartTime">When it started, in ticks since the boot, so that another process of that number is told apart.</param>
internal readonly record struct OwnerMark(int Process, ulong StartTime)
{
    private const string Prefix = "hoststack:";

    /// <summary>This process's mark.</summary>
    public static OwnerMark OfThisProcess => new(ProcessIdentity.Own.Id, ProcessIdentity.Own.StartTime);

    /// <summary>Whether the process still runs, as far as this user can know: one that <c>/proc</c> hides counts.</summary>
    public bool IsAlive => new ProcessIdentity(Process, StartTime).IsAlive;

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
}
