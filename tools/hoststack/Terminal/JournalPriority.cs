using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Terminal;

/// <summary>The priorities of syslog(3).</summary>
internal enum JournalPriority
{
    /// <summary>Critical.</summary>
    Critical = 2,

    /// <summary>An error.</summary>
    Error = 3,

    /// <summary>A warning.</summary>
    Warning = 4,

    /// <summary>Worth knowing.</summary>
    Information = 6,

    /// <summary>For who looks for a fault.</summary>
    Debug = 7,
}

/// <summary>Priorities as the journal reads them.</summary>
internal static class JournalPriorities
{
    /// <summary><c>&lt;4&gt;</c></summary>
    public static string Prefix(this JournalPriority priority) => $"<{(int)priority}>";

    /// <summary>The priority of a log level.</summary>
    public static JournalPriority PriorityOf(LogLevel level) => level switch
    {
        LogLevel.Critical => JournalPriority.Critical,
        LogLevel.Error => JournalPriority.Error,
        LogLevel.Warning => JournalPriority.Warning,
        LogLevel.Information => JournalPriority.Information,
        _ => JournalPriority.Debug,
    };
}
