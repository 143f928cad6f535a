using HostStack.Cli.Commands;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Commands;

[TestFixture]
public sealed class UsageTests
{
    [TestCase("dmeo", "did you mean 'demo'?")]
    [TestCase("frobnicate", "'hoststack --help' lists them")]
    [TestCase("demo --peer 3", "did you mean '--peers'?")]
    [TestCase("demo --jsno", "did you mean '--json'?")]
    [TestCase("demo --peers 9", "from 1 to 7")]
    [TestCase("demo --peers x", "from 1 to 7")]
    [TestCase("demo --role x --peers 3", "nap, gn or panu")]
    [TestCase("demo --role panu --peers 3", "a link of two")]
    [TestCase("demo --pace warp", "3-DH5")]
    [TestCase("demo --seed -1", "--seed")]
    [TestCase("demo --log loud", "trace, debug")]
    [TestCase("demo --log debug=", "names no file")]
    [TestCase("virtual", "serve")]
    [TestCase("virtual sreve", "did you mean 'serve'?")]
    [TestCase("virtual serve", "--listen")]
    [TestCase("virtual serve --listen foo", "h4:unix:/path")]
    [TestCase("virtual serve --listen h4:tcp:127.0.0.1:0 --controllers zz", "NAME=ADDRESS")]
    [TestCase("virtual serve --listen h4:tcp:127.0.0.1:0 --controllers 00:1B:DC:00:00:01 00:1B:DC:00:00:01", "twice")]
    [TestCase("gn", "HOSTSTACK_CONTROLLER")]
    [TestCase("gn extra", "'hoststack gn --help'")]
    [TestCase("gn -c foo:bar", "h4:unix:/path")]
    [TestCase("gn -c hci-user:x", "hci-user:0")]
    [TestCase("gn -c virtual: --address 1.2.3.4/33", "10.0.0.1/24")]
    [TestCase("gn -c virtual: --address 224.0.0.1", "unicast")]
    [TestCase("gn -c virtual: --address 10.0.0.1 --address 10.0.0.2", "one IPv4")]
    [TestCase("gn -c virtual: --allow nobody", "bonded, all, ask")]
    [TestCase("gn -c virtual: --allow all 5C:F3:70:66:12:34", "stand alone")]
    [TestCase("gn -c virtual: --minimum-key-size 6", "from 7 to 16")]
    [TestCase("gn -c virtual: --max-peers 8", "from 1 to 7")]
    [TestCase("gn -c virtual: --pair 0", "seconds")]
    [TestCase("gn -c virtual: --pin 12345678901234567", "1 to 16 octets")]
    [TestCase("gn -c virtual: --io fancy", "none, display")]
    [TestCase("gn -c virtual: --firmware /nowhere/at/all", "give a folder that is there")]
    [TestCase("gn -c virtual: --device-address 12:34", "5C:F3:70:66:12:34")]
    [TestCase("gn -c virtual: --device-address 01:00:00:00:00:01", "the first one even")]
    [TestCase("gn -c virtual: --device-address 00:00:00:00:00:00", "5C:F3:70:66:12:34")]
    [TestCase("panu 12:34", "5C:F3:70:66:12:34")]
    [TestCase("panu --ping 10.0.0.1", "needs the address")]
    [TestCase("panu 5C:F3:70:66:12:34 --ping nobody", "IP address")]
    [TestCase("panu 5C:F3:70:66:12:34 --to pan", "nap, gn or panu")]
    [TestCase("sdp", "'hoststack sdp --help'")]
    [TestCase("sdp 5C:F3:70:66:12:34 --uuid zz", "0x1116")]
    public async Task Usage_Wrong_IsOneSentenceWithARemedy(string arguments, string remedy)
    {
        await using var run = CommandRun.Start(arguments.Split(' '));
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
        Assert.Multiple(() =>
        {
            Assert.That(run.Terminal.Errors.All, Has.Count.EqualTo(1), run.Error);
            Assert.That(run.Error, Does.StartWith("hoststack: ").And.Contain(remedy).And.Not.Contain("   at "));
            Assert.That(run.Terminal.Lines.All, Is.Empty, "no help where nobody asked for it");
        });
    }

    [Test]
    public async Task Usage_WrongInJson_IsAnObjectToo()
    {
        await using var run = CommandRun.Start("--json", "dmeo");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Usage));
        var failed = run.Objects.Single();
        Assert.Multiple(() =>
        {
            Assert.That(failed.GetProperty("kind").GetString(), Is.EqualTo("failed"));
            Assert.That(failed.GetProperty("exitCode").GetInt32(), Is.EqualTo(ExitCode.Usage));
            Assert.That(failed.GetProperty("message").GetString(), Does.Contain("demo"));
        });
    }

    [Test]
    public async Task NoArguments_PrintTheHelp()
    {
        await using var run = CommandRun.Start();
        Assert.That(await run.ExitCode, Is.Zero);
        Assert.That(run.Terminal.Lines.ToString(), Does.Contain("demo").And.Contain("virtual").And.Contain("Exit codes").And.Contain("130"));
    }

    [TestCase("demo")]
    [TestCase("gn")]
    [TestCase("nap")]
    [TestCase("panu")]
    [TestCase("controllers")]
    [TestCase("scan")]
    [TestCase("pair")]
    [TestCase("sdp")]
    [TestCase("virtual serve")]
    public async Task Help_OfEachCommand_NamesTheGlobalOptions(string command)
    {
        await using var run = CommandRun.Start([.. command.Split(' '), "--help"]);
        Assert.That(await run.ExitCode, Is.Zero);
        Assert.That(run.Terminal.Lines.ToString(), Does.Contain("--json").And.Contain("--btsnoop").And.Contain("--log"));
    }

    [Test]
    public async Task Version_IsOneLine()
    {
        await using var run = CommandRun.Start("--version");
        Assert.That(await run.ExitCode, Is.Zero);
        Assert.That(run.Terminal.Lines.All.Single(), Does.Match("^[0-9]+\\.[0-9]+\\.[0-9]+$"));
    }

    [TestCase("demo", "dmeo", ExpectedResult = "demo")]
    [TestCase("demo", "demoo", ExpectedResult = "demo")]
    [TestCase("demo", "x", ExpectedResult = null)]
    [TestCase("demo", "replay", ExpectedResult = null)]
    public string? Nearest_OfOneWord_IsItWhereItIsNear(string known, string typed) => UsageSentence.Nearest(typed, [known]);
}
