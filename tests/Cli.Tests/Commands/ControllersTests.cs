using HostStack.Cli.Controllers;
using HostStack.Cli.Tests.Rig;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb.LibUsb;
using HostStack.Hci.Transport.UserChannel;

namespace HostStack.Cli.Tests.Commands;

/// <summary><c>hoststack controllers</c> on machines that the test made.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ControllersTests : IDisposable
{
    private const string Denied =
        "No permission to open the USB device 0bda:8771 (Bluetooth Radio) at 1.4; put packaging/udev/70-hoststack.rules into /etc/udev/rules.d and plug it in again, or run as root.";

    private const string HciIsUp = "The adapter hci0 is up; take it down.";
    private const string NoRight = "No permission to open /dev/ttyS4; join its group.";
    private const string InUse =
        "/dev/ttyUSB0 is in use: process 321 has locked it (/run/lock/LCK..ttyUSB0); end that program and try again.";

    private readonly TemporaryFolder _root = new();
    private IReadOnlyList<KernelAdapter> _adapters = [];

    private static MachineBus Several => new MachineBus()
        .With("0bda:8771", "4", "Bluetooth Radio", "00E04C239987", problem: Denied)
        .With(MachineBus.Keyboard, "1", "Keyboard")
        .With("0a12:0001", "10", "CSR8510 A10", driver: "btusb")
        .With("0a12:0001", "2.3", driver: "btusb")
        .With("8087:0029", "14", driver: "btusb");

    public void Dispose() => _root.Dispose();

    [Test]
    public async Task Controllers_On80Columns_AreATableWithRemedies()
    {
        MakeSystem();
        await using var run = Start(Several, 80);
        Assert.That(await run.ExitCode, Is.Zero, run.Error);
        var lines = run.Terminal.Lines.All.Select(static line => line.TrimEnd()).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(lines.Max(static line => line.Length), Is.LessThanOrEqualTo(80));
            Assert.That(string.Join('\n', lines).Trim('\n'), Is.EqualTo(Table.ReplaceLineEndings("\n")), run.Story);
        });
    }

    [Test]
    public async Task Controllers_InJson_AreObjectsWithEveryFact()
    {
        MakeSystem();
        await using var run = Start(Several, 80, "--json");
        Assert.That(await run.ExitCode, Is.Zero, run.Error);
        var rows = run.Objects.Where(static item => item.GetProperty("kind").GetString() == "controller").ToArray();
        var denied = rows.Single(static row => row.GetProperty("uri").GetString() == "usb:0bda:8771");
        Assert.Multiple(() =>
        {
            Assert.That(
                rows.Select(static row => row.GetProperty("uri").GetString()),
                Is.EqualTo(["usb:0a12:0001#1", "usb:0bda:8771", "usb:0a12:0001#2", "usb:8087:0029", "hci-user:0", "hci-user:1", "h4:serial:/dev/ttyS4", "h4:serial:/dev/ttyUSB0", "h4:serial:/dev/ttyUSB10", "h4:serial:/dev/ttymxc2"]));
            Assert.That(denied.GetProperty("door").GetString(), Is.EqualTo("usb"));
            Assert.That(denied.GetProperty("usbId").GetString(), Is.EqualTo("0bda:8771"));
            Assert.That(denied.GetProperty("location").GetString(), Is.EqualTo("1.4"));
            Assert.That(denied.GetProperty("serialNumber").GetString(), Is.EqualTo("00E04C239987"));
            Assert.That(denied.GetProperty("chip").GetString(), Is.EqualTo("RTL8761BU"));
            Assert.That(denied.GetProperty("family").GetString(), Is.EqualTo("Realtek"));
            Assert.That(denied.GetProperty("firmware").GetString(), Is.EqualTo("rtl_bt/rtl8761bu_fw.bin"));
            Assert.That(denied.GetProperty("canOpen").GetBoolean(), Is.False);
            Assert.That(denied.GetProperty("problem").GetString(), Is.EqualTo(Denied));
            Assert.That(rows[0].GetProperty("driver").GetString(), Is.EqualTo("btusb"));
            Assert.That(rows[0].GetProperty("canOpen").GetBoolean(), Is.True);
            Assert.That(
                rows.Where(static row => row.GetProperty("door").GetString() != "usb").Select(static row => (row.GetProperty("canOpen").GetBoolean(), row.GetProperty("problem").GetString())),
                Is.EqualTo([(false, HciIsUp), (true, null), (false, NoRight), (false, InUse), (true, null), (true, (string?)null)]));
            Assert.That(
                run.Objects.Where(static item => item.GetProperty("kind").GetString() == "controller-advice").Select(static item => (item.GetProperty("uri").GetString(), item.GetProperty("advice").GetString())),
                Is.SupersetOf(new[] { ("hci-user:0", HciIsUp), ("h4:serial:/dev/ttyS4", NoRight), ("h4:serial:/dev/ttyUSB0", InUse) }));
        });
    }

    [Test]
    public async Task Controllers_OfMacOs_AreItsPortsForCallingOut()
    {
        foreach (var name in (string[])["cu.usbserial-10", "cu.SLAB_USBtoUART", "cu.Bluetooth-Incoming-Port", "cu.debug-console", "tty.usbserial-10"])
        {
            Write($"dev/{name}", "");
        }

        await using var run = Start(new MachineBus(), 80, "--json");
        Assert.That(await run.ExitCode, Is.Zero, run.Error);
        Assert.That(
            run.Objects.Where(static item => item.GetProperty("kind").GetString() == "controller").Select(static item => item.GetProperty("port").GetString()),
            Is.EquivalentTo(["/dev/cu.usbserial-10", "/dev/cu.SLAB_USBtoUART"]));
    }

    [Test]
    public async Task Controllers_WhereThereIsNone_SaysSo()
    {
        await using var run = Start(new MachineBus().With(MachineBus.Keyboard, "1"), 80);
        Assert.That(await run.ExitCode, Is.Zero);
        Assert.That(run.Terminal.Lines.ToString(), Does.Contain("There is no controller here; plug in a USB dongle"));
    }

    [Test]
    public async Task Controllers_WithoutLibUsb_ShowsTheOtherDoors()
    {
        MakeSystem();
        await using var run = Start(new MachineBus { Trouble = new ControllerUnavailableException("USB needs libusb-1.0; install it.") }, 80);
        Assert.That(await run.ExitCode, Is.Zero);
        Assert.That(run.Terminal.Lines.ToString(), Does.Contain("hci-user:0").And.Contain("✗ USB needs libusb-1.0; install it."));
    }

    [Test]
    public async Task Controllers_WithoutLibUsbAndOtherDoors_Fails()
    {
        await using var run = Start(new MachineBus { Trouble = new ControllerUnavailableException("USB needs libusb-1.0; install it.") }, 80);
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Unavailable));
        Assert.That(run.Error, Is.EqualTo("hoststack: USB needs libusb-1.0; install it."));
    }

    [Test]
    public async Task Controllers_ThatAKilledHostLeftWithoutDriver_SaysWhatHelps()
    {
        var bus = new MachineBus().With("0a12:0001", "1", isLeft: true).With("0bda:8771", "2");
        await using var run = Start(bus, 80, "--json");
        Assert.That(await run.ExitCode, Is.Zero, run.Error);
        Assert.That(
            run.Objects.Where(static item => item.GetProperty("kind").GetString() == "controller-advice").Select(static item => item.GetProperty("advice").GetString()),
            Has.Exactly(1).EqualTo(
                "usb:0a12:0001: A host that was killed has left it without the kernel's driver; start and stop a host on it once, or plug it in again."));
    }

    [TestCase("/var/lib/hoststack:/var/lib/more", "/var/lib/hoststack/usb")]
    [TestCase("", null)]
    [TestCase("state/hoststack", null)]
    [TestCase("state:/var/lib/hoststack", null)]
    [TestCase(null, null)]
    [Platform("Linux", Reason = "Drivers are taken from devices on Linux: run this there.")]
    public void Usb_OfAService_NotesInItsStateFolderWhichDriversItTook(string? state, string? folder)
    {
        var bus = MachineUsb.Make(name => name == "STATE_DIRECTORY" ? state : null, null);
        Assert.That(bus.RuntimeFolder, Is.EqualTo(folder ?? LibUsbBus.DefaultRuntimeFolder));
    }

    [Test]
    public async Task Usb_OfTheMachine_IsWhereCommandsLook()
    {
        await using var run = Start(new MachineBus(), 80, "scan", "--controller", "usb:");
        Assert.That(await run.ExitCode, Is.EqualTo(ExitCode.Unavailable));
        Assert.That(run.Error, Is.EqualTo("hoststack: No USB Bluetooth controller is plugged in; plug one in."));
    }

    private const string Table = """
                                       USB controllers
        ╭─────────────────┬───────┬─────────────────┬──────────────┬────────┬────────╮
        │ Controller      │ Port  │ Product         │ Chip         │ Driver │ Usable │
        ├─────────────────┼───────┼─────────────────┼──────────────┼────────┼────────┤
        │ usb:0a12:0001#1 │ 1.2.3 │ –               │ CSR BlueCore │ btusb  │ yes    │
        │ usb:0bda:8771   │ 1.4   │ Bluetooth Radio │ RTL8761BU    │ –      │ no     │
        │ usb:0a12:0001#2 │ 1.10  │ CSR8510 A10     │ CSR BlueCore │ btusb  │ yes    │
        │ usb:8087:0029   │ 1.14  │ –               │ Intel AX200  │ btusb  │ yes    │
        ╰─────────────────┴───────┴─────────────────┴──────────────┴────────┴────────╯
        ✗ No permission to open the USB device 0bda:8771 (Bluetooth Radio) at 1.4; put
          packaging/udev/70-hoststack.rules into /etc/udev/rules.d and plug it in
          again, or run as root.
        ! usb:0bda:8771: The firmware of the RTL8761BU, rtl_bt/rtl8761bu_fw.bin, is
          missing (looked in /no/firmware); install the package firmware-realtek
          (Debian) or linux-firmware, or name the folder that has it with --firmware
          DIR.
        ! usb:8087:0029: The firmware of Intel chips is not loaded by this host: on
          Linux let the kernel load it and write hci-user:N (N as 'hciconfig' or
          'btmgmt info' number it), elsewhere use another dongle.
        · The driver btusb gives way while hoststack uses a controller, and gets it
          back afterwards.

                     Adapters of the kernel
        ╭────────────┬─────────────┬───────────┬────────╮
        │ Controller │ Product     │ USB       │ Usable │
        ├────────────┼─────────────┼───────────┼────────┤
        │ hci-user:0 │ CSR8510 A10 │ 0a12:0001 │ no     │
        │ hci-user:1 │ –           │ –         │ yes    │
        ╰────────────┴─────────────┴───────────┴────────╯
        ✗ The adapter hci0 is up; take it down.

                   Serial ports, where a controller may be
        ╭─────────────────────────┬─────────────────────────┬────────╮
        │ H4                      │ H5 (three wires)        │ Usable │
        ├─────────────────────────┼─────────────────────────┼────────┤
        │ h4:serial:/dev/ttyS4    │ h5:serial:/dev/ttyS4    │ no     │
        │ h4:serial:/dev/ttyUSB0  │ h5:serial:/dev/ttyUSB0  │ no     │
        │ h4:serial:/dev/ttyUSB10 │ h5:serial:/dev/ttyUSB10 │ yes    │
        │ h4:serial:/dev/ttymxc2  │ h5:serial:/dev/ttymxc2  │ yes    │
        ╰─────────────────────────┴─────────────────────────┴────────╯
        ✗ No permission to open /dev/ttyS4; join its group.
        ✗ /dev/ttyUSB0 is in use: process 321 has locked it (/run/lock/LCK..ttyUSB0);
          end that program and try again.
        """;

    [TestCase("info", true)]
    [TestCase("warning", false)]
    public async Task Usb_WhatItsDoorFinds_IsInTheLogOfTheRun(string level, bool isLogged)
    {
        // A release that copies have: it is let sleep first, and this machine cannot.
        var bus = new MachineBus().With("0a12:0001", "1", release: 0x8891);
        await using var run = Start(bus, 80, "scan", "--controller", "usb:", "--log", level);
        Assert.That(await run.ExitCode, Is.Not.Zero);
        Assert.That(run.Error, isLogged ? Does.Contain("0a12:0001 could not be let sleep once") : Does.Not.Contain("sleep"));
    }

    private CommandRun Start(MachineBus bus, int width, params string[] arguments) => CommandRun.StartWith(
        environment => environment with { Usb = _ => bus, KernelAdapters = () => _adapters, ProbeSerialPort = static port => port == "/dev/ttyS4" ? NoRight : null, SystemRoot = _root.Path, FirmwareFolders = ["/no/firmware"], Variable = _root.Variables.GetValueOrDefault },
        new TestTerminal { Width = width },
        arguments is [] or ["--json"] ? ["controllers", .. arguments] : arguments);

    // Two adapters; of the terminals those that are serial ports: two adapters for serial lines, the UARTs of a board and of two of
    // a PC the one that is there. What stays is of consoles, of Bluetooth, or without a device's node.
    private void MakeSystem()
    {
        _adapters =
        [
            new("hci-user:0", new() { Usb = new(0x0A12, 0x0001), Product = "CSR8510 A10" }, HciIsUp),
            new("hci-user:1", new(), null),
        ];
        foreach (var name in (string[])["ttyUSB0", "ttyUSB10", "ttyS0", "ttyS4", "ttymxc2", "rfcomm0", "tty1", "console"])
        {
            Write($"dev/{name}", "");
        }

        foreach (var name in (string[])["ttyUSB0", "ttyUSB1", "ttyUSB10", "ttyS0", "ttyS4", "ttymxc2", "rfcomm0"])
        {
            Write($"sys/class/tty/{name}/device/uevent", "");
        }

        Write("sys/class/tty/tty1/uevent", "");
        Write("sys/class/tty/console/uevent", "");
        Write("sys/class/tty/ttyS0/type", "0\n");
        Write("sys/class/tty/ttyS4/type", "4\n");
        Write("sys/class/tty/ttymxc2/type", "62\n");
        Write("run/lock/LCK..ttyUSB0", "       321\n");
        Write("run/lock/LCK..ttyUSB10", "       322\n"); // Of a process that has ended.
        Write("proc/321/status", "");
    }

    private void Write(string path, string text)
    {
        var file = _root.File(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
