using System.Globalization;
using System.Text.Json.Serialization;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>One process for good: its id, which the kernel gives again, and when it started.</summary>
/// <param name="Id">The process id.</param>
/// <param name="StartTime">Clock ticks from the boot to its start (proc(5), <c>/proc/PID/stat</c>, field 22).</param>
internal readonly record struct ProcessIdentity(int Id, ulong StartTime)
{
    // Field 3 is the first behind the name in brackets.
    private const int StateField = 3;
    private const int StartTimeField = 22;

    /// <summary>This process.</summary>
    public static ProcessIdentity Own { get; } = Of(Environment.ProcessId) ?? new(Environment.ProcessId, 0);

    /// <summary>Whether it still runs, as far as this user can know: a process that <c>/proc</c> hides counts.</summary>
    [JsonIgnore]
    public bool IsAlive => Runs(Stat(Id), GatewayCalls.Exists);

    /// <summary>The process that has an id now; null: none, or one that ended and waits for its parent.</summary>
    public static ProcessIdentity? Of(int id)
    {
        return Stat(id) is { } text && TryParse(text, out var identity) ? identity : null;
    }

    /// <summary>Whether it runs. Where there is no entry in <c>/proc</c>, which may hide it (proc(5), hidepid), the kernel is asked
    /// whether the id is anybody's.</summary>
    /// <param name="stat">Its <c>/proc/PID/stat</c>; null: there is none to be read.</param>
    /// <param name="exists">Asks the kernel.</param>
    internal bool Runs(string? stat, Func<int, bool> exists) =>
        stat is null ? exists(Id) : TryParse(stat, out var found) && found == this;

    private static string? Stat(int id)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads <c>/proc/PID/stat</c>.</summary>
    /// <param name="text">The file.</param>
    /// <param name="identity">The process, where it runs.</param>
    /// <returns>Whether the text is understood and the process runs.</returns>
    public static bool TryParse(string text, out ProcessIdentity identity)
    {
        identity = default;
        var open = text.IndexOf('(', StringComparison.Ordinal);
        var close = text.LastIndexOf(')');
        if (open < 1 || close < open || !int.TryParse(text.AsSpan(0, open), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        var fields = text[(close + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length <= StartTimeField - StateField || fields[0] is "Z" or "X"
            || !ulong.TryParse(fields[StartTimeField - StateField], NumberStyles.None, CultureInfo.InvariantCulture, out var start))
        {
            return false;
        }

        identity = new ProcessIdentity(id, start);
        return true;
    }
}
