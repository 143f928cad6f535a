using System.Text.Json;
using HostStack.Cli.Terminal;
using HostStack.Cli.Tests.Rig;
using HostStack.Sdp.Client;

namespace HostStack.Cli.Tests.Terminal;

[TestFixture]
public sealed class JsonReportTests
{
    [Test]
    public void Fields_OfEveryType_AreJson()
    {
        var item = One(static report => report.Happened(
            "kind", "sentence", Tone.Plain,
            ("text", "quote \" and \n line"), ("number", 7), ("big", ulong.MaxValue), ("fraction", 1.25), ("flag", true), ("nothing", null),
            ("time", TimeSpan.FromMilliseconds(1500)), ("list", new[] { "a", "b" }), ("other", Tone.Good)));
        Assert.Multiple(() =>
        {
            Assert.That(item.GetProperty("kind").GetString(), Is.EqualTo("kind"));
            Assert.That(item.GetProperty("text").GetString(), Is.EqualTo("quote \" and \n line"));
            Assert.That(item.GetProperty("number").GetInt32(), Is.EqualTo(7));
            Assert.That(item.GetProperty("big").GetUInt64(), Is.EqualTo(ulong.MaxValue));
            Assert.That(item.GetProperty("fraction").GetDouble(), Is.EqualTo(1.25));
            Assert.That(item.GetProperty("flag").GetBoolean(), Is.True);
            Assert.That(item.GetProperty("nothing").ValueKind, Is.EqualTo(JsonValueKind.Null));
            Assert.That(item.GetProperty("time").GetDouble(), Is.EqualTo(1.5));
            Assert.That(item.GetProperty("list").GetArrayLength(), Is.EqualTo(2));
            Assert.That(item.GetProperty("other").GetString(), Is.EqualTo("Good"));
        });
    }

    [Test]
    public void Table_IsAnObjectForEachRow()
    {
        var item = One(static report => report.Table("row", "Title", ["From", "Min ms"], [["a", 1.5]]));
        Assert.That(item.GetProperty("from").GetString(), Is.EqualTo("a"));
        Assert.That(item.GetProperty("minMs").GetDouble(), Is.EqualTo(1.5));
    }

    [Test]
    public void Tree_IsAnObjectForEachRoot()
    {
        var item = One(static report => report.Tree("record", "Title", [new ReportTree(new DescriptionNode("x", []), ("psm", 15))]));
        Assert.That(item.GetProperty("psm").GetInt32(), Is.EqualTo(15));
    }

    [Test]
    public void Failure_IsAnObjectAndASentence()
    {
        var terminal = new TestTerminal();
        using var report = new JsonReport(new CommandEnvironment { Terminal = terminal });
        report.Failed("No; do this.", 3);
        Assert.That(JsonDocument.Parse(terminal.Lines.All.Single()).RootElement.GetProperty("exitCode").GetInt32(), Is.EqualTo(3));
        Assert.That(terminal.Errors.All.Single(), Is.EqualTo("hoststack: No; do this."));
    }

    [Test]
    public void Work_IsNotForPrograms()
    {
        var terminal = new TestTerminal();
        using var report = new JsonReport(new CommandEnvironment { Terminal = terminal });
        report.Working("looking");
        Assert.That(terminal.Lines.ToString(), Is.Empty);
    }

    private static JsonElement One(Action<IReport> tell)
    {
        var terminal = new TestTerminal();
        using var report = new JsonReport(new CommandEnvironment { Terminal = terminal });
        tell(report);
        return JsonDocument.Parse(terminal.Lines.All.Single()).RootElement;
    }
}
