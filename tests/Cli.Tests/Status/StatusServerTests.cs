using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;
using HostStack.Cli.Status;
using HostStack.Cli.Tests.Rig;
using HostStack.VirtualController.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Cli.Tests.Status;

/// <summary>The status socket: who is answered, and what hostile readers can do (nothing).</summary>
[TestFixture]
public sealed class StatusServerTests
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private TemporaryFolder _folder = null!;
    private StatusBoard _board = null!;

    private string Run => _folder.File("run");

    [SetUp]
    public void SetUp()
    {
        _folder = new TemporaryFolder();
        _board = new StatusBoard(new CommandEnvironment { Terminal = new TestTerminal(), Start = TimeProvider.System.GetTimestamp() }, "test");
        _board.Add(new FixedSource(new ControllerEntry { Uri = "virtual:", State = "up" }));
    }

    [TearDown]
    public void TearDown()
    {
        _board.Dispose();
        _folder.Dispose();
    }

    [Test]
    public async Task Question_IsAnswered()
    {
        await using var server = Listen();
        var status = await StatusClient.AskAsync(server.Path, TimeProvider.System, CancellationToken.None);
        Assert.That((status.Version, status.Process, status.Command), Is.EqualTo((1, Environment.ProcessId, "test")));
        Assert.That(status.Controllers.Single().State, Is.EqualTo("up"));
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no permission bits: run this on Linux or macOS.")]
    [UnsupportedOSPlatform("windows")]
    public async Task Socket_IsItsUsersAlone()
    {
        await using var server = Listen();
        Assert.That(File.GetUnixFileMode(server.Path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(File.GetUnixFileMode(Run), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
    }

    [Test]
    public async Task Stranger_IsNotAnswered()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("SO_PEERCRED is Linux's: run this test there.");
        }

        var asked = new List<uint>();
        await using var server = Listen(isTrusted: user =>
        {
            asked.Add(user);
            return false;
        });
        var refused = await CatchAsync(server.Path);
        Assert.That(refused.ExitCode, Is.AnyOf(ExitCode.NoPermission, ExitCode.Unavailable));
        Assert.That(asked, Is.EqualTo(new[] { UnixFile.CurrentUser }), "the kernel said who asks");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows has no permission bits: run this on Linux or macOS.")]
    [UnsupportedOSPlatform("windows")]
    public async Task Folder_OpenToOthers_IsNotUsed()
    {
        await using var server = Listen();
        File.SetUnixFileMode(Run, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);
        var failure = Assert.Throws<IOException>(() => Listen());
        Assert.That(
            failure.Message,
            Is.EqualTo($"The folder '{Run}' for the status socket is open to others; remove it, or make it yours alone (chmod 700)."));
    }

    [Test]
    public async Task Sockets_OfTheDead_AreRemoved_AndOthersStay()
    {
        await using var living = Listen();
        var dead = Path.Combine(Run, "999999.sock");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Closing removes the name that was bound, which a process that is killed does not.
            socket.Bind(new UnixDomainSocketEndPoint(_folder.File("bound")));
            File.Move(_folder.File("bound"), dead);
        }

        Assert.That(File.Exists(dead), Is.True);

        await File.WriteAllTextAsync(Path.Combine(Run, "note.sock"), "not a socket");
        await using var next = Listen();
        Assert.That(
            Directory.EnumerateFiles(Run).Select(Path.GetFileName),
            Is.EquivalentTo(new[] { Path.GetFileName(living.Path), Path.GetFileName(next.Path), "note.sock" }));
        Assert.That(living.Path, Is.Not.EqualTo(next.Path), "two hosts of one process have one each");
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows renames no open socket: run this on Linux or macOS.")]
    public async Task Start_WhileAnotherOneBegins_LeavesItsSocket()
    {
        StatusFolder.Prepare(Run);
        var path = Path.Combine(Run, "77.sock");
        using var beginning = StatusListener.Open(path);
        await using var other = Listen();
        Assert.That(StatusFolder.Sockets(Run), Is.EqualTo(new[] { other.Path }), "who looks finds only those that answer");
        Assert.That(beginning.TryPublish(), Is.True);
        await using var third = Listen();
        using var asking = await ConnectAsync(path);
        using var accepted = await beginning.Socket.AcceptAsync();
        Assert.That(accepted.Connected, Is.True);
    }

    [Test]
    [Platform(Exclude = "Win", Reason = "Windows renames no open socket: run this on Linux or macOS.")]
    public async Task Socket_WhoseNameIsTaken_LeavesTheOtherAndNothing()
    {
        await using var server = Listen();
        using (var late = StatusListener.Open(server.Path))
        {
            Assert.That(late.TryPublish(), Is.False);
        }

        Assert.That(Directory.EnumerateFileSystemEntries(Run), Is.EqualTo(new[] { server.Path }));
        Assert.That((await StatusClient.AskAsync(server.Path, TimeProvider.System, CancellationToken.None)).Command, Is.EqualTo("test"));
    }

    [Test]
    public async Task NamedSocket_InUse_IsSaid()
    {
        var path = _folder.File("named");
        await using var server = StatusServer.Listen(_board, path, Run, TimeProvider.System, NullLogger.Instance);
        var failure = Assert.Throws<IOException>(() => StatusServer.Listen(_board, path, Run, TimeProvider.System, NullLogger.Instance));
        Assert.That(failure.Message, Is.EqualTo($"The status socket '{path}' is in use; name another one, or end its user."));
    }

    [Test]
    public void NamedSocket_ThatIsAFile_StaysAsItIs()
    {
        var path = _folder.File("named");
        File.WriteAllText(path, "mine");
        Assert.Throws<IOException>(() => StatusServer.Listen(_board, path, Run, TimeProvider.System, NullLogger.Instance));
        Assert.That(File.ReadAllText(path), Is.EqualTo("mine"));
    }

    [Test]
    public void NamedSocket_TooLong_IsSaid()
    {
        var path = _folder.File(new string('x', 200));
        var failure = Assert.Throws<IOException>(() => StatusServer.Listen(_board, path, Run, TimeProvider.System, NullLogger.Instance));
        Assert.That(failure.Message, Does.Contain("too long; use one of fewer than 104 octets"));
    }

    [Test]
    public async Task Disposed_LeavesNothing()
    {
        var server = Listen();
        await server.DisposeAsync();
        await server.DisposeAsync();
        Assert.That(Directory.EnumerateFileSystemEntries(Run), Is.Empty);
        Assert.That((await CatchAsync(server.Path)).ExitCode, Is.EqualTo(ExitCode.Unavailable));
    }

    [TestCase("GET / HTTP/1.1\r\n", "use a hoststack of this version")]
    [TestCase("hoststack-status 2\n", "use a hoststack of this version")]
    [TestCase("\n", "use a hoststack of this version")]
    [TestCase("\u0000\u0001\u0002\n", "use a hoststack of this version")]
    [TestCase("0123456789012345678901234567890123456789012345678901234567890123456789", "send one line")]
    [TestCase("hoststack-status 1", "send one line")]
    public async Task Request_ThatIsNone_IsAnsweredSo(string request, string expected)
    {
        await using var server = Listen();
        var answer = StatusJson.TryRead(Encoding.UTF8.GetBytes(await AskRawAsync(server.Path, request)));
        Assert.That(answer?.Error, Does.Contain(expected));
        Assert.That((await StatusClient.AskAsync(server.Path, TimeProvider.System, CancellationToken.None)).Error, Is.Null, "the next is served");
    }

    [Test]
    public async Task Readers_ThatHang_TakeNothingFromLaterOnes()
    {
        var time = new VirtualTime();
        await using var server = Listen(time: time);
        var silent = new List<Socket>();
        try
        {
            for (var i = 0; i < StatusServer.MostAtOnce; i++)
            {
                silent.Add(await ConnectAsync(server.Path));
            }

            // They are taken in their order: whoever comes next finds no place, and is not kept.
            using (var turnedAway = await ConnectAsync(server.Path))
            {
                Assert.That(await ReadAsync(turnedAway), Is.Zero, "all places are taken");
            }

            // The places of those that say nothing end by themselves, and not before their time.
            time.Advance(StatusProtocol.Patience - TimeSpan.FromTicks(1));
            time.RunDue();
            Assert.That(silent.Select(static socket => socket.Poll(0, SelectMode.SelectRead)), Has.None.True, "no place has ended");
            time.Advance(TimeSpan.FromTicks(1));
            time.RunDue();
            foreach (var socket in silent)
            {
                Assert.That(await ReadAsync(socket), Is.Zero, "its time is over");
            }

            var answer = await StatusClient.AskAsync(server.Path, TimeProvider.System, CancellationToken.None);
            Assert.That(answer.Controllers, Has.Count.EqualTo(1));
        }
        finally
        {
            silent.ForEach(static socket => socket.Dispose());
        }
    }

    [Test]
    public async Task Source_ThatHolds_DoesNotHoldTheEnd()
    {
        var never = new TaskCompletionSource<ControllerEntry>();
        _board.Add(new WaitingSource(never.Task));
        var server = Listen();
        var asking = StatusClient.AskAsync(server.Path, TimeProvider.System, CancellationToken.None);
        var ending = server.DisposeAsync().AsTask();
        never.SetResult(new ControllerEntry());
        await ending.WaitAsync(HangLimit, TimeProvider.System);
        await Task.WhenAny(asking);
        Assert.That(asking.Exception?.InnerException, Is.Null.Or.InstanceOf<CommandFailedException>());
    }

    [TestCase("{")]
    [TestCase("[]")]
    [TestCase("{\"version\":\"x\"}")]
    [TestCase("{\"version\":2}")]
    [TestCase("{\"version\":1,\"error\":\"no \u001b[31m\"}")]
    [TestCase("")]
    public async Task Answer_ThatIsNone_IsSaidInASentence(string answer)
    {
        var path = _folder.File("fake");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var serving = Task.Run(async () =>
        {
            using var connection = await listener.AcceptAsync();
            await connection.ReceiveAsync(new byte[64]);
            await connection.SendAsync(Encoding.UTF8.GetBytes(answer));
        });
        var failure = await CatchAsync(path);
        await serving;
        Assert.That(failure.Message, Does.StartWith("'" + path).Or.StartWith("What '" + path));
        Assert.That(failure.Message, Does.Not.Contain('\u001b'));
    }

    private static async Task<Socket> ConnectAsync(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    private static async Task<int> ReadAsync(Socket socket)
    {
        using var limit = new CancellationTokenSource(HangLimit, TimeProvider.System);
        return await socket.ReceiveAsync(new byte[64], limit.Token);
    }

    private static async Task<string> AskRawAsync(string path, string request)
    {
        using var socket = await ConnectAsync(path);
        await socket.SendAsync(Encoding.UTF8.GetBytes(request));
        socket.Shutdown(SocketShutdown.Send);
        using var limit = new CancellationTokenSource(HangLimit, TimeProvider.System);
        var answer = new byte[4096];
        var length = 0;
        try
        {
            while (await socket.ReceiveAsync(answer.AsMemory(length), limit.Token) is var read and > 0)
            {
                length += read;
            }
        }
        catch (SocketException gone) when (gone.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The host did not read all of a request that was too long.
        }

        return Encoding.UTF8.GetString(answer, 0, length);
    }

    private static async Task<CommandFailedException> CatchAsync(string path)
    {
        try
        {
            await StatusClient.AskAsync(path, TimeProvider.System, CancellationToken.None);
        }
        catch (CommandFailedException failure)
        {
            return failure;
        }

        throw new AssertionException("There was an answer.");
    }

    private StatusServer Listen(Func<uint, bool>? isTrusted = null, TimeProvider? time = null) =>
        StatusServer.Listen(_board, null, Run, time ?? TimeProvider.System, NullLogger.Instance, isTrusted);

    private sealed class FixedSource(ControllerEntry entry) : IStatusSource
    {
        public Task<ControllerEntry> ReadAsync() => Task.FromResult(entry);
    }

    private sealed class WaitingSource(Task<ControllerEntry> entry) : IStatusSource
    {
        public Task<ControllerEntry> ReadAsync() => entry;
    }
}
