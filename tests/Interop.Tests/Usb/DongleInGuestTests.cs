using System.Globalization;
using System.Text.Json;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Interop.Tests.Usb;

/// <summary>A dongle that is real to Linux: its kernel has enumerated it, btusb drives it, and our stack takes it from there
/// through libusb.</summary>
internal sealed class DongleInGuestTests : UsbGuestTest
{
    private const byte Events = 0x81;
    private const byte AclIn = 0x82;

    // Seconds of the guest's, twenty times what the loss of a dongle takes it alone: a busy machine makes less of it, and who
    // spins until a limit passes makes more.
    private const double BusyLimit = 10;

    private static readonly PanClientOptions ComesBack = new()
    {
        Reconnect = new ReconnectPolicy { First = TimeSpan.FromMilliseconds(300), Longest = TimeSpan.FromSeconds(2) },
    };

    [Test]
    public async Task Btusb_BindsTheDongle_AndBlueZHasAnAdapter()
    {
        await Rig.PlugAsync();
        Assert.That(await Rig.DriverAsync(), Is.EqualTo("btusb"));
        Assert.That(await Guest.DoAsync("readlink -f /sys/class/bluetooth/hci0"), Does.Contain("/1-1/1-1:1.0/bluetooth/hci0"));
        Assert.That(await Guest.DoAsync("cat /sys/bus/usb/devices/1-1/product"), Is.EqualTo("Virtual Bluetooth dongle"));
        var said = await Guest.DoAsync(
            """
            start_bluez
            wait_adapter || exit 1
            bluetoothctl list
            """);
        Assert.That(said, Does.Contain($"Controller {Rig.Dongle.Controller.Address}"));
    }

    [Test]
    public async Task Controllers_OnTheDongle_TellTheDriverAndThatItGivesWay()
    {
        await Rig.PlugAsync();
        var said = await Guest.DoAsync("hoststack controllers --json", Slow);
        var rows = said.Split('\n').Select(Json).Where(static row => row.GetProperty("kind").GetString() == "controller").ToArray();
        var usb = rows.Single(static row => row.GetProperty("door").GetString() == "usb");
        Assert.That(
            (Text(usb, "uri"), Text(usb, "usbId"), Text(usb, "location"), Text(usb, "product"), Text(usb, "serialNumber"), Text(usb, "driver")),
            Is.EqualTo(("usb:1209:0001", "1209:0001", "1.1", "Virtual Bluetooth dongle", "0001", "btusb")));
        Assert.That(usb.GetProperty("canOpen").GetBoolean(), Is.True);
        var kernel = rows.Single(static row => row.GetProperty("door").GetString() == "kernel");
        Assert.That((Text(kernel, "uri"), Text(kernel, "usbId")), Is.EqualTo(("hci-user:0", "1209:0001")));
        Assert.That(await Rig.DriverAsync(), Is.EqualTo("btusb"), "asking took nothing away");
    }

    [Test]
    public async Task Gn_OnTheDongleThatBlueZUses_IsReachedByAPeer_AndGivesItBack()
    {
        await Rig.PlugAsync();
        await Guest.DoAsync("start_bluez; wait_adapter");
        await ServeAsync("usb:1.1");
        Assert.That(await Rig.DriverAsync(), Is.EqualTo("usbfs"));
        Assert.That(await Guest.DoAsync("ls /sys/class/bluetooth"), Is.Empty);
        Assert.That(Rig.Dongle.RequestsAt(AclIn), Is.AtLeast(8), "requests for data that wait in the dongle");
        Assert.That(Rig.Dongle.RequestsAt(Events), Is.AtLeast(2), "requests for events");

        await JoinAsync(Rig.Address);
        await EndServingAsync();
        await Guest.UntilAsync("has_adapter", "BlueZ has its adapter again, with power");
        Assert.That(await Rig.DriverAsync(), Is.EqualTo("btusb"));
    }

    [Test]
    public async Task Gn_ThatWasKilled_LeavesTheDongleWithoutDriver_AndTheNextOneGivesItBack()
    {
        await Rig.PlugAsync();
        await ServeAsync("usb:1.1");
        await Guest.DoAsync("kill -9 $(pidof dotnet); until_ok 40 grep -q ' ended 137' /tmp/gn.log");
        Assert.That(await DriversAsync(), Is.Empty, "the kernel leaves it without a driver");
        Assert.That(await AdviceAsync(), Does.StartWith("usb:1209:0001: A host that was killed has left it without the kernel's driver;"));

        await ServeAsync("usb:1.1");
        await EndServingAsync();
        await Guest.UntilAsync("[ -e /sys/class/bluetooth/hci0 ]", "the kernel has its adapter again");
        Assert.That(await DriversAsync(), Is.EqualTo("1-1:1.0 1-1:1.1"));
        Assert.That(await AdviceAsync(), Is.Empty);

        // Who takes it from btusb by hand means it.
        await Guest.DoAsync("echo 1-1:1.0 >/sys/bus/usb/drivers/btusb/unbind");
        await ServeAsync("usb:1.1");
        await EndServingAsync();
        Assert.That(await DriversAsync(), Is.Empty);
    }

