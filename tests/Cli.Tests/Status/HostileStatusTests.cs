using System.Net.Sockets;
using System.Text;
using HostStack.Cli.Tests.Rig;

namespace HostStack.Cli.Tests.Status;

/// <summary>What answers <c>hoststack status</c> may be anything: it is shown as text, or refused in a sentence.</summary>
[TestFixture]
public sealed class HostileStatusTests
{
    private const string Evil = "\\u001b[31m\\u0007\\u202e\\nx";

    private const string Security = $$"""{"encryption":"{{Evil}}","keySize":16,"keyType":"{{Evil}}"}""";

    private const string Traffic = """{"framesIn":1,"octetsIn":1,"framesOut":1,"octetsOut":1,"dropped":0,"filtered":0}""";

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task ControlSequences_OfAnAnswer_DoNotReachTheTerminal()
    {
        using var host = new FakeHost(_folder.File("fake"), $$"""
            {"version":1,"program":"{{Evil}}","command":"{{Evil}}","controllers":[{"uri":"{{Evil}}","name":"{{Evil}}","state":"{{Evil}}",
            "problem":"{{Evil}}","address":"{{Evil}}",
            "links":[{"peer":"{{Evil}}","name":"{{Evil}}","role":"{{Evil}}","security":{{Security}},"channels":1}],
            "networks":[{"role":"{{Evil}}","port":"{{Evil}}","maximumPeers":7,"knownAddresses":1,"traffic":{{Traffic}},
              "peers":[{"peer":"{{Evil}}","name":"{{Evil}}","role":"{{Evil}}","mac":"{{Evil}}","security":{{Security}},"traffic":{{Traffic}} }]}],
            "connections":[{"peer":"{{Evil}}","role":"{{Evil}}","port":"{{Evil}}","state":"{{Evil}}","security":{{Security}},"losses":0,"traffic":{{Traffic}} }],
            "refusals":[{"ago":1,"layer":"{{Evil}}","rule":"{{Evil}}","peer":"{{Evil}}","role":"{{Evil}}","byPeer":true,"remedy":"{{Evil}}","times":1}],
            "counters":{"{{Evil}}":1} }]}
            """);
        await using var status = CommandRun.StartIn(_folder, "status", "--socket", host.Path);
        Assert.That(await status.ExitCode, Is.Zero, status.Error);
        Assert.That(status.Story, Does.Contain("\uFFFD[31m"), "it is shown as what it is");
        Assert.That(status.Story.Where(static letter => letter != '\n' && (char.IsControl(letter) || letter == '\u202e')), Is.Empty);
        Assert.That(status.Terminal.Lines.All, Has.None.StartsWith("x"), "nothing begins a line of its own");
    }

    [TestCase("""{"version":1,"controllers":null}""")]
    [TestCase("""{"version":1,"controllers":[null]}""")]
    [TestCase("""{"version":1,"program":null}""")]
    [TestCase("""{"version":1,"uptime":1e999}""")]
    [TestCase("""{"version":1,"controllers":[{"uri":null}]}""")]
    [TestCase("""{"version":1,"controllers":[{"counters":null}]}""")]
    [TestCase("""{"version":1,"controllers":[{"bonds":[null]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"links":null}]}""")]
    [TestCase("""{"version":1,"controllers":[{"links":[null]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"links":[{}]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"links":[{"peer":"a","role":"b","security":null,"channels":1}]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"networks":[null]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"networks":[{"role":"GN","port":"p"}]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"networks":[{"role":"GN","port":"p","traffic":{},"peers":[null]}]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"networks":[{"role":"GN","port":"p","traffic":{"rateIn":-1e999},"peers":[]}]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"connections":[null]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"connections":[{"peer":"a","role":"b","port":"p","state":"s"}]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"refusals":[null]}]}""")]
    [TestCase("""{"version":1,"controllers":[{"refusals":[{"ago":1}]}]}""")]
    public async Task Answer_WithHoles_IsRefusedInASentence(string answer)
    {
        using var host = new FakeHost(_folder.File("fake"), answer);
        await using var status = CommandRun.StartIn(_folder, "status", "--socket", host.Path);
        Assert.That(await status.ExitCode, Is.EqualTo(ExitCode.Unavailable), status.Story);
        Assert.That(status.Error, Is.EqualTo($"hoststack: What '{host.Path}' answers is no status of hoststack; name its socket with --socket."));
    }

    [Test]
    public async Task BadHost_IsOneLine_AndTheOthersAreShown()
    {
        var run = Run();
        using var bad = new FakeHost(Path.Combine(run, "1\u001b[31m.sock"), """{"version":1,"controllers":null}""");
        using var good = new FakeHost(Path.Combine(run, "2.sock"), """{"version":1,"command":"gn","controllers":[{"uri":"usb:0","state":"up"}]}""");
        await using (var one = CommandRun.StartIn(_folder, "status"))
        {
            Assert.That(await one.ExitCode, Is.Zero, one.Error);
            Assert.That(one.Terminal.Lines.All[0], Does.StartWith("✗ What '").And.Contain("1\uFFFD[31m.sock' answers is no status"));
            Assert.That(one.Story, Does.Contain("usb:0").And.Not.Contain("\u001b"));
        }

        using var other = new FakeHost(Path.Combine(run, "3\u001b[32m.sock"), """{"version":1,"command":"n\u001bap"}""");
        await using var several = CommandRun.StartIn(_folder, "status");
        Assert.That(await several.ExitCode, Is.Zero, several.Error);
        Assert.That(several.Story, Does.Contain("2.sock").And.Contain("3\uFFFD[32m.sock").And.Contain("n\uFFFDap").And.Not.Contain("\u001b"));
        Assert.That(several.Terminal.Lines.All.Count(static line => line.Contains("is no status", StringComparison.Ordinal)), Is.EqualTo(1));
    }

    [Test]
    public async Task BadHost_Alone_IsTheFailure()
    {
        using var bad = new FakeHost(Path.Combine(Run(), "1.sock"), """{"version":2}""");
        await using var status = CommandRun.StartIn(_folder, "status");
        Assert.That(await status.ExitCode, Is.EqualTo(ExitCode.Unavailable));
        Assert.That(status.Error, Is.EqualTo($"hoststack: '{bad.Path}' answers in version 2 of the status; use the hoststack that runs there."));
    }

    // Where the search looks.
    private string Run() => Directory.CreateDirectory(HostStack.Cli.Status.StatusFolder.Own(_folder.Variables.GetValueOrDefault)).FullName;

    /// <summary>Answers everybody with one text.</summary>
    private sealed class FakeHost : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        public FakeHost(string path, string answer)
        {
            Path = path;
            _listener.Bind(new UnixDomainSocketEndPoint(path));
            _listener.Listen();
            _ = ServeAsync(Encoding.UTF8.GetBytes(answer));
        }

        public string Path { get; }

        public void Dispose() => _listener.Dispose();

        private async Task ServeAsync(byte[] answer)
        {
            try
            {
                while (true)
                {
                    using var connection = await _listener.AcceptAsync();
                    await connection.ReceiveAsync(new byte[64]);
                    await connection.SendAsync(answer);
                }
            }
            catch (Exception ended) when (ended is SocketException or ObjectDisposedException)
            {
                // The test is over, or the reader is gone.
            }
        }
    }
}
