using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan;
using HostStack.Testing;

namespace HostStack.EndToEnd.Tests.Epochs;

/// <summary>A host's own controller is unplugged, in every state and at several moments of it: whatever is pending ends
/// within a second, with one sentence, however long it would have waited by itself.</summary>
[TestFixture]
internal sealed class UnplugTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(1);
    private static readonly BdAddr Nobody = BdAddr.Parse("00:00:00:00:00:77");

    // Milliseconds: within the first command, between two packets, while a user or an inquiry takes its time.
    private static readonly double[] Moments = [0, 0.3, 1, 2, 3, 5, 8, 13, 20, 35, 60, 100, 300, 900];

    public enum Call
    {
        Inquiry,
        Name,
        Link,
        LinkToNobody,
        Pairing,
        Join,
        Browse,
    }

    [Test]
    public void BringingUp_OpeningEnds([ValueSource(nameof(Moments))] double moment) => World.Run(async world =>
    {
        var controller = world.Radio.Add();
        var opening = world.HostAsync(1, on: controller);
        await world.DelayAsync(moment);
        var wasPending = !opening.IsCompleted;
        controller.PowerOff();
        var failure = await world.EndsWithinAsync(opening, Bound, "opening");
        if (wasPending)
        {
            AssertLost(failure);
        }
    });

    [Test]
    public void Open_CallEnds([Values] Call call, [ValueSource(nameof(Moments))] double moment) => World.Run(async world =>
    {
        var server = await world.HostAsync(1, new BluetoothHostOptions { Discoverable = true });
        var client = await world.HostAsync(2, new BluetoothHostOptions { PairingAgent = new ScriptedAgent { Confirm = static _ => null } });
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(5));
        client.ForgetEvents();

        var pending = Start(call, server, client);
        await world.DelayAsync(moment);
        var wasPending = !pending.IsCompleted;
        client.Controller.PowerOff();
        var failure = await world.EndsWithinAsync(pending, Bound, call.ToString());
        if (wasPending)
        {
            AssertLost(failure);
            Assert.That(client.EventsOf<Refused>(), Is.Empty, "nobody refused");
        }

        Assert.That((await client.Host.GetStatusAsync()).Problem, Does.Contain("unplugged"));
    });

    [Test]
    public void Resetting_TheResetEnds_AndTheHostComesBack([ValueSource(nameof(Moments))] double moment) => World.Run(async world =>
    {
        var host = await world.HostAsync(1);
        var pending = host.Host.ConnectLinkAsync(new PeerAddress(Nobody));
        await world.DelayAsync(1);
        host.Controller.RaiseHardwareError();
        await world.DelayAsync(moment);
        host.Controller.PowerOff();
        Assert.That(await world.EndsWithinAsync(pending, Bound, "the call"), Is.TypeOf<ControllerUnavailableException>());
        var next = host.Host.InquireAsync();
        AssertLost(await world.EndsWithinAsync(next, Bound, "a call meanwhile"));
        host.Controller.PowerOn();
        await world.UntilAsync(() => host.Credits.IsOpen, "the host is open again");
    });

    [Test]
    public void Closing_DisposingEnds([ValueSource(nameof(Moments))] double moment) => World.Run(async world =>
    {
        var server = await world.HostAsync(1);
        var client = await world.HostAsync(2);
        await World.BondAsync(client, server);
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await client.JoinAsync(server, PanRole.Gn);
        var closing = client.Host.DisposeAsync().AsTask();
        await world.DelayAsync(moment);
        client.Controller.PowerOff();
        Assert.That(await world.EndsWithinAsync(closing, Bound, "disposing"), Is.Null);
        Assert.That(client.AllEvents()[^1], Is.TypeOf<HostClosed>());
    });

    [Test]
    public void Closing_PeerSilent_UnpluggingEndsTheWaitForIt() => World.Run(async world =>
    {
        var host = await world.HostAsync(1);
        var peer = await world.HostAsync(2);
        await host.Host.ConnectLinkAsync(peer.Peer);
        peer.Controller.SetReachable(false);
        var closing = host.Host.DisposeAsync().AsTask();
        await world.DelayAsync(500);
        Assert.That(closing.IsCompleted, Is.False, "the peer has 2 s");
        host.Controller.PowerOff();
        Assert.That(await world.EndsWithinAsync(closing, TimeSpan.FromMilliseconds(50), "disposing"), Is.Null);
    });

    [Test]
    public void Reopening_UnpluggedAgain_TriesAgain([ValueSource(nameof(Moments))] double moment) => World.Run(async world =>
    {
        var host = await world.HostAsync(1);
        host.Controller.PowerOff();
        await world.DelayAsync(200);
        host.Controller.PowerOn();
        await world.DelayAsync(TimeSpan.FromMilliseconds(800 + moment));
        host.Controller.PowerOff();
        await world.DelayAsync(Bound);
        Assert.That((await host.Host.GetStatusAsync()).Problem, Does.Contain("unplugged"));
        host.Controller.PowerOn();
        await world.UntilAsync(() => host.Credits.IsOpen, "the host is open again");
    });

    private static Task Start(Call call, Station server, Station client) => call switch
    {
        Call.Inquiry => client.Host.InquireAsync(),
        Call.Name => client.Host.RequestNameAsync(server.Peer),
        Call.Link => client.Host.ConnectLinkAsync(server.Peer),
        Call.LinkToNobody => client.Host.ConnectLinkAsync(new PeerAddress(Nobody)),
        Call.Pairing => client.Host.PairAsync(server.Peer),
        Call.Join => client.TryJoinAsync(server, PanRole.Gn),
        _ => client.Host.BrowseAsync(server.Peer),
    };

    private static void AssertLost(Exception? failure) =>
        Assert.That(
            failure,
            Is.TypeOf<ControllerUnavailableException>().With.Message.EndsWith(".").And.Message.Contains("unplugged"));
}