    [Test]
    public async Task Gn_DonglePulledWhileTrafficFlows_SaysSoWithinASecond_AndComesBack()
    {
        await Rig.PlugAsync();
        await ServeAsync("usb:1209:0001");

        // Once without a peer: what an emulated processor runs for the first time, it compiles first. Another dongle of the
        // same make is not taken for the one that was there.
        await Rig.PullAsync();
        var cold = await HappensAsync("controller-lost") - await PulledAsync();
        await Rig.ConnectAsync(Rig.OtherDongle);
        await Guest.UntilAsync("grep -q 'is another one' /tmp/gn.log", "the command says that this is another dongle", seconds: 60);
        Assert.That(await CountAsync("controller-opened"), Is.EqualTo(1));
        await Rig.PullAsync();
        await Rig.ConnectAsync();
        await HappensAsync("controller-opened", 2);
        var losses = await CountAsync("controller-lost");

        var (peer, connection) = await JoinAsync(Rig.Address, ComesBack);
        await using var ended = connection;
        await Guest.DoAsync($"bg ping -i 0.2 {peer.Ip.IPv4Address}; until_ok 30 grep -q 'seq=3' /tmp/ping.log");
        await Rig.PullAsync();
        var lost = await HappensAsync("controller-lost", losses + 1);
        var took = lost - await PulledAsync();
        await TestContext.Out.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"lost after {took.Up:F2} s, {took.Idle:F2} s of them idle; the first time, cold and without a peer, {cold.Up:F2} s"));
        Assert.That(lost.Idle, Is.GreaterThan(0), "the guest counts its idle time");
        Assert.That(took.Idle, Is.LessThan(1), "nobody waits for anything: the rest is how busy the machine is");
        Assert.That(took.Up, Is.LessThan(BusyLimit), "nobody keeps the processor busy instead");

        await Rig.ConnectAsync();
        await HappensAsync("controller-opened", 3);
        await peer.SeesAsync<PanConnected>(2);
        await AssertReachAsync(peer);
        Assert.That(await Rig.DriverAsync(), Is.EqualTo("usbfs"));
        Assert.That(peer.Count<Paired>(), Is.EqualTo(1), "by the stored key");
        await EndServingAsync();
    }

    [Test]
    public async Task LibUsb_OnARealKernel_KeepsTheContractOfUsbDevices()
    {
        await Rig.PlugAsync();
        await Guest.DoAsync(
            """
            mkdir -p /tmp/checks
            setsid sh -c '/mnt/dotnet/dotnet /mnt/app/usbguest.dll /tmp/checks; echo "ended $?"' </dev/null >/tmp/usbguest.log 2>&1 &
            """);
        while (await Guest.UntilAsync(
            "for wish in pull plug; do [ ! -e /tmp/checks/$wish ] || { rm /tmp/checks/$wish; echo $wish; exit 0; }; done; grep '^ended ' /tmp/usbguest.log",
            "the checks want something, or have ended",
            seconds: 90) is { } wish && !wish.StartsWith("ended", StringComparison.Ordinal))
        {
            await (wish == "pull" ? Rig.PullAsync() : Rig.ConnectAsync());
        }

        var said = await Guest.DoAsync("cat /tmp/usbguest.log");
        await TestContext.Out.WriteLineAsync(said);
        var lines = said.Split('\n');
        Assert.That(lines[^1], Is.EqualTo("ended 0"), said);
        Assert.That(lines[..^1], Has.All.StartsWith("pass ").And.Length.AtLeast(20), said);
    }

    // The interfaces that btusb has.
    private static Task<string> DriversAsync() =>
        Guest.DoAsync("cd /sys/bus/usb/drivers/btusb && for one in [0-9]*:*; do [ -e $one ] && echo $one; done | sort | xargs");

    // What the command advises.
    private static async Task<string> AdviceAsync() => string.Join('\n', (await Guest.DoAsync("hoststack controllers --json", Slow)).Split('\n')
        .Select(Json).Where(static row => row.GetProperty("kind").GetString() == "controller-advice").Select(static row => Text(row, "advice")));

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    // When the guest's end of the cable was last pulled; its kernel sees it right after.
    private static async Task<GuestTime> PulledAsync() => GuestTime.Parse(
        await Guest.DoAsync("sed -n 's/^pulled //p' /tmp/usbimport.log | tail -n 1"));
}
