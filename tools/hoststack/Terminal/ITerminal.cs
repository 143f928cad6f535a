namespace HostStack.Cli.Terminal;

/// <summary>Where a command's text goes, and who can be asked.</summary>
internal interface ITerminal
{
    /// <summary>Standard output: what was asked for.</summary>
    TextWriter Out { get; }

    /// <summary>Standard error: failures and logs.</summary>
    TextWriter Error { get; }

    /// <summary>Whether <see cref="Out"/> goes to a screen whose cursor can be moved.</summary>
    bool IsInteractive { get; }

    /// <summary>Whether that screen has colours, and its user wants them.</summary>
    bool HasColours { get; }

    /// <summary>Columns of the screen; where there is none, more than any line has.</summary>
    int Width { get; }

    /// <summary>Whether a person is there who can be asked.</summary>
    bool CanAsk { get; }

    /// <summary>Shows something to that person alone: it reaches the screen and no file.</summary>
    void Show(string text);

    /// <summary>Forgets what was typed before now: it answered no question.</summary>
    void DiscardTyped();

    /// <summary>Reads a line that the person typed; null at the end of input.</summary>
    ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken);
}
