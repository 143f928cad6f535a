using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan;
using HostStack.Testing;
using HostStack.VirtualController.Controllers;

namespace HostStack.EndToEnd.Tests.Epochs;

/// <summary>A dongle is pulled out under traffic. With it, or with another one that the operator allows, networks and
/// connections are back by themselves; with another one that says it has its address, nothing happens.</summary>
[TestFixture]
internal sealed class ReplugTests
{
    private static readonly BdAddr Address = BdAddr.Parse("00:1A:7D:DA:71:13");
    private static readonly ControllerOptions Own = new() { Name = "own", Address = Address };
    private static readonly ControllerOptions Copy = Own with { Name = "copy" };
    private static readonly ControllerDevice Dongle = new() { Usb = new UsbId(0x0A12, 0x0001), SerialNumber = "1" };
    private static readonly ControllerDevice OtherDongle = Dongle with { SerialNumber = "2" };
    private static readonly TimeSpan Awhile = TimeSpan.FromSeconds(30);

    private static readonly PanClientOptions Reconnecting = new()
    {
        Reconnect = new ReconnectPolicy { First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(5) },
    };

    [Test]
    public void SameDongle_NetworkAndConnectionAreBack([Values] bool ofServer) => World.Run(async world =>
    {
        var slot = new ControllerSlot();
        var (server, client, connection) = await JoinAsync(world, slot, ofServer);
        var hit = ofServer ? server : client;
        Pull(slot, hit);
        await world.UntilAsync(() => connection.State != PanConnectionState.Connected, "the loss is noticed", Awhile);
        await world.DelayAsync(Awhile);
        Push(slot, hit.Controller, Dongle);
        await world.UntilAsync(() => connection.State == PanConnectionState.Connected && server.Port.IsCarrierUp, "the connection is back");
        await client.AssertReachesAsync(server, "after the replug");
    });

    [Test]
    public void CopyWithTheSameAddress_IsLeftAlone_UntilTheOwnOneReturns([Values] bool ofServer) => World.Run(async world =>
    {
        var slot = new ControllerSlot();
        var (server, client, connection) = await JoinAsync(world, slot, ofServer);
        var hit = ofServer ? server : client;
        var copy = world.Radio.Add(Copy);
        Pull(slot, hit);
        Push(slot, copy, OtherDongle);
        await world.DelayAsync(TimeSpan.FromMinutes(2));
        Assert.That(connection.State, Is.Not.EqualTo(PanConnectionState.Connected));
        var problem = (await hit.Host.GetStatusAsync()).Problem;
        Assert.That(problem, Does.Contain("serial 2").And.Contain("serial 1").And.Contain("--accept-controller"));
        Assert.That(hit.EventsOf<ControllerLost>().Last().Reason, Is.EqualTo(problem));

        Push(slot, hit.Controller, Dongle);
        await world.UntilAsync(() => connection.State == PanConnectionState.Connected && server.Port.IsCarrierUp, "the connection is back");
        await client.AssertReachesAsync(server, "with the own dongle");
    });

    [Test]
    public void CopyWithTheSameAddress_OperatorAllowsIt_NetworkAndBondsGoOn([Values] bool ofServer) => World.Run(async world =>
    {
        var slot = new ControllerSlot();
        var (server, client, connection) = await JoinAsync(world, slot, ofServer, accepts: true);
        var copy = world.Radio.Add(Copy with { Subversion = 7 });
        Pull(slot, ofServer ? server : client);
        Push(slot, copy, OtherDongle);
        await world.UntilAsync(() => connection.State != PanConnectionState.Connected, "the loss is noticed", Awhile);
        await world.UntilAsync(() => connection.State == PanConnectionState.Connected && server.Port.IsCarrierUp, "the connection is back");
        await client.AssertReachesAsync(server, "with the other dongle");
        Assert.That(client.EventsOf<Paired>().Count(), Is.EqualTo(0), "nobody paired anew");
    });

    // A bonded PANU on a GN; one of the two has its controller in the slot.
    private static async Task<(Station Server, Station Client, PanConnection Connection)> JoinAsync(
        World world, ControllerSlot slot, bool ofServer, bool accepts = false)
    {
        var options = new BluetoothHostOptions { AcceptsOtherController = accepts ? static (_, _) => true : null };
        var server = ofServer ? await InSlotAsync(1) : await world.HostAsync(1);
        var client = ofServer ? await world.HostAsync(2) : await InSlotAsync(2);
        await World.BondAsync(client, server);
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        var connection = await client.JoinAsync(server, PanRole.Gn, Reconnecting);
        await client.AssertReachesAsync(server);
        client.ForgetEvents();
        return (server, client, connection);

        Task<Station> InSlotAsync(byte number) => world.HostAsync(number, options, Own, wire: controller =>
        {
            slot.Plug(controller.Source, Dongle);
            return slot;
        });
    }

    private static void Pull(ControllerSlot slot, Station station)
    {
        slot.Unplug();
        station.Controller.PowerOff();
    }

    private static void Push(ControllerSlot slot, SimulatedController controller, ControllerDevice device)
    {
        controller.PowerOn();
        slot.Plug(controller.Source, device);
    }
}
