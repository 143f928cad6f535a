namespace HostStack.Cli;

/// <summary>Exit codes that scripts can rely on; the values above 63 are those of sysexits.h.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Success = 0;

    /// <summary>Tried and failed: nobody answered, a ping was lost, a replay diverged.</summary>
    public const int Failed = 1;

    /// <summary>The peer, or a rule here, said no; the output says which and what to do.</summary>
    public const int Refused = 3;

    /// <summary>The command line cannot be understood.</summary>
    public const int Usage = 64;

    /// <summary>A file cannot be read or understood.</summary>
    public const int NoInput = 66;

    /// <summary>The controller is not there, or was lost.</summary>
    public const int Unavailable = 69;

    /// <summary>A fault of ours.</summary>
    public const int Internal = 70;

    /// <summary>A file cannot be written, or a network interface cannot be made.</summary>
    public const int CannotCreate = 73;

    /// <summary>The operating system does not allow it.</summary>
    public const int NoPermission = 77;

    /// <summary>The configuration cannot be used.</summary>
    public const int Configuration = 78;

    /// <summary>Ended by Ctrl-C.</summary>
    public const int Interrupted = 130;
}

/// <summary>Ends a command with one sentence and an exit code.</summary>
internal sealed class CommandFailedException(int exitCode, string sentence, Exception? inner = null) : Exception(sentence, inner)
{
    public int ExitCode { get; } = exitCode;
}
