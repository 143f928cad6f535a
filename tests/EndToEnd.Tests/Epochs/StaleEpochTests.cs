using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.EndToEnd.Tests.Epochs;

/// <summary>Each opening and each reset of a controller is an epoch: what an older one still says means nothing.</summary>
[TestFixture]
internal sealed class StaleEpochTests
{
    // The one link of every epoch here has the first handle, so that old and new cannot be told apart by it.
    private const byte Handle = 0x0B;

    private static readonly byte[][] Stale =
    [
        [0x04, 0x05, 0x04, 0x00, Handle, 0x00, 0x13],                                   // Disconnection Complete
        [0x04, 0x13, 0x05, 0x01, Handle, 0x00, 0x08, 0x00],                             // Number Of Completed Packets
        [0x04, 0x0E, 0x04, 0x01, 0x1A, 0x0C, 0x00],                                     // Command Complete
        [0x04, 0x0F, 0x04, 0x00, 0x01, 0x05, 0x04],                                     // Command Status
        [0x04, 0x08, 0x04, 0x00, Handle, 0x00, 0x00],                                   // Encryption Change: off
        [0x04, 0x10, 0x01, 0x42],                                                       // Hardware Error
        [0x02, Handle, 0x20, 0x08, 0x00, 0x04, 0x00, 0x01, 0x00, 0x06, 0x01, 0x00, 0x00],   // ACL
    ];

    [Test]
    public void FormerOpening_SaysAnything_NothingHappens() => World.Run(async world =>
    {
        TappedSource? tap = null;
        var server = await world.HostAsync(1);
        var client = await world.HostAsync(2, wire: controller => tap = new TappedSource(controller.Source));
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await World.BondAsync(client, server);
        client.Controller.PowerOff();
        await world.UntilAsync(() => client.EventsOf<ControllerLost>().Any(), "the loss is noticed");
        client.Controller.PowerOn();
        await world.UntilAsync(() => tap!.Sinks.Count == 2 && client.Credits.IsOpen, "opened again");
        await world.DelayAsync(TimeSpan.FromSeconds(15));
        await client.JoinAsync(server, PanRole.Gn);
        var before = (client.Credits.Counters.Events, client.Credits.Counters.AclReceived);

        foreach (var packet in Stale)
        {
            tap!.Sinks[0].PacketReceived(packet);
        }

        tap!.Sinks[0].FramingLost("of the former opening");
        tap.Sinks[0].Closed(null);
        await world.DelayAsync(100);

        Assert.That((client.Credits.Counters.Events, client.Credits.Counters.AclReceived), Is.EqualTo(before), "nothing was taken");
        Assert.That(client.Credits.Counters.Resets, Is.Zero);
        await client.AssertReachesAsync(server);
        Assert.That(client.EventsOf<PanDisconnected>(), Is.Empty);
    });

    [Test]
    public void CompletionsOfBeforeAReset_AreIgnored() => World.Run(async world =>
    {
        TappedSource? tap = null;
        var server = await world.HostAsync(1);
        var client = await world.HostAsync(2, wire: controller => tap = new TappedSource(controller.Source));
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await World.BondAsync(client, server);
        client.Controller.RaiseHardwareError();
        await world.UntilAsync(() => client.EventsOf<ControllerOpened>().Any(static opened => opened.Epoch == 2), "reset");
        await world.DelayAsync(TimeSpan.FromSeconds(15));
        await client.JoinAsync(server, PanRole.Gn);
        var sink = tap!.Sinks.Single();
        var unexpected = client.Credits.Counters.UnexpectedCompletions;

        // Answers that nobody waits for, credits that nobody spent, and the end of a link that there is not.
        sink.PacketReceived(Stale[2]);
        sink.PacketReceived(Stale[3]);
        sink.PacketReceived(Stale[1]);
        sink.PacketReceived([0x04, 0x05, 0x04, 0x00, 0x2A, 0x00, 0x13]);
        sink.PacketReceived([0x04, 0x13, 0x05, 0x01, 0x2A, 0x00, 0x08, 0x00]);
        sink.PacketReceived([0x02, 0x2A, 0x20, 0x04, 0x00, 0x00, 0x00, 0x01, 0x00]);
        await world.DelayAsync(100);

        Assert.That(client.Credits.Counters.UnexpectedCompletions, Is.EqualTo(unexpected + 2));
        Assert.That(client.Credits.Counters.OverCompleted, Is.GreaterThanOrEqualTo(7));
        Assert.That((await client.Host.GetStatusAsync()).State, Is.EqualTo(HciHostState.Open));
        await client.AssertReachesAsync(server);
    });

    [Test]
    public void Handles_OfALinkThatEnded_MeanNothing() => World.Run(async world =>
    {
        TappedSource? tap = null;
        var server = await world.HostAsync(1, wire: controller => tap = new TappedSource(controller.Source));
        var (first, second) = (await world.HostAsync(2), await world.HostAsync(3));
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await World.BondAsync(first, server);
        await World.BondAsync(second, server);
        await second.JoinAsync(server, PanRole.Gn);
        await first.Host.DisconnectLinkAsync(server.Peer);
        await world.UntilAsync(() => server.Controller.LinkCount == 1, "the first link is down");

        foreach (var packet in new[] { Stale[0], Stale[1], Stale[4], Stale[6] })
        {
            tap!.Sinks[0].PacketReceived(packet);
        }

        await world.DelayAsync(100);
        await second.AssertReachesAsync(server);
        Assert.That(server.EventsOf<PeerLeft>(), Is.Empty);
    });
}
