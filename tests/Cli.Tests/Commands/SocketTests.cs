using System.Text.Json;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Commands;

/// <summary>Commands that meet on a radio that is served over a socket, as users run them in several terminals.</summary>
[TestFixture]
public sealed class SocketTests
{
    private RadioRun _radio = null!;

    [SetUp]
    public async Task SetUpAsync() => _radio = await RadioRun.StartAsync();

    [TearDown]
    public async Task TearDownAsync() => await _radio.DisposeAsync();

    [TestCase("gn")]
    [TestCase("nap")]
    [TestCase("panu")]
    public async Task Panu_OfAServedRole_PingsBothProtocols(string role)
    {
        await using var server = _radio.Start("server", role, "--pair", "600", "--io", "none", "--address", "10.1.0.1/24");
        var address = await OpenPairingAsync(server);
        var endpoint = await server.WaitAsync("endpoint");
        foreach (var target in new[] { "10.1.0.1", endpoint.GetProperty("ipv6").GetString()! })
        {
            await using var client = _radio.Start(
                "client", "panu", address, "--to", role, "--io", "none", "--address", "10.1.0.2/24",
                "--ping", target, "--count", "2", "--interval", "0");
            Assert.That(await client.ExitCode, Is.Zero, client.Error + client.Terminal.Lines);
            var summary = client.Objects.Single(static item => item.GetProperty("kind").GetString() == "ping-summary");
            Assert.That(summary.GetProperty("received").GetInt32(), Is.EqualTo(2));
        }

        await server.WaitAsync("peer-left");
        Assert.That(await server.InterruptAsync(), Is.Zero, "Ctrl-C is how serving ends");
    }

    [Test]
    public async Task Panu_WithoutARole_TakesWhatThePeerOffers()
    {
        await using var server = _radio.Start("server", "gn", "--pair", "600", "--io", "none");
        var address = await OpenPairingAsync(server);
        await using var client = _radio.Start("client", "panu", address, "--io", "none");
        var connected = await client.WaitAsync("pan-connected");
        Assert.That(connected.GetProperty("role").GetString(), Is.EqualTo("GN"));
        Assert.That(await client.InterruptAsync(), Is.Zero, "leaving by Ctrl-C is a success");
    }

    [Test]
    public async Task Panu_WhoIsNotBonded_IsRefusedAndToldWhy()
    {
        await using var server = _radio.Start("server", "gn", "--io", "none");
        await server.WaitAsync("network-up");
        await using var client = _radio.Start("client", "panu", Address(await server.WaitAsync("controller-opened")), "--to", "gn", "--io", "none");
        Assert.That(await client.ExitCode, Is.EqualTo(ExitCode.Refused), client.Error);
        Assert.That(client.Error, Does.Contain("pairing not allowed").And.Contain("--pair"));
    }

    [Test]
    public async Task Panu_OfNobody_FailsWithTheRemedy()
    {
        await using var client = _radio.Start("client", "panu", "00:1B:DC:0F:FF:FF", "--to", "gn");
        Assert.That(await client.ExitCode, Is.EqualTo(ExitCode.Failed), client.Error);
        Assert.That(client.Terminal.Errors.All, Has.Count.EqualTo(1));
    }

