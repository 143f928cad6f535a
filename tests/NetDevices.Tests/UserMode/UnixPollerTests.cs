using System.Net;
using System.Net.Sockets;
using HostStack.NetDevices.UserMode.Polling;

namespace HostStack.NetDevices.Tests.UserMode;

[TestFixture]
internal sealed class UnixPollerTests
{
    private const int Long = 60_000;

    [SetUp]
    public void Need()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("poll(2): run this test on Linux or macOS.");
        }
    }

    [Test]
    public void Wake_BeforeTheWait_EndsItOnce()
    {
        using var poller = new UnixPoller();
        poller.Wake();
        poller.Wake();
        Assert.That(poller.Wait(Long), Is.True);
        Assert.That(Ends(poller, 0), Is.True);
        poller.Wake();
        Assert.That(poller.Wait(Long), Is.True, "it can be woken again");
    }

    [Test]
    public async Task Wake_FromAnotherThread_EndsTheWait()
    {
        using var poller = new UnixPoller();
        var waiting = Task.Run(() => poller.Wait(-1));
        poller.Wake();
        Assert.That(await waiting.WaitAsync(TimeSpan.FromMilliseconds(Long)), Is.True);
    }

    [Test]
    public void Wake_AfterDispose_DoesNothing()
    {
        var poller = new UnixPoller();
        poller.Dispose();
        poller.Dispose();
        Assert.That(poller.Wake, Throws.Nothing);
    }

    [Test]
    public void Result_OfEachSocket_IsItsOwn()
    {
        using var poller = new UnixPoller();
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var spoken = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Send([1], (IPEndPoint)spoken.Client.LocalEndPoint!);
        var (unasked, quiet, heard) = (
            poller.Add(Handle(spoken), PollEvents.None),
            poller.Add(Handle(silent), PollEvents.In | PollEvents.Priority),
            poller.Add(Handle(spoken), PollEvents.In | PollEvents.Out));
        Assert.That(poller.Wait(Long), Is.True);
        Assert.That(poller.Result(unasked), Is.EqualTo(PollEvents.None));
        Assert.That(poller.Result(quiet), Is.EqualTo(PollEvents.None));
        Assert.That(poller.Result(heard), Is.EqualTo(PollEvents.In | PollEvents.Out));
        poller.Clear();
        Assert.That(Ends(poller, 0), Is.True, "nobody is waited for");
    }

    [Test]
    public void Add_MoreThanEverBefore_MakesRoom()
    {
        using var poller = new UnixPoller();
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        for (var i = 1; i <= 100; i++)
        {
            Assert.That(poller.Add(Handle(socket), PollEvents.Out), Is.EqualTo(i));
        }

        Assert.That(poller.Wait(Long), Is.True);
        Assert.That(Enumerable.Range(1, 100).Select(poller.Result), Is.All.EqualTo(PollEvents.Out));
    }

    [Test]
    public void Result_ConnectionThatEnded_TellsHangUp()
    {
        using var poller = new UnixPoller();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(listener.LocalEndpoint);
        listener.AcceptSocket().Dispose();
        client.Shutdown(SocketShutdown.Send);
        var place = poller.Add((int)client.Handle, PollEvents.In | PollEvents.HangUp);
        Assert.That(poller.Wait(Long), Is.True);
        Assert.That(poller.Result(place) & PollEvents.In, Is.EqualTo(PollEvents.In));
    }

    private static int Handle(UdpClient client) => (int)client.Client.Handle;

    private static bool Ends(UnixPoller poller, int milliseconds) => poller.Wait(milliseconds);
}
