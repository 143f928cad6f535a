using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Transport.Serial;
using HostStack.Testing.Firmware;
using HostStack.VirtualController.Vendors;

namespace HostStack.EndToEnd.Tests.Vendors;

/// <summary>Hosts on virtual Realtek chips behind a UART: its rate, and what their configuration makes of it.</summary>
[TestFixture]
internal sealed class RealtekLineTests
{
    private const string Configuration = "rtl_bt/rtl8723ds_config.bin";

    private static readonly byte[] s_patch = RealtekFile.Octets(600, seed: 5);
    private static readonly byte[] s_fast = RealtekFile.Configuration((0x000C, [0x02, 0x80, 0x92, 0x04]));

    [Test]
    public void Rtl8723ds_GoesToTheRateOfItsConfiguration() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line, s_fast);
        var station = await VendorWorld.OpenAsync(world, model, Shelf(s_fast));
        Assert.That(model.Violations, Is.Empty);
        Assert.That((line.BaudRate, line.ChipRate, line.Garbled), Is.EqualTo((1_500_000, 1_500_000, 0)));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void AfterAClose_TheNextHostFindsTheChipAtItsFirstRate_AndLoadsItAgain([Values] bool knowsTheRate) => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line, s_fast, operatingRate: knowsTheRate ? 1_500_000 : null);
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(s_fast));
        Assert.That((line.ChipRate, line.BaudRate, model.IsPatched), Is.EqualTo((115_200, 115_200, true)));

        var second = await world.HostAsync(3, VendorWorld.Options(Shelf(s_fast)), on: left);
        Assert.That((line.Garbled, model.Drops, model.Downloads, second.Credits.Counters.Resets), Is.EqualTo((0, 1, 2, 0)), "at the first attempt");
        Assert.That((line.BaudRate, line.ChipRate), Is.EqualTo((1_500_000, 1_500_000)), "by the configuration, whatever else is known");
        Assert.That((await VendorWorld.InfoAsync(second)).Quirks, Is.Empty);
        Assert.That(model.Violations, Is.Empty);
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void AfterAClose_WithoutAFile_TheChipKeepsItsPatch_AndGoesUpAgain([Values] bool knowsTheRate) => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line, s_fast, operatingRate: knowsTheRate ? 1_500_000 : null);
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(s_fast));

        var withoutConfiguration = new FirmwareShelf().With("rtl_bt/rtl8723ds_fw.bin", RealtekFile.First(9, 0xDFC6D922, (2, s_patch)));
        var second = await world.HostAsync(3, VendorWorld.Options(withoutConfiguration), on: left);
        Assert.That((line.Garbled, model.Drops, model.Downloads, second.Credits.Counters.Resets), Is.EqualTo((0, 0, 1, 0)), "at the first attempt");
        var rate = knowsTheRate ? 1_500_000 : 115_200;
        Assert.That((line.BaudRate, line.ChipRate), Is.EqualTo((rate, rate)));
        Assert.That((await VendorWorld.InfoAsync(second)).Quirks.Count(static quirk => quirk.Contains("write that rate as speed=")), Is.EqualTo(knowsTheRate ? 0 : 1));
        Assert.That(model.Violations, Is.Empty);
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void AfterAClose_WithADamagedConfiguration_TheChipKeepsItsPatch() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line, s_fast, operatingRate: 1_500_000);
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(s_fast));

        var second = await world.HostAsync(3, VendorWorld.Options(Shelf(s_fast[..^1])), on: left);
        Assert.That((model.Drops, model.Downloads, model.Violations.Count), Is.EqualTo((0, 1, 0)));
        Assert.That((await VendorWorld.InfoAsync(second)).Quirks, Has.One.EqualTo(
            $"The Realtek chip keeps the patch that it has: /shelf/{Configuration} cannot follow it (it is cut off); put the right file there, or name its folder with --firmware DIR."));
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void AfterAClose_WhereOtherChipsFilesCannotBeRead_TheFileIsLoadedAgain() => World.Run(async world =>
    {
        var model = Chip(new VirtualLine(115_200), s_fast);
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(s_fast));

        var shelf = Shelf(s_fast).WithUnreadable("rtl_bt/rtl8723bs_fw.bin").WithUnreadable("rtl_bt/rtl8821cs_fw.bin");
        await world.HostAsync(3, VendorWorld.Options(shelf), on: left);
        Assert.That((model.Drops, model.Downloads, model.Violations.Count), Is.EqualTo((1, 2, 0)));
    });

    // Its ROM would answer at 115200, where this host's line never is.
    [Test]
    public void ChipThatAnotherHostLeftAtTheRateOfTheLine_KeepsItsPatch() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line, s_fast, faults: new RealtekFaults { RefusesRate = 115_200 });
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(s_fast));
        Assert.That((line.ChipRate, model.IsPatched), Is.EqualTo((1_500_000, true)));

        line.FirstRate = 1_500_000;
        var second = await world.HostAsync(3, VendorWorld.Options(Shelf(s_fast)), on: left);
        Assert.That((model.Drops, model.Downloads, model.Violations.Count), Is.EqualTo((0, 1, 0)));
        Assert.That((await VendorWorld.InfoAsync(second)).Firmware, Is.EqualTo("firmware 0xDFC6D922, there already"));
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void ChipThatWasLeftAtItsRate_GoesToTheFirstOne_BeforeItDropsItsPatch() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line, s_fast, operatingRate: 1_500_000, new RealtekFaults { RefusesRate = 115_200 });
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(s_fast));
        Assert.That((line.ChipRate, model.IsPatched), Is.EqualTo((1_500_000, true)), "as after a host that was killed");

        model.Faults = new RealtekFaults();
        line.HostRates.Clear();
        var second = await world.HostAsync(3, VendorWorld.Options(Shelf(s_fast)), on: left);
        Assert.That((model.Drops, model.Downloads), Is.EqualTo((1, 2)));
        Assert.That(line.HostRates, Is.EqualTo((int[])[1_500_000, 115_200, 1_500_000]));
        Assert.That(model.Violations, Is.Empty);
        await VendorWorld.PingAsync(world, second);
    });

    [TestCase(SerialFlowControl.None, true)]
    [TestCase(SerialFlowControl.RtsCts, false)]
    [TestCase(null, false)]
    public void ConfigurationWithFlowControl_OnALineWithout_IsWarnedOf(SerialFlowControl? flow, bool isWarned) => World.Run(async world =>
    {
        var configuration = RealtekFile.Configuration((0x000C, [0x02, 0x80, 0x92, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0x04]));
        var model = Chip(new VirtualLine(115_200), configuration, flow: flow);
        var station = await VendorWorld.OpenAsync(world, model, Shelf(configuration));
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Is.EqualTo(isWarned
            ? (string[])["The RTL8723DS uses RTS and CTS, as /shelf/rtl_bt/rtl8723ds_config.bin says, and its line does not (flow=none), so that octets may be lost; write flow=rtscts where both are wired, else put a configuration without flow control there."]
            : []));
        Assert.That(model.Violations, Is.Empty);
    });

    [Test]
    public void ChipThatDoesNotGoBack_IsReachedAtTheSecondAttempt() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line, s_fast, operatingRate: 1_500_000, new RealtekFaults { RefusesRate = 115_200 });
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(s_fast));
        Assert.That((line.ChipRate, model.IsPatched), Is.EqualTo((1_500_000, true)), "closing takes no power");
        Assert.That(world.Log.Lines, Has.One.Contains("is left at 1500000 bits per second, not at 115200: it refuses 115200 (Set Rate: InvalidParameters)"));

        var second = await world.HostAsync(3, VendorWorld.Options(Shelf(s_fast)), on: left);
        Assert.That((line.BaudRate, model.Downloads, model.Violations.Count), Is.EqualTo((1_500_000, 1, 0)));
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void ChipThatDoesNotGoBack_WithoutAnOperatingRate_IsToldTheRemedy() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line, s_fast, faults: new RealtekFaults { SilentAtRate = 115_200 });
        var first = await VendorWorld.OpenAsync(world, model, Shelf(s_fast));
        var closing = first.DisposeAsync().AsTask();
        Assert.That(await world.EndsWithinAsync(closing, TimeSpan.FromSeconds(1.5), "closing"), Is.Null);
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, world.HostAsync(3, VendorWorld.Options(Shelf(s_fast)), on: first.Controller)),
            Does.Contain("did not answer").And.Contain("write that rate as speed="));
    });

    [Test]
    public void RateThatCannotBe_StaysAtTheFirst_AndTheConfigurationSaysSoToo([Values] bool byThePort) => World.Run(async world =>
    {
        var line = new VirtualLine(115_200) { HighestRate = byThePort ? 921_600 : int.MaxValue };
        var model = Chip(
            line, RealtekFile.Configuration((0x000C, [0x14, 0xC0, 0x52, 0x02])), faults: new RealtekFaults { RefusesRate = 1_500_000 });
        var station = await VendorWorld.OpenAsync(world, model, Shelf(s_fast));
        Assert.That((line.ChipRate, line.BaudRate, line.Garbled, model.IsPatched), Is.EqualTo((115_200, 115_200, 0, true)));
        Assert.That(model.Violations, Is.Empty);
        Assert.That(model.VendorCommands.Contains((ushort)0xFC17), Is.Not.EqualTo(byThePort));
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.StartsWith("The RTL8723DS stays at 115200 bits per second: "));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void RateThatIsNotKnown_StaysAtTheFirst_AndTheConfigurationSaysSoToo() => World.Run(async world =>
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line, RealtekFile.Configuration((0x0030, [1]), (0x000C, [0x14, 0xC0, 0x52, 0x02])));
        var station = await VendorWorld.OpenAsync(
            world, model, Shelf(RealtekFile.Configuration((0x0030, [1]), (0x000C, [0xEF, 0xBE, 0xAD, 0xDE]))));
        Assert.That(model.Violations, Is.Empty);
        Assert.That((line.BaudRate, line.ChipRate, line.Garbled), Is.EqualTo((115_200, 115_200, 0)));
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.EqualTo(
            "The RTL8723DS stays at 115200 bits per second: in /shelf/rtl_bt/rtl8723ds_config.bin the rate 0xDEADBEEF of the UART is not known."));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void DamagedConfiguration_ThatIsNeeded_EndsTheOpening() => World.Run(async world =>
    {
        var model = Chip(new VirtualLine(115_200), []);
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(world, model, Shelf(s_fast[..^1]))),
            Does.StartWith($"/shelf/{Configuration} is no firmware for this controller: it is cut off"));
        Assert.That(model.Indices, Is.Empty);
    });

    [Test]
    public void Model_RateThatIsNotTheConfigurations_IsAViolation() => World.Run(async world =>
    {
        var faster = RealtekFile.Configuration((0x000C, [0x01, 0x50, 0x00, 0x00]));
        var model = Chip(new VirtualLine(115_200), faster);
        await VendorWorld.OpenAsync(world, model, Shelf(faster));
        Assert.That(model.Violations, Is.EqualTo((string[])["4000000 bits per second are not the 1500000 of the configuration"]));
    });

    private static RealtekModel Chip(VirtualLine line, byte[] configuration, int? operatingRate = null, RealtekFaults? faults = null, SerialFlowControl? flow = null) => new()
    {
        Device = new() { Vendor = "rtk", OperatingRate = operatingRate, FlowControl = flow },
        Line = line,
        Faults = faults ?? new RealtekFaults(),
        ConfiguredRate = 1_500_000,
        RomSubversion = 0x8723,
        RomRevision = 0x000D,
        RomHciVersion = 0x08,
        Expected = [.. s_patch[..^4], 0x22, 0xD9, 0xC6, 0xDF, .. configuration],
    };

    private static FirmwareShelf Shelf(byte[] configuration) => new FirmwareShelf()
        .With("rtl_bt/rtl8723ds_fw.bin", RealtekFile.First(9, 0xDFC6D922, (2, s_patch)))
        .With(Configuration, configuration);
}
