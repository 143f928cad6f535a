using System.Runtime.ExceptionServices;
using HostStack.Cli.Commands;
using HostStack.Cli.Terminal;

namespace HostStack.Cli.Service;

/// <summary>Takes down several things, each whatever became of those before it. What fails is told in a line; the failure
/// that counts is that of the work, else the first.</summary>
/// <param name="report">Where failures are told.</param>
/// <param name="who">Whose things they are, as <see cref="EventReporter.Whose"/> takes it.</param>
internal sealed class TakingDown(IReport report, string who)
{
    private ExceptionDispatchInfo? _failure;

#pragma warning disable CA1031 // Every failure is kept, and thrown by End.
    /// <summary>Does what put things up. Its failure is kept and not told: whoever gets it from <see cref="End"/> tells it.</summary>
    public async Task WorkAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure)
        {
            // It came before the failure of a step within the work, which only followed it.
            _failure = ExceptionDispatchInfo.Capture(failure);
        }
    }

    /// <summary>Takes one thing down.</summary>
    /// <param name="what">It, for people: <c>the port hs-nap</c>.</param>
    /// <param name="step">How.</param>
    public async Task StepAsync(string what, Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception failure)
        {
            _failure ??= ExceptionDispatchInfo.Capture(failure);
            var reason = FailureSentence.Of(failure, interrupted: false).Sentence.ReplaceLineEndings(" ");
            report.Happened(
                "clean-up-failed",
                $"{what} could not be taken down in good order: {reason}",
                Tone.Bad,
                [.. EventReporter.Whose(who), ("what", what), ("reason", reason)]);
        }
    }
#pragma warning restore CA1031

    /// <summary>Throws what counts, if anything failed.</summary>
    public void End() => _failure?.Throw();
}
