using HostStack.Cli.Service;
using HostStack.Cli.Tests.Rig;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Cli.Tests.Service;

/// <summary>The datagrams of sd_notify(3).</summary>
[TestFixture]
[Platform(Exclude = "Win", Reason = "Windows has no datagram sockets with paths: run this on Linux or macOS.")]
public sealed class ServiceNotifierTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new TemporaryFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public async Task Life_IsTold_AsTheProtocolWantsIt()
    {
        using var manager = new NotifySocket(_folder.File("notify"));
        using var notifier = Notifier(("NOTIFY_SOCKET", manager.Address));
        notifier.Status("waiting");
        notifier.Status("waiting");
        notifier.Ready("up");
        notifier.Status("up");
        notifier.Status("two\nlines");
        notifier.Alive();
        notifier.Stopping();
        notifier.Status("late");
        notifier.Alive();
        string[] expected =
            ["STATUS=waiting", "READY=1\nSTATUS=up", "STATUS=two lines", "WATCHDOG=1", "STOPPING=1\nSTATUS=ending", "WATCHDOG=1"];
        foreach (var _ in expected)
        {
            await manager.NextAsync();
        }

        Assert.That(manager.Received, Is.EqualTo(expected));
    }

    [Test]
    [Platform(Include = "Linux", Reason = "Abstract sockets are Linux's: run this test there.")]
    public async Task AbstractSocket_IsReached()
    {
        using var manager = new NotifySocket($"@hoststack-test-{Environment.ProcessId}-{_folder.Path.GetHashCode():x}");
        using var notifier = Notifier(("NOTIFY_SOCKET", manager.Address));
        notifier.Ready("up");
        Assert.That(await manager.NextAsync(), Is.EqualTo("READY=1\nSTATUS=up"));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("@")]
    [TestCase("relative/path")]
    [TestCase("vsock:2:1234")]
    [TestCase("/no/such/socket")]
    public void Manager_ThatIsNotThere_IsNoFailure(string? address)
    {
        using var notifier = Notifier(("NOTIFY_SOCKET", address), ("WATCHDOG_USEC", "30000000"));
        Assert.That(() => { notifier.Ready("up"); notifier.Alive(); notifier.Stopping(); }, Throws.Nothing);
    }

    [Test]
    public void Socket_WithALongName_IsNoFailure() =>
        Assert.That(() => Notifier(("NOTIFY_SOCKET", "/" + new string('x', 500))).Dispose(), Throws.Nothing);

    [TestCase("30000000", null, 30.0)]
    [TestCase("30000000", "", 30.0)]
    [TestCase("30000000", "1", null)]
    [TestCase("0", null, null)]
    [TestCase("-5", null, null)]
    [TestCase("99999999999999999999", null, null)]
    [TestCase("abc", null, null)]
    [TestCase(null, null, null)]
    public void Watchdog_IsWhatTheManagerSays(string? microseconds, string? process, double? seconds)
    {
        using var manager = new NotifySocket(_folder.File("notify"));
        using var notifier = Notifier(("NOTIFY_SOCKET", manager.Address), ("WATCHDOG_USEC", microseconds), ("WATCHDOG_PID", process));
        Assert.That(notifier.Watchdog?.TotalSeconds, Is.EqualTo(seconds));
    }

    [Test]
    public void Watchdog_OfThisProcess_IsMeant()
    {
        using var manager = new NotifySocket(_folder.File("notify"));
        using var notifier = Notifier(
            ("NOTIFY_SOCKET", manager.Address), ("WATCHDOG_USEC", "5000000"), ("WATCHDOG_PID", $"{Environment.ProcessId}"));
        Assert.That(notifier.Watchdog, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    private static ServiceNotifier Notifier(params (string Name, string? Value)[] variables) =>
        ServiceNotifier.FromEnvironment(name => variables.FirstOrDefault(variable => variable.Name == name).Value, NullLogger.Instance);
}
