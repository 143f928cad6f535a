using System.CommandLine;

namespace HostStack.Cli.Commands;

/// <summary>A command: its options are its fields, its work is <see cref="RunAsync"/>.</summary>
/// <param name="name">The word that people type.</param>
/// <param name="description">What it does, for the help.</param>
internal abstract class CliCommand(string name, string description) : Command(name, description)
{
    /// <summary>Whether a host runs in it, whose packets <c>--btsnoop</c> captures.</summary>
    public virtual bool HasHost => true;

    /// <summary>Does the work. Failures are exceptions, see <see cref="FailureSentence"/>.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="context">Where to report, log and capture.</param>
    /// <param name="stop">Ctrl-C.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public abstract Task<int> RunAsync(ParseResult arguments, CommandContext context, CancellationToken stop);
}
