using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Testing.Firmware;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Vendors;

namespace HostStack.EndToEnd.Tests.Vendors;

/// <summary>Hosts on virtual Broadcom chips: their RAM, their line, their times.</summary>
[TestFixture]
internal sealed class BroadcomTests
{
    private const string Patch = "brcm/BCM20702A1-0a5c-21e8.hcd";
    private const string SerialPatch = "brcm/BCM43430A1.hcd";

    private static readonly (uint Address, byte[] Octets)[] s_writes =
    [
        (0x0021_6104, RealtekFile.Octets(251, seed: 1)), (0x0021_6300, RealtekFile.Octets(251, seed: 2)),
        (0x0021_6104, [1, 2, 3]), (0x0008_1FFE, RealtekFile.Octets(7, seed: 3)),
    ];

    [TestCase(Patch)]
    [TestCase("brcm/BCM-0a5c-21e8.hcd")]
    public void Bcm20702_BehindUsb_TakesItsPatch_AndPings(string name) => World.Run(async world =>
    {
        var model = UsbChip();
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf().With(name, BroadcomFile.Of(s_writes)));
        Assert.That(model.Violations, Is.Empty);
        Assert.That((model.IsPatched, model.Launches), Is.EqualTo((true, 1)));
        Assert.That(model.VendorCommands, Has.None.AnyOf(0xFC18, 0xFC45), "no line, no rate");
        Assert.That((await VendorWorld.InfoAsync(station)).Firmware, Is.EqualTo($"{name}, build 1467"));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void ChipWhoseVersionIsNotKnown_TakesTheFileThatItsIdsAreKnownToTake() => World.Run(async world =>
    {
        var model = new BroadcomModel
        {
            Device = VendorWorld.Usb(0x0A5C, 0x6410),
            Subversion = 0x21A9, // As macOS leaves the BCM20703A1.
            Expected = BroadcomFile.Memory(s_writes),
        };
        var shelf = new FirmwareShelf().With("brcm/BCM20703A1-0a5c-6410.hcd", BroadcomFile.Of(s_writes));
        var station = await VendorWorld.OpenAsync(world, model, shelf);
        Assert.That((model.IsPatched, model.Violations.Count), Is.EqualTo((true, 0)));
        Assert.That((await VendorWorld.InfoAsync(station)).Firmware, Does.StartWith("brcm/BCM20703A1-0a5c-6410.hcd"));
    });

    [TestCase(921_600, false)]
    [TestCase(3_000_000, false)]
    [TestCase(4_000_000, true)]
    public void Bcm43430_BehindAUart_ChangesItsRateBeforeAndAfter(int rate, bool fastClock) => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = SerialChip(line, rate);
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf().With(SerialPatch, BroadcomFile.Of(s_writes)));
        Assert.That(model.Violations, Is.Empty);
        Assert.That(line.HostRates, Is.EqualTo((int[])[rate, 115_200, rate]), "there, back with the launch, there again");
        Assert.That((line.ChipRate, line.Garbled), Is.EqualTo((rate, 0)));
        Assert.That(model.VendorCommands.Count(command => command == 0xFC45), Is.EqualTo(fastClock ? 2 : 0));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void BehindAUart_WithoutAnOperatingRate_StaysAtTheFirst() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = SerialChip(line, null);
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf().With(SerialPatch, BroadcomFile.Of(s_writes)));
        Assert.That(line.HostRates, Is.Empty);
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void AfterAClose_TheNextHostFindsTheChipAtItsFirstRate() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = SerialChip(line, 3_000_000);
        var shelf = new FirmwareShelf().With(SerialPatch, BroadcomFile.Of(s_writes));
        var left = await VendorWorld.LeaveAsync(world, model, shelf);
        Assert.That((line.ChipRate, line.BaudRate, model.IsPatched), Is.EqualTo((115_200, 115_200, true)));

        var second = await world.HostAsync(3, VendorWorld.Options(shelf), on: left);
        Assert.That((line.ChipRate, line.Garbled, second.Credits.Counters.Resets), Is.EqualTo((3_000_000, 0, 0)), "at the first attempt");
        Assert.That((model.Launches, model.Violations.Count), Is.EqualTo((1, 0)));
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void ChipThatDoesNotGoBack_IsReachedAtTheSecondAttempt([Values] bool answers) => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var faults = answers ? new BroadcomFaults { RefusesRate = 115_200 } : new BroadcomFaults { SilentAtRate = 115_200 };
        var model = SerialChip(line, 3_000_000, faults);
        var shelf = new FirmwareShelf().With(SerialPatch, BroadcomFile.Of(s_writes));
        var first = await VendorWorld.OpenAsync(world, model, shelf);
        var closing = first.DisposeAsync().AsTask();
        Assert.That(await world.EndsWithinAsync(closing, TimeSpan.FromSeconds(1.5), "closing"), Is.Null);
        Assert.That((line.ChipRate, line.BaudRate), Is.EqualTo((3_000_000, 3_000_000)));
        var why = answers ? "it refuses 115200 (Update UART Rate: InvalidParameters)" : "it does not answer";
        Assert.That(world.Log.Lines, Has.One.Contains(
            $"is left at 3000000 bits per second, not at 115200: {why}; open it with speed=3000000, or take its power off."));

        var second = await world.HostAsync(3, VendorWorld.Options(shelf), on: first.Controller);
        Assert.That((line.BaudRate, model.Launches), Is.EqualTo((3_000_000, 1)));
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void RateThatCannotBe_LeavesTheFirst_AndPings([Values] bool byThePort) => World.Run(async world =>
    {
        var line = new VirtualLine(115_200) { HighestRate = byThePort ? 921_600 : int.MaxValue };
        var model = SerialChip(line, 3_000_000, new BroadcomFaults { RefusesRate = 3_000_000 });
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf().With(SerialPatch, BroadcomFile.Of(s_writes)));
        Assert.That((line.ChipRate, line.BaudRate, line.Garbled, model.IsPatched), Is.EqualTo((115_200, 115_200, 0, true)));
        Assert.That(model.Violations, Is.Empty);
        Assert.That(model.VendorCommands.Contains((ushort)0xFC18), Is.Not.EqualTo(byThePort));
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.StartsWith("The BCM43430A1 stays at 115200 bits per second: "));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void NoPatch_IsAWarning_AndTheRomPings() => World.Run(async world =>
    {
        var model = UsbChip();
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf());
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.EqualTo(
            "The BCM20702A1 runs from its ROM: The firmware of the BCM20702A1, brcm/BCM20702A1-0a5c-21e8.hcd or brcm/BCM-0a5c-21e8.hcd, is missing (looked in the shelf); install broadcom-bt-firmware (github.com/winterheart/broadcom-bt-firmware; Debian has no package of it), or name the folder that has it with --firmware DIR."));
        Assert.That(model.VendorCommands, Is.Empty);
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void WrongPatch_IsAWarning_AndNothingIsSent() => World.Run(async world =>
    {
        var model = UsbChip();
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf().With(Patch, "<html>"u8.ToArray()));
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.Contains("/shelf/brcm/BCM20702A1-0a5c-21e8.hcd is no firmware"));
        Assert.That(model.VendorCommands, Is.Empty);
    });

    [Test]
    public void AfterAReset_ThePatchIsThere() => World.Run(async world =>
    {
        var model = UsbChip();
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf().With(Patch, BroadcomFile.Of(s_writes)));
        station.Controller.RaiseHardwareError();
        await world.UntilAsync(() => station.EventsOf<ControllerOpened>().Any(opened => opened.Epoch == 2), "the controller is back");
        Assert.That((model.Launches, model.Violations.Count), Is.EqualTo((1, 0)));
    });

    [Test]
    public void AnAddress_IsGiven_AndUsed() => World.Run(async world =>
    {
        var model = UsbChip();
        var shelf = new FirmwareShelf().With(Patch, BroadcomFile.Of(s_writes));
        var station = await VendorWorld.OpenAsync(world, model, shelf, "00:11:22:33:44:55");
        Assert.That(station.Host.Address, Is.EqualTo(BdAddr.Parse("00:11:22:33:44:55")));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void AnAddress_Refused_EndsTheOpening() => World.Run(async world =>
    {
        var model = UsbChip(new BroadcomFaults { RefusesAddress = true });
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(world, model, new FirmwareShelf(), "00:11:22:33:44:55")),
            Does.StartWith("The controller cannot be given the address 00:11:22:33:44:55: The BCM20702A1 refuses it"));
    });

    [Test]
    public void Record_Refused_IsAWarning_AndTheRomPings([Range(0, 3)] int at) =>
        RefusedPatchLeavesTheRom(new BroadcomFaults { RefusesAt = at }, $"record {at + 1} of 5: InvalidParameters");

    [Test]
    public void Launch_Refused_IsAWarning_AndTheRomPings() =>
        RefusedPatchLeavesTheRom(new BroadcomFaults { RefusesLaunch = true }, "record 5 of 5: InvalidParameters");

    [Test]
    public void Minidriver_Refused_IsAWarning_AndTheRomPings() =>
        RefusedPatchLeavesTheRom(new BroadcomFaults { RefusesMinidriver = true }, "Download Minidriver: CommandDisallowed");

    [Test]
    public void Record_RefusedBehindAUart_TheRomPingsAtTheOperatingRate() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = SerialChip(line, 3_000_000, new BroadcomFaults { RefusesAt = 2 });
        var shelf = new FirmwareShelf().With(SerialPatch, BroadcomFile.Of(s_writes));
        var station = await VendorWorld.OpenAsync(world, model, shelf, "00:11:22:33:44:55");
        Assert.That((line.ChipRate, line.BaudRate, line.Garbled), Is.EqualTo((3_000_000, 3_000_000, 0)));
        Assert.That((model.IsPatched, model.Violations.Count), Is.EqualTo((false, 0)));
        Assert.That(station.Host.Address, Is.EqualTo(BdAddr.Parse("00:11:22:33:44:55")), "what does not need the patch is done");
        await VendorWorld.PingAsync(world, station);
    });

    [TestCase("00 00 c0 c6 2d 00", true)] // 3,000,000, as hci_bcm and brcm_patchram_plus send it
    [TestCase("01 00 c0 c6 2d 00", false)]
    [TestCase("00 40 c0 c6 2d 00", false)]
    [TestCase("00 00 00 10 0e 00", false)] // 921,600
    [TestCase("00 00 c0 c6 2d 01", false)]
    public void Model_UpdateUartRate_JudgesEveryOctet(string parameters, bool isRight) => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = SerialChip(line, 3_000_000);
        var raw = await world.RawAsync(new ControllerOptions { Vendor = model });
        raw.Command(0xFC18, parameters);
        await world.DelayAsync(10);
        Assert.That((model.Violations.Count, line.ChipRate), Is.EqualTo(isRight ? (0, 3_000_000) : (1, 115_200)));
    });

    [Test]
    public void Record_NotAnswered_EndsInTime([Range(0, 3)] int at) => World.Run(async world =>
        Assert.That(await FailureAsync(world, new BroadcomFaults { SilentAt = at }), Does.StartWith("The controller did not answer command 0x3F|0x004C")));

    [Test]
    public void Record_Unplugged_IsOneException([Range(0, 3)] int at) => World.Run(async world =>
        Assert.That(
            await FailureAsync(world, new BroadcomFaults { UnpluggedAt = at }, TimeSpan.FromSeconds(1)), Does.Contain("was lost")));

    private static Task<string> FailureAsync(World world, BroadcomFaults faults, TimeSpan? limit = null) =>
        VendorWorld.SentenceOfFailureAsync(
            world, VendorWorld.OpenAsync(world, UsbChip(faults), new FirmwareShelf().With(Patch, BroadcomFile.Of(s_writes))), limit);

    private static BroadcomModel UsbChip(BroadcomFaults? faults = null) => new()
    {
        Device = VendorWorld.Usb(0x0A5C, 0x21E8, 0x0112),
        Expected = BroadcomFile.Memory(s_writes),
        Faults = faults ?? new BroadcomFaults(),
    };

    private static void RefusedPatchLeavesTheRom(BroadcomFaults faults, string refusal) => World.Run(async world =>
    {
        var model = UsbChip(faults);
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf().With(Patch, BroadcomFile.Of(s_writes)));
        var controller = await VendorWorld.InfoAsync(station);
        Assert.That(controller.Quirks, Has.One.EqualTo(
            $"The BCM20702A1 runs from its ROM: it refuses /shelf/{Patch} ({refusal}); put the right file there, or name its folder with --firmware DIR."));
        Assert.That((controller.Firmware, model.IsPatched), Is.EqualTo(((string?)null, false)));
        Assert.That(model.Violations, Is.Empty);
        Assert.That(station.Credits.Counters.Resets, Is.Zero, "up at the first attempt");
        await VendorWorld.PingAsync(world, station);
    });

    private static BroadcomModel SerialChip(VirtualLine line, int? rate, BroadcomFaults? faults = null) => new()
    {
        Faults = faults ?? new BroadcomFaults(),
        Device = new() { Vendor = "bcm", OperatingRate = rate },
        Line = line,
        Subversion = 0x2209,
        Expected = BroadcomFile.Memory(s_writes),
    };
}
