using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using HostStack.Hci.Wire;
using HostStack.Interop.Tests.Guests;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Transport;
using HostStack.VirtualController.Usb;

namespace HostStack.Interop.Tests.Usb;

/// <summary>A guest with a USB port, a dongle on the virtual radio that is plugged into it and pulled, and a second
/// controller for the kernel's hci_vhci. Programs of this build run in it, by the host's .NET runtime.</summary>
internal sealed class UsbGuestRig : IAsyncDisposable
{
    private static readonly TimeSpan PullLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly H4SocketServer _server;
    private CancellationTokenSource? _plugged;
    private Task _serving = Task.CompletedTask;
    private int _pulls;

    private UsbGuestRig(VirtualRadio radio, UsbDongle dongle, UsbDongle other, H4SocketServer server, string folder)
    {
        Radio = radio;
        Dongle = dongle;
        OtherDongle = other;
        _server = server;
        _folder = folder;
    }

    public VirtualRadio Radio { get; }

    public UsbDongle Dongle { get; }

    /// <summary>One of the same make, with another serial number.</summary>
    public UsbDongle OtherDongle { get; }

    public Guest Guest { get; private set; } = null!;

    /// <summary>The address of the dongle.</summary>
    public PeerAddress Address => new(Dongle.Controller.Address);

    /// <summary>The address of the controller behind hci_vhci.</summary>
    public PeerAddress SecondAddress => new(_server.Controllers[0].Address);

    private string UsbSocket => Path.Combine(_folder, "usb");

    /// <summary>Boots a guest with nothing plugged in.</summary>
    /// <param name="image">What it boots.</param>
    public static async Task<UsbGuestRig> StartAsync(GuestImage image)
    {
        var folder = Directory.CreateTempSubdirectory("hs-usb-").FullName;
        var radio = new VirtualRadio();
        radio.Start();
        var dongle = new UsbDongle(radio.Add(new ControllerOptions { Name = "dongle" }));
        var other = new UsbDongle(radio.Add(new ControllerOptions { Name = "other dongle" }), new UsbDongleOptions { SerialNumber = "0002" });
        var second = Path.Combine(folder, "h4");
        var server = H4SocketServer.Listen(radio, $"h4:unix:{second}", static _ => new ControllerOptions { Name = "second" });
        var rig = new UsbGuestRig(radio, dongle, other, server, folder);
        try
        {
            rig.Guest = await Guest.StartAsync(image, "usb", second, folder, new GuestHardware
            {
                Memory = 1024,
                Usb = rig.UsbSocket,
                Shares = [("dotnet", DotnetRoot()), ("app", AppContext.BaseDirectory)],
            });
            return rig;
        }
        catch
        {
            await rig.DisposeAsync();
            throw;
        }
    }

    /// <summary>Plugs the dongle in, and waits until btusb has it and the kernel its adapter.</summary>
    public async Task PlugAsync()
    {
        await ConnectAsync();
        await Guest.UntilAsync("[ -e /sys/bus/usb/drivers/btusb/1-1:1.0 ] && [ -e /sys/class/bluetooth/hci0 ]", "btusb has the dongle");
    }

    /// <summary>Plugs the dongle in.</summary>
    /// <param name="dongle">Which; null: the first one.</param>
    public async Task ConnectAsync(UsbDongle? dongle = null)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(UsbSocket));
        _plugged = new CancellationTokenSource();
        _serving = new UsbIpServer(new UsbIpExport(dongle ?? Dongle)).ServeAsync(new NetworkStream(socket, ownsSocket: true), _plugged.Token);
    }

    /// <summary>Pulls the dongle, where it is plugged in, and waits until another one may be plugged in.</summary>
    public async Task PullAsync()
    {
        if (await DisconnectAsync())
        {
            // Idle once after the boot, and once after each pull.
            _pulls++;
            await Guest.UntilAsync(
                string.Create(CultureInfo.InvariantCulture, $"[ $(grep -c '^idle' /tmp/usbimport.log) -gt {_pulls} ]"), "the guest has let the dongle go");
        }
    }

    /// <summary>The guest as it was after its boot: nothing plugged in, no program of ours, no BlueZ.</summary>
    public async Task ResetAsync()
    {
        await PullAsync();
        await Guest.DoAsync(
            """
            for program in dotnet bluetoothctl bluetoothd dbus-daemon ping; do end_all $program; done
            end_controller
            rm -rf /tmp/keys.json /tmp/checks /run/hoststack-usb /run/dbus/* /var/lib/bluetooth/*
            no_adapter() { ! [ -e /sys/class/bluetooth/hci0 ]; }
            until_ok 60 no_adapter
            """);
    }

    /// <summary>Which driver has the dongle's interface 0: <c>btusb</c>, or <c>usbfs</c> for a program.</summary>
    public Task<string> DriverAsync() => Guest.DoAsync("basename $(readlink /sys/bus/usb/devices/1-1:1.0/driver)");

    public async ValueTask DisposeAsync()
    {
        await DisconnectAsync();
        if (Guest is not null)
        {
            await Guest.DisposeAsync();
        }

        await _server.DisposeAsync();
        Radio.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<bool> DisconnectAsync()
    {
        if (_plugged is not { } plugged)
        {
            return false;
        }

        _plugged = null;
        await plugged.CancelAsync();
        await _serving.WaitAsync(PullLimit, TimeProvider.System);
        plugged.Dispose();
        return true;
    }

    // The folder of the runtime that runs this process: shared/Microsoft.NETCore.App/VERSION is below it.
    private static string DotnetRoot() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
