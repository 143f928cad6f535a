namespace HostStack.Cli.Terminal;

/// <summary>Asks the person at the terminal, one question at a time. Any thread.</summary>
internal sealed class TerminalQuestions(ITerminal terminal, IReport report) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Whether somebody is there.</summary>
    public bool CanAsk => terminal.CanAsk;

    /// <summary>Shows something that no report, log or file may hold: a passkey.</summary>
    /// <returns>False where nobody is there to see it.</returns>
    public bool TryShow(string text)
    {
        if (CanAsk)
        {
            report.Pause();
            terminal.Show($"  {text}{Environment.NewLine}");
            report.Resume();
        }

        return CanAsk;
    }

    /// <summary>Asks for a line.</summary>
    /// <returns>The trimmed answer; null where nobody can be asked, or at the end of input.</returns>
    public async Task<string?> AskAsync(string question, CancellationToken cancellationToken)
    {
        if (!CanAsk)
        {
            return null;
        }

        await _turn.WaitAsync(cancellationToken);
        report.Pause();
        try
        {
            terminal.DiscardTyped();
            terminal.Show($"? {question} ");
            return (await terminal.ReadLineAsync(cancellationToken))?.Trim();
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the answer any more: the prompt's line is left, and what follows begins on its own.
            terminal.Show(Environment.NewLine);
            throw;
        }
        finally
        {
            report.Resume();
            _turn.Release();
        }
    }

    /// <summary>Asks for yes or no; no answer is no.</summary>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken) =>
        await AskAsync($"{question} [y/N]", cancellationToken) is { } answer
        && (answer.Equals("y", StringComparison.OrdinalIgnoreCase) || answer.Equals("yes", StringComparison.OrdinalIgnoreCase));

    public void Dispose() => _turn.Dispose();
}
