using HostStack.Cli.Service;
using HostStack.Cli.Status;
using HostStack.Cli.Terminal;
using HostStack.Cli.Tests.Rig;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Tests.Service;

/// <summary>Lines for the system's journal.</summary>
[TestFixture]
public sealed class JournalTests
{
    [Test]
    public void Report_GivesEachLineItsPriority()
    {
        var terminal = new TestTerminal();
        using IReport report = new JournalReport(new CommandEnvironment { Terminal = terminal });
        report.Working("nothing");
        report.Happened("kind", "good news", Tone.Good, ("field", 1));
        report.Happened("kind", "bad news", Tone.Bad, (EventReporter.HostField, "Hub"));
        report.Table("kind", "Title", ["One", "Two"], [["a", null], [1.5, "b"]]);
        report.Failed("first\nsecond", 1);
        Assert.That(
            terminal.Errors.All,
            Is.EqualTo(new[] { "<6>good news", "<4>Hub: bad news", "<6>Title: One a, Two -", "<6>Title: One 1.5, Two b", "<3>first", "<3>second" }));
        Assert.That(terminal.Lines.All, Is.Empty);
    }

    [Test]
    public void Report_ShowsNoControlSequence_AndNoLineOfAStrangers()
    {
        var terminal = new TestTerminal();
        using IReport report = new JournalReport(new CommandEnvironment { Terminal = terminal });
        report.Happened("kind", "name \u001b[31m", Tone.Plain, (EventReporter.HostField, "H\u0007"));
        report.Table("kind", "Title", ["One", "Two"], [["a\n<0>forged", "\u001bb"]]);
        report.Failed("first\r\nsec\u009bond", 1);
        Assert.That(
            terminal.Errors.All,
            Is.EqualTo(new[] { "<6>H\uFFFD: name \uFFFD[31m", "<6>Title: One a\uFFFD<0>forged, Two \uFFFDb", "<3>first", "<3>sec\uFFFDond" }));
    }

    [Test]
    public void Log_GivesEachLineItsPriority_AndNoTime()
    {
        var terminal = new TestTerminal();
        using var log = LogOutput.Open(new LogChoice(LogLevel.Debug, null), terminal.Error, TimeProvider.System, isJournal: true);
        var logger = log.Factory.CreateLogger("Part");
        logger.LogWarning("one");
        logger.LogDebug("two\nlines");
        logger.LogError(new IOException("disk"), "three");
        Assert.That(
            terminal.Errors.All,
            Is.EqualTo(new[] { "<4>Part: one", "<7>Part: two", "<7>lines", "<3>Part: three", "<3>System.IO.IOException: disk" }));
    }

    [Test]
    [Platform(Include = "Linux", Reason = "The journal is systemd's, and systemd is Linux's.")]
    public void Stream_IsTheJournal_WhereDeviceAndInodeAgree()
    {
        using var folder = new TemporaryFolder();
        using var file = File.Create(folder.File("stream"));
        var descriptor = (int)file.SafeFileHandle.DangerousGetHandle();
        Assert.That(UnixFile.TryRead(descriptor, out var facts), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(JournalStream.IsDescriptor($"{facts.Device}:{facts.Inode}", descriptor), Is.True);
            Assert.That(JournalStream.IsDescriptor($"{facts.Device}:{facts.Inode + 1}", descriptor), Is.False, "inherited, but redirected");
            Assert.That(JournalStream.IsDescriptor(null, descriptor), Is.False);
            Assert.That(JournalStream.IsDescriptor("x:y", descriptor), Is.False);
            Assert.That(JournalStream.IsDescriptor("1", descriptor), Is.False);
        });
    }

    [Test]
    [Platform(Include = "Linux", Reason = "It asks the kernel of Linux.")]
    public void UnixFile_OfAFolder_SaysWhoseItIs()
    {
        using var folder = new TemporaryFolder();
        Assert.That(UnixFile.TryRead(folder.Path, out var facts), Is.True);
        Assert.That((facts.IsDirectory, facts.IsPrivate, facts.Owner), Is.EqualTo((true, true, UnixFile.CurrentUser)));
        Assert.That(UnixFile.TryRead(folder.File("nothing"), out _), Is.False);
    }
}
