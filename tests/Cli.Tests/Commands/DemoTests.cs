using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Commands;

[TestFixture]
public sealed class DemoTests
{
    [TestCase("gn", 2)]
    [TestCase("gn", 7)]
    [TestCase("nap", 1)]
    [TestCase("nap", 3)]
    [TestCase("panu", 1)]
    public async Task Demo_OfARole_EndsWithEveryPingAnswered(string role, int peers)
    {
        await using var run = CommandRun.Start("demo", "--json", "--role", role, "--peers", $"{peers}", "--count", "2");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Success), run.Story);
        var objects = run.Objects;
        int Count(string kind) => objects.Count(item => item.GetProperty("kind").GetString() == kind);
        Assert.Multiple(() =>
        {
            Assert.That(Count("controller-opened"), Is.EqualTo(peers + 1));
            foreach (var step in new[] { "found", "link-up", "link-secured", "paired", "service", "channel-open", "bnep-setup", "joined" })
            {
                Assert.That(Count(step), Is.EqualTo(peers), step);
            }

            Assert.That(Count("first-ping"), Is.EqualTo(1));
            Assert.That(Count("pings"), Is.EqualTo(peers == 1 ? 4 : 4 * peers), "two protocols, both ways");
            Assert.That(
                objects.Where(static item => item.GetProperty("kind").GetString() == "pings")
                    .All(static item => item.GetProperty("sent").GetInt32() == 2 && item.GetProperty("received").GetInt32() == 2),
                Is.True);
        });
    }

    [Test]
    public async Task Demo_Steps_ComeInTheirOrder()
    {
        await using var run = CommandRun.Start("demo", "--json", "--peers", "1", "--count", "1");
        Assert.That(await run.ExitCode, Is.Zero, run.Story);
        var steps = run.Objects
            .Where(static item => item.TryGetProperty("host", out var host) && host.GetString() == "panu-1")
            .Select(static item => item.GetProperty("kind").GetString());
        Assert.That(
            steps,
            Is.EqualTo(new[]
            {
                "controller-opened", "found", "link-up", "link-secured", "paired", "service", "channel-open", "bnep-setup", "joined", "first-ping",
            }));
    }

    [Test]
    public async Task Demo_ForPeople_EndsWithATable()
    {
        await using var run = CommandRun.Start("demo", "--peers", "1", "--count", "1");
        Assert.That(await run.ExitCode, Is.Zero, run.Story);
        Assert.That(
            run.Terminal.Lines.ToString(),
            Does.Contain("first ping: 10.0.0.1 replied").And.Contain("│ panu-1 │ gn     │ IPv4").And.Contain("all 4 pings were answered"));
    }

    [Test]
    public async Task Demo_Twice_HasTheSameAddressesForOneSeed()
    {
        async Task<string[]> AddressesAsync(string seed)
        {
            await using var run = CommandRun.Start("demo", "--json", "--seed", seed, "--peers", "1", "--count", "1");
            Assert.That(await run.ExitCode, Is.Zero, run.Story);
            return [.. run.Objects.Where(static item => item.GetProperty("kind").GetString() == "controller-opened")
                .Select(static item => item.GetProperty("address").GetString()!).Order()];
        }

        var first = await AddressesAsync("7");
        Assert.That(await AddressesAsync("0x7"), Is.EqualTo(first));
        Assert.That(await AddressesAsync("8"), Is.Not.EqualTo(first));
    }

    [Test]
    public async Task Demo_Paced_StillPings()
    {
        await using var run = CommandRun.Start("demo", "--json", "--pace", "DM1", "--peers", "1", "--count", "1");
        Assert.That(await run.ExitCode, Is.Zero, run.Story);
    }

    [Test]
    public async Task Demo_Interrupted_EndsInGoodOrder()
    {
        await using var run = CommandRun.Start("demo", "--json", "--count", "1000");
        await run.WaitAsync("first-ping");
        Assert.That(await run.InterruptAsync(), Is.EqualTo(ExitCode.Interrupted));
        Assert.That(run.Error, Is.EqualTo("hoststack: Interrupted."));
    }

    [Test]
    public async Task Demo_Logged_ShowsNoDigitsAndNoKeys()
    {
        using var folder = new TemporaryFolder();
        var log = folder.File("log");
        await using var run = CommandRun.StartIn(
            folder, "demo", "--json", "--peers", "1", "--count", "1", "--log", $"trace={log}", "--btsnoop", folder.File("capture"));
        Assert.That(await run.ExitCode, Is.Zero, run.Story);
        var keys = CapturedSecrets.Read(folder.File("capture"));
        var text = await File.ReadAllTextAsync(log);
        Assert.Multiple(() =>
        {
            Assert.That(text, Does.Contain("HostStack.Pan"));
            Assert.That(keys, Has.Count.GreaterThanOrEqualTo(2), "a link key and the digits went over HCI");
            foreach (var secret in keys)
            {
                Assert.That(text, Does.Not.Contain(secret).IgnoreCase);
                Assert.That(run.Terminal.Lines.ToString(), Does.Not.Contain(secret).IgnoreCase);
            }
        });
    }
}