    [TestCase("panu")]
    [TestCase("pair")]
    [TestCase("sdp")]
    public async Task Command_OnItsOwnDevice_SaysSo(string command)
    {
        await using var run = _radio.Start("client", command, "00:1B:DC:00:01:01");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Usage), run.Error);
        Assert.That(run.Error, Does.Contain("this device itself"));
    }

    [Test]
    public async Task Panu_PingsNobody_Fails()
    {
        await using var server = _radio.Start("server", "gn", "--pair", "600", "--io", "none");
        var address = await OpenPairingAsync(server);
        await using var client = _radio.Start(
            "client", "panu", address, "--to", "gn", "--io", "none", "--address", "10.1.0.2", "--ping", "10.1.0.99", "--count", "1");
        var ping = await client.WaitAsync("ping");
        Assert.That(ping.GetProperty("status").GetString(), Is.EqualTo("NoNeighbour"));
        Assert.That(await client.ExitCode, Is.EqualTo(ExitCode.Failed));
    }

    [Test]
    public async Task Scan_FindsWhoIsDiscoverable()
    {
        await using var server = _radio.Start("server", "nap", "--pair", "600", "--io", "none");
        var address = await OpenPairingAsync(server);
        await using var scan = _radio.Start("scanner", "scan", "--seconds", "1.28");
        Assert.That(await scan.ExitCode, Is.Zero, scan.Error);
        var device = scan.Objects.Single(static item => item.GetProperty("kind").GetString() == "device");
        Assert.Multiple(() =>
        {
            Assert.That(Address(device), Is.EqualTo(address));
            Assert.That(device.GetProperty("name").GetString(), Is.EqualTo("server"));
            Assert.That(device.GetProperty("services").EnumerateArray().Select(static item => item.GetString()), Is.EqualTo(new[] { "NAP" }));
            Assert.That(device.GetProperty("rssi").GetInt32(), Is.Negative);
        });
    }

    [Test]
    public async Task Pair_ByComparison_AsksBothAndKeepsTheKey()
    {
        var serverTerminal = new TestTerminal { CanAsk = true };
        var clientTerminal = new TestTerminal { CanAsk = true };
        await using var server = _radio.Start(serverTerminal, "server", "gn", "--pair", "600");
        var address = await OpenPairingAsync(server);
        await using var client = _radio.Start(clientTerminal, "client", "pair", address);
        serverTerminal.Type("y");
        clientTerminal.Type("yes");
        Assert.That(await client.ExitCode, Is.Zero, client.Error);
        var pair = await client.WaitAsync("pair");
        Assert.Multiple(() =>
        {
            Assert.That(pair.GetProperty("model").GetString(), Is.EqualTo("NumericComparison"));
            Assert.That(pair.GetProperty("bonded").GetBoolean(), Is.True);
            var digits = System.Text.RegularExpressions.Regex.Match(clientTerminal.Shown, "[0-9]{6}").Value;
            Assert.That(digits, Has.Length.EqualTo(6));
            Assert.That(serverTerminal.Shown, Does.Contain(digits), "both saw the same");
            Assert.That(client.Terminal.Lines.ToString(), Does.Not.Contain(digits), "and nothing else did");
            Assert.That(File.Exists(_radio.Folder.File("client.json")), Is.True);
        });

        await using var again = _radio.Start(new TestTerminal(), "client", "pair", address);
        Assert.That(await again.ExitCode, Is.Zero, again.Error);
        Assert.That((await again.WaitAsync("pair")).GetProperty("model").ValueKind, Is.EqualTo(JsonValueKind.Null), "the stored key served");
    }

    [Test]
    public async Task Pair_SaidNo_IsRefused()
    {
        var terminal = new TestTerminal { CanAsk = true };
        await using var server = _radio.Start(new TestTerminal { CanAsk = true }, "server", "gn", "--pair", "600");
        var address = await OpenPairingAsync(server);
        await using var client = _radio.Start(terminal, "client", "pair", address);
        terminal.Type("n");
        Assert.That(await client.ExitCode, Is.EqualTo(ExitCode.Refused), client.Error);
    }

    [Test]
    public async Task Sdp_OfAGn_ListsItsRecords()
    {
        await using var server = _radio.Start("server", "gn");
        await server.WaitAsync("network-up");
        var address = Address(await server.WaitAsync("controller-opened"));
        await using var browse = _radio.Start("client", "sdp", address, "--uuid", "gn");
        Assert.That(await browse.ExitCode, Is.Zero, browse.Error);
        var record = browse.Objects.Single(static item => item.GetProperty("kind").GetString() == "record");
        Assert.Multiple(() =>
        {
            Assert.That(record.GetProperty("psm").GetString(), Is.EqualTo("0x000F"));
            Assert.That(record.GetProperty("networkTypes").EnumerateArray().Select(static item => item.GetString()), Does.Contain("0x86DD"));
        });
    }

    [Test]
    public async Task Ask_SaidYes_LetsThePeerIn()
    {
        var terminal = new TestTerminal { CanAsk = true };
        await using var server = _radio.Start(terminal, "server", "gn", "--pair", "600", "--io", "none", "--allow", "ask");
        var address = await OpenPairingAsync(server);
        await using var client = _radio.Start("client", "panu", address, "--to", "gn", "--io", "none");
        terminal.Type("y");
        await server.WaitAsync("peer-joined");
        Assert.That(terminal.Shown, Does.Contain("wants to join the GN"));
    }

    [Test]
    public async Task Radio_Gone_IsSaidByWhoUsedIt()
    {
        await using var server = _radio.Start("server", "gn");
        await server.WaitAsync("network-up");
        Assert.That(await _radio.StopAsync(), Is.Zero);
        await server.WaitAsync("controller-lost");
        Assert.That(File.Exists(_radio.Socket), Is.False, "nothing is left behind");
        Assert.That(await server.InterruptAsync(), Is.Zero);
    }

    [Test]
    public async Task Serving_ForATime_EndsByItself()
    {
        await using var server = _radio.Start("server", "gn", "--for", "0.05");
        Assert.That(await server.ExitCode, Is.Zero, server.Error);
        Assert.That(server.Objects.Select(static item => item.GetProperty("kind").GetString()), Does.Contain("network-down"));
    }

    private static string Address(JsonElement item) => item.GetProperty("address").GetString()!;

    private static async Task<string> OpenPairingAsync(CommandRun server)
    {
        await server.WaitAsync("pairing-window", static item => item.GetProperty("open").GetBoolean());
        return Address(await server.WaitAsync("controller-opened"));
    }
}
