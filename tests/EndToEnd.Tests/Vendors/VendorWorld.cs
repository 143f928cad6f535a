using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Host;
using HostStack.Pan;
using HostStack.Testing.Firmware;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Vendors;

namespace HostStack.EndToEnd.Tests.Vendors;

/// <summary>What the stories of vendors' chips have in common.</summary>
internal static class VendorWorld
{
    public static ControllerDevice Usb(ushort vendor, ushort product, ushort release = 0x0200) =>
        new() { Usb = new UsbId(vendor, product), Release = release };

    public static BluetoothHostOptions Options(FirmwareShelf shelf, string? address = null) => new()
    {
        Hci = new HciOptions
        {
            Firmware = shelf,
            Address = address is null ? null : HostStack.Hci.Wire.BdAddr.Parse(address),
        },
    };

    /// <summary>Opens a host on the chip.</summary>
    public static Task<Station> OpenAsync(
        World world, VendorModel model, FirmwareShelf shelf, string? address = null, ControllerOptions? controller = null) =>
        world.HostAsync(2, Options(shelf, address), (controller ?? new ControllerOptions()) with { Vendor = model });

    /// <summary>Opens a host on the chip and closes it again.</summary>
    /// <returns>The controller as that host left it.</returns>
    public static async Task<SimulatedController> LeaveAsync(World world, VendorModel model, FirmwareShelf shelf)
    {
        var station = await OpenAsync(world, model, shelf);
        await station.DisposeAsync();
        return station.Controller;
    }

    /// <summary>A peer on an ordinary controller serves a network; the chip's host joins it, and both ping.</summary>
    public static async Task PingAsync(World world, Station station)
    {
        var server = await world.HostAsync(1);
        await server.Host.ServeAsync(PanRole.Gn, server.Port);
        await World.BondAsync(station, server);
        await station.JoinAsync(server, PanRole.Gn);
        await station.AssertReachesAsync(server);
        await server.AssertReachesAsync(station);
    }

    /// <summary>What the host knows of its controller.</summary>
    public static async Task<ControllerInfo> InfoAsync(Station station) => (await station.Host.GetStatusAsync()).Controller!;

    /// <summary>The one sentence with which an opening fails.</summary>
    public static async Task<string> SentenceOfFailureAsync(World world, Task opening, TimeSpan? limit = null)
    {
        var failure = await world.EndsWithinAsync(opening, limit ?? TimeSpan.FromSeconds(30), "opening");
        Assert.That(failure, Is.InstanceOf<ControllerUnavailableException>());
        Assert.That(failure!.Message, Does.EndWith("."));
        return failure.Message;
    }
}
