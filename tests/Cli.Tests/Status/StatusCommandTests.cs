using System.Text.Json;
using HostStack.Cli.Status;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Status;

/// <summary><c>hoststack status</c> asks commands that run.</summary>
[TestFixture]
public sealed class StatusCommandTests
{
    private RadioRun _radio = null!;

    [SetUp]
    public async Task SetUpAsync() => _radio = await RadioRun.StartAsync();

    [TearDown]
    public async Task TearDownAsync() => await _radio.DisposeAsync();

    [Test]
    public async Task Status_OfARunningNetwork_TellsItsPeersLinksAndRefusals()
    {
        await using var server = _radio.Start("server", "gn", "--pair", "600", "--io", "none");
        await server.WaitAsync("pairing-window");
        var address = (await server.WaitAsync("controller-opened")).GetProperty("address").GetString()!;
        await using var client = _radio.StartAlone("client", "panu", address, "--to", "gn", "--io", "none");
        await server.WaitAsync("peer-joined");
        await using (var stranger = _radio.StartAlone("stranger", "panu", address, "--to", "nap", "--io", "none", "--no-reconnect"))
        {
            Assert.That(await stranger.ExitCode, Is.EqualTo(ExitCode.Refused), "the NAP is not served");
        }

        await server.WaitAsync("refused");
        await using var status = _radio.Ask("--json");
        Assert.That(await status.ExitCode, Is.Zero, status.Error);
        var controller = Single(status, "controller");
        var network = Single(status, "network");
        var peer = Single(status, "peer");
        var refusal = Single(status, "refusal");
        Assert.Multiple(() =>
        {
            Assert.That(Text(controller, "state"), Is.EqualTo("up"));
            Assert.That(Text(controller, "address"), Is.EqualTo(address));
            Assert.That(Text(controller, "command"), Is.EqualTo("gn"));
            Assert.That(controller.GetProperty("freeBuffers").GetInt32(), Is.Positive);
            Assert.That(controller.GetProperty("pairingWindow").GetBoolean(), Is.True);
            Assert.That((Text(network, "role"), network.GetProperty("peers").GetInt32()), Is.EqualTo(("GN", 1)));
            Assert.That((Text(peer, "role"), Text(peer, "encryption"), peer.GetProperty("keySize").GetInt32()), Is.EqualTo(("PANU", "AES-CCM", 16)));
            Assert.That(Text(refusal, "role"), Is.EqualTo("NAP"));
            Assert.That(Text(refusal, "remedy"), Is.Not.Empty);
            Assert.That(Single(status, "counters").GetProperty("setupsRefused").GetInt32(), Is.EqualTo(1));
            Assert.That(status.Objects.Count(static item => Text(item, "kind") == "link"), Is.GreaterThanOrEqualTo(1));
        });
    }

    [Test]
    public async Task Status_OfAClient_TellsItsConnection()
    {
        await using var server = _radio.StartAlone("server", "gn", "--pair", "600", "--io", "none");
        await server.WaitAsync("pairing-window");
        var address = (await server.WaitAsync("controller-opened")).GetProperty("address").GetString()!;
        await using var client = _radio.Start("client", "panu", address, "--io", "none");
        await client.WaitAsync("pan-connected");
        await using var status = _radio.Ask("--json");
        Assert.That(await status.ExitCode, Is.Zero, status.Error);
        var connection = Single(status, "connection");
        Assert.That((Text(connection, "peer"), Text(connection, "role"), Text(connection, "state")), Is.EqualTo((address, "GN", "connected")));
    }

    [Test]
    public async Task Status_ForPeople_FitsTheScreen()
    {
        await using var server = _radio.Start("server", "gn", "--pair", "600", "--io", "none");
        await server.WaitAsync("pairing-window");
        var address = (await server.WaitAsync("controller-opened")).GetProperty("address").GetString()!;
        await using var client = _radio.StartAlone("client", "panu", address, "--to", "gn", "--io", "none");
        await server.WaitAsync("peer-joined");
        var terminal = new TestTerminal { Width = 80 };
        await using var status = _radio.Ask(terminal);
        Assert.That(await status.ExitCode, Is.Zero, status.Error);
        var text = terminal.Lines.ToString();
        Assert.That(terminal.Lines.All.Select(static line => line.Length), Has.All.LessThanOrEqualTo(80), text);
        Assert.That(text, Does.Contain("Controller").And.Contain("Buffers").And.Contain("1 of 7").And.Contain("AES-CCM").And.Not.Contain("…"));
    }

    [Test]
    public async Task Status_OfNobody_SaysWhatToDo()
    {
        await using var status = _radio.Ask();
        Assert.That(await status.ExitCode, Is.EqualTo(ExitCode.Unavailable));
        Assert.That(status.Error, Does.Contain("No hoststack that runs was found in").And.Contain("start one"));
    }

    [Test]
    public async Task Status_OfSeveral_ListsThem_AndSocketChooses()
    {
        await using var one = _radio.Start("one", "gn");
        await one.WaitAsync("network-up");
        await using var other = _radio.Start("other", "nap");
        await other.WaitAsync("network-up");
        await using var status = _radio.Ask("--json");
        Assert.That(await status.ExitCode, Is.Zero, status.Error);
        Assert.That(status.Objects.Select(static item => Text(item, "command")), Is.EquivalentTo(new[] { "gn", "nap" }));
        var socket = Text(status.Objects.Single(static item => Text(item, "command") == "nap"), "socket");
        await using var chosen = _radio.Ask("--json", "--socket", socket);
        Assert.That(await chosen.ExitCode, Is.Zero, chosen.Error);
        Assert.That(Text(Single(chosen, "network"), "role"), Is.EqualTo("NAP"));
    }

    [Test]
    public async Task Watch_ShowsAgain_UntilCtrlC()
    {
        await using var server = _radio.Start("server", "gn");
        await server.WaitAsync("network-up");
        await using var status = _radio.Ask("--json", "--watch", "--interval", "0.01");
        double first = (await status.WaitAsync("controller")).GetProperty("uptime").GetDouble();
        await status.WaitAsync("controller", item => item.GetProperty("uptime").GetDouble() > first);
        Assert.That(await status.InterruptAsync(), Is.Zero);
    }

    [TestCase(0, "0 B")]
    [TestCase(999, "999 B")]
    [TestCase(1500, "1.5 kB")]
    [TestCase(123_456_789, "123 MB")]
    [TestCase(2.5e12, "2.5 TB")]
    public void Amount_InWords(double octets, string expected) => Assert.That(StatusView.Amount(octets), Is.EqualTo(expected));

    [TestCase(0, "0 s")]
    [TestCase(75, "1 min 15 s")]
    [TestCase(11_520, "3 h 12 min")]
    [TestCase(200_000, "2 d 7 h")]
    [TestCase(-5, "0 s")]
    [TestCase(1e300, "53375995 d 14 h")]
    public void Time_InWords(double seconds, string expected) =>
        Assert.That(StatusView.Time(seconds), seconds > 1e9 ? Does.Contain(" d ") : Is.EqualTo(expected));

    private static string Text(JsonElement item, string name) => item.GetProperty(name).GetString()!;

    private static JsonElement Single(CommandRun run, string kind) =>
        run.Objects.Single(item => Text(item, "kind") == kind);
}
