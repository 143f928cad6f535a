using HostStack.Cli.Terminal;
using HostStack.Cli.Tests.Rig;
using HostStack.Sdp.Client;

namespace HostStack.Cli.Tests.Terminal;

[TestFixture]
public sealed class HumanReportTests
{
    [Test]
    public void Line_OfAHost_HasTimeMarkHostAndSentence()
    {
        var terminal = new TestTerminal();
        using var report = Report(terminal);
        report.Happened("kind", "it [happened]", Tone.Good, (EventReporter.HostField, "gn"), ("n", 1));
        Assert.That(terminal.Lines.All.Single(), Is.EqualTo("   0.000 ✓ gn     it [happened]"));
    }

    [Test]
    public void Line_Redirected_IsNeverWrappedNorColoured()
    {
        var terminal = new TestTerminal();
        using var report = Report(terminal);
        var sentence = string.Join(' ', Enumerable.Repeat("word", 200));
        report.Happened("kind", sentence, Tone.Bad);
        report.Working("something");
        Assert.That(terminal.Lines.All.Single(), Is.EqualTo($"   0.000 ✗ {sentence}"));
    }

    [Test]
    public void Line_OnANarrowScreen_GoesOnUnderItself()
    {
        var terminal = new TestTerminal { Width = 40 };
        using var report = Report(terminal);
        report.Happened("kind", "one two three four five six seven eight nine", Tone.Plain);
        Assert.That(
            terminal.Lines.All.Select(static line => line.TrimEnd()),
            Is.EqualTo(new[] { "   0.000 · one two three four five six", "           seven eight nine" }));
    }

    [Test]
    public void Work_OnAScreen_IsShownAndTakenAway()
    {
        var terminal = new TestTerminal { IsInteractive = true, Width = 80 };
        using (var report = Report(terminal))
        {
            report.Working("looking");
            Assert.That(terminal.Lines.ToString(), Does.Contain("looking …"));
            report.Happened("kind", "found", Tone.Good);
        }

        Assert.That(terminal.Lines.ToString(), Does.Contain("\r\u001b[2K").And.Contain("found"));
        Assert.That(terminal.Lines.ToString(), Does.EndWith("\r\u001b[2K"), "the last moving line is gone");
    }

    [Test]
    public void Line_DuringAQuestion_ComesAfterIt()
    {
        var terminal = new TestTerminal { IsInteractive = true, Width = 80 };
        using var report = Report(terminal);
        report.Working("serving");
        report.Pause();
        report.Happened("kind", "meanwhile", Tone.Plain);
        Assert.That(terminal.Lines.ToString(), Does.EndWith("\r\u001b[2K").And.Not.Contain("meanwhile"));
        report.Resume();
        Assert.That(terminal.Lines.ToString(), Does.Contain("meanwhile").And.EndWith("serving …"));
    }

    [Test]
    public void Table_OfNumbersAndNothing_IsAligned()
    {
        var terminal = new TestTerminal();
        using var report = Report(terminal);
        report.Table("row", "Title", ["Name", "Min ms"], [["a", 1.5], ["b", null]]);
        var text = terminal.Lines.ToString();
        Assert.That(text, Does.Contain("│ a    │  1.500 │").And.Contain("│ b    │      – │").And.Contain("Title"));
    }

    [Test]
    public void Tree_OfRecords_HasTheirLines()
    {
        var terminal = new TestTerminal();
        using var report = Report(terminal);
        report.Tree("record", "Title", [new ReportTree(new DescriptionNode("Service [x]", [new DescriptionNode("Psm: 0x000F", [])]))]);
        Assert.That(terminal.Lines.ToString(), Does.Contain("Title").And.Contain("Service [x]").And.Contain("Psm: 0x000F"));
    }

    [Test]
    public void Failure_GoesToStandardError()
    {
        var terminal = new TestTerminal();
        using var report = Report(terminal);
        report.Failed("No; do this.", 3);
        Assert.That(terminal.Errors.All.Single(), Is.EqualTo("hoststack: No; do this."));
        Assert.That(terminal.Lines.All, Is.Empty);
    }

    [Test]
    public void Strings_OfEveryKind_AreShownWithoutControlSequences()
    {
        const string evil = "\u001b[2J\u0007\u009b1m";
        var terminal = new TestTerminal();
        using var report = Report(terminal);
        report.Happened("kind", evil, Tone.Good, (EventReporter.HostField, evil));
        report.Note("kind", evil, Tone.Bad);
        report.Table("row", evil, ["Name", "List", "Other"], [[evil, new[] { evil, "b" }, new System.Text.StringBuilder(evil)]]);
        report.Tree("record", evil, [new ReportTree(new DescriptionNode(evil, [new DescriptionNode(evil, [])]))]);
        report.Failed($"first\n{evil}", 3);
        var text = terminal.Lines + "\n" + terminal.Errors;
        Assert.That(text.Where(static letter => letter != '\n' && char.IsControl(letter)), Is.Empty);
        Assert.That(text.Split("\uFFFD[2J\uFFFD\uFFFD1m").Length - 1, Is.GreaterThanOrEqualTo(8), text);
        Assert.That(terminal.Errors.All[0], Is.EqualTo("hoststack: first"), "lines stay lines");
    }

    private static HumanReport Report(TestTerminal terminal) =>
        new(new CommandEnvironment { Terminal = terminal, Time = new StandingTime() });

    private sealed class StandingTime : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new NoTimer();

        private sealed class NoTimer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
