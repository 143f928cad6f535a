using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.Testing.Firmware;
using HostStack.VirtualController.Vendors;

namespace HostStack.EndToEnd.Tests.Vendors;

/// <summary>Hosts on virtual Realtek chips, which check every octet of what they are given.</summary>
[TestFixture]
internal sealed class RealtekTests
{
    private const string Firmware = "rtl_bt/rtl8761bu_fw.bin";
    private const string Configuration = "rtl_bt/rtl8761bu_config.bin";
    private const uint Version = 0xDFC6D922;

    private static readonly byte[] s_configuration = RealtekFile.Configuration((0x0030, [1, 2, 3, 4, 5, 6]));

    // As long as the one of the real chip: 120 commands with the configuration.
    [TestCase(30_204)]
    [TestCase(300)]
    [TestCase(504 - 15)] // With the configuration two full commands, and an empty one.
    [TestCase(40_000)] // More than 128 commands: the index goes round.
    public void Rtl8761bu_TakesItsPatch_AndPings(int length) => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(length, seed: length);
        var model = Chip([.. Downloaded(patch), .. s_configuration]);
        var station = await VendorWorld.OpenAsync(world, model, Shelf(patch));
        Assert.That(model.Violations, Is.Empty);
        Assert.That((model.IsPatched, model.Downloads), Is.EqualTo((true, 1)));
        Assert.That(station.Credits.Counters.Resets, Is.Zero, "at the first attempt");
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void AfterAReset_ThePatchIsThere_AndStays() => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(1000, seed: 3);
        var model = Chip([.. Downloaded(patch), .. s_configuration]);
        var shelf = Shelf(patch);
        var station = await VendorWorld.OpenAsync(world, model, shelf);
        var commands = model.VendorCommands.Count;
        shelf.Asked.Clear();
        station.Controller.RaiseHardwareError();
        await world.UntilAsync(() => station.EventsOf<ControllerOpened>().Any(opened => opened.Epoch == 2), "the controller is back");
        Assert.That(model.VendorCommands, Has.Count.EqualTo(commands), "nothing is asked of a chip whose firmware runs");
        Assert.That(shelf.Asked, Is.Empty);
        await VendorWorld.PingAsync(world, station);
    });

    // Another host's patch, or this one's before its file was changed.
    [TestCase(0x0BDA, 0x8771, false)]
    [TestCase(0x0BDA, 0x8771, true)]
    [TestCase(0x0BDA, 0x1234, false)] // Not listed: which chip it is, only its ROM tells.
    public void PatchThatIsThere_IsDropped_AndTheFileLoaded(int vendor, int product, bool leaves) => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(1000, seed: 12);
        var model = Chip(
            [.. Downloaded(patch), .. s_configuration],
            new RealtekFaults { LeavesWhenItDrops = leaves },
            VendorWorld.Usb((ushort)vendor, (ushort)product));
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(patch));
        Assert.That((model.IsPatched, model.Drops), Is.EqualTo((true, 0)));

        var second = await world.HostAsync(3, VendorWorld.Options(Shelf(patch)), on: left);
        Assert.That(model.Violations, Is.Empty);
        Assert.That((model.Drops, model.Downloads, model.IsPatched), Is.EqualTo((1, 2, true)));
        Assert.That((await VendorWorld.InfoAsync(second)).Firmware, Is.EqualTo($"{Firmware}, 0xDFC6D922"));
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void PatchThatIsThere_WithoutAFile_Stays() => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(1000, seed: 13);
        var model = Chip([.. Downloaded(patch), .. s_configuration]);
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(patch));

        var otherChips = new FirmwareShelf().With("rtl_bt/rtl8852au_fw.bin", RealtekFile.First(18, Version, (2, patch)));
        var second = await world.HostAsync(3, VendorWorld.Options(otherChips), on: left);
        Assert.That((model.Drops, model.Downloads), Is.EqualTo((0, 1)));
        Assert.That((await VendorWorld.InfoAsync(second)).Firmware, Is.EqualTo("firmware 0xDFC6D922, there already"));
        await VendorWorld.PingAsync(world, second);
    });

    // A file that is cut off, of another chip, a page of a web server. Of a chip that is not listed it may be the one.
    [TestCase(0x0BDA, 0x8771, 500, "it is cut off")]
    [TestCase(0x0BDA, 0x8771, 5, "it begins with neither 'Realtech' nor 'RTBTCore'")]
    [TestCase(0x0BDA, 0x1234, 500, "it is cut off")]
    public void PatchThatIsThere_WithADamagedFile_Stays(int vendor, int product, int length, string why) => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(1000, seed: 15);
        var model = Chip([.. Downloaded(patch), .. s_configuration], device: VendorWorld.Usb((ushort)vendor, (ushort)product));
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(patch));

        var damaged = new FirmwareShelf()
            .With("rtl_bt/rtl8852au_fw.bin", RealtekFile.First(18, Version, (2, patch)))
            .With(Firmware, RealtekFile.First(14, Version, (2, patch))[..length]);
        var second = await world.HostAsync(3, VendorWorld.Options(damaged), on: left);
        Assert.That((model.Drops, model.Downloads, model.IsPatched), Is.EqualTo((0, 1, true)));
        Assert.That((await VendorWorld.InfoAsync(second)).Quirks, Has.One.EqualTo(
            $"The Realtek chip keeps the patch that it has: /shelf/{Firmware} cannot follow it ({why}); put the right file there, or name its folder with --firmware DIR."));
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void PatchThatIsThere_IsDropped_WhereOtherChipsFilesCannotBeRead() => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(1000, seed: 16);
        var model = Chip([.. Downloaded(patch), .. s_configuration], device: VendorWorld.Usb(0x0BDA, 0x1234));
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(patch));

        var shelf = Shelf(patch).WithUnreadable("rtl_bt/rtl8723a_fw.bin").WithUnreadable("rtl_bt/rtl8852au_fw.bin");
        var second = await world.HostAsync(3, VendorWorld.Options(shelf), on: left);
        Assert.That(model.Violations, Is.Empty);
        Assert.That((model.Drops, model.Downloads, model.IsPatched), Is.EqualTo((1, 2, true)));
        Assert.That((await VendorWorld.InfoAsync(second)).Quirks, Is.Empty);
    });

    [Test]
    public void PatchThatTheChipDoesNotDrop_Stays() => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(1000, seed: 14);
        var model = Chip([.. Downloaded(patch), .. s_configuration], new RealtekFaults { KeepsPatch = true });
        var left = await VendorWorld.LeaveAsync(world, model, Shelf(patch));

        var second = await world.HostAsync(3, VendorWorld.Options(Shelf(patch)), on: left);
        Assert.That(model.Violations, Is.Empty);
        Assert.That((model.VendorCommands[^1], model.Downloads), Is.EqualTo(((ushort)0xFC66, 1)), "asked, once");
        Assert.That((await VendorWorld.InfoAsync(second)).Firmware, Is.EqualTo("firmware 0xDFC6D922, there already"));
        await VendorWorld.PingAsync(world, second);
    });

    [Test]
    public void AfterUnplugging_ThePatchIsGone_AndGivenAgain() => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(1000, seed: 4);
        var model = Chip([.. Downloaded(patch), .. s_configuration]);
        var station = await VendorWorld.OpenAsync(world, model, Shelf(patch));
        station.Controller.PowerOff();
        await world.UntilAsync(() => station.EventsOf<ControllerLost>().Any(), "the loss is noticed");
        station.Controller.PowerOn();
        await world.UntilAsync(() => station.EventsOf<ControllerOpened>().Any(opened => opened.Epoch == 2), "the controller is back");
        Assert.That((model.Downloads, model.IsPatched), Is.EqualTo((2, true)));
        Assert.That(model.Violations, Is.Empty);
        await VendorWorld.PingAsync(world, station);
    });

    [TestCase((byte)0, new byte[] { 0x10, 0x11, 0x20, 0x21 })]
    [TestCase((byte)3, new byte[] { 0x30, 0x31, 0x10, 0x11, 0x20, 0x21 })]
    public void Rtl8852cu_SecondFormat_AsksForTheKey(byte key, byte[] expected) => World.Run(async world =>
    {
        var model = new RealtekModel
        {
            Device = VendorWorld.Usb(0x04CA, 0x4007),
            RomSubversion = 0x8852,
            RomRevision = 0x000C,
            RomHciVersion = 0x0C,
            RomVersion = 1,
            Key = key,
            Expected = expected,
        };
        var shelf = new FirmwareShelf().With("rtl_bt/rtl8852cu_fw_v2.bin", RealtekFile.Second(
            25, (3, [(2, 0, 3, [0x30, 0x31]), (2, 0, 4, [0x40])]), (1, [(2, 1, 0, [0x10, 0x11]), (2, 2, 0, [0x20, 0x21])])));
        var station = await VendorWorld.OpenAsync(world, model, shelf);
        Assert.That(model.Violations, Is.Empty);
        Assert.That(model.IsPatched, Is.True);
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void NoFirmware_EndsTheOpening_WithFileFoldersAndPackage() => World.Run(async world =>
    {
        var sentence = await VendorWorld.SentenceOfFailureAsync(
            world, VendorWorld.OpenAsync(world, Chip([]), new FirmwareShelf()), TimeSpan.FromSeconds(1));
        Assert.That(sentence, Is.EqualTo(
            "The firmware of the RTL8761BU, rtl_bt/rtl8761bu_fw.bin, is missing (looked in the shelf); install the package firmware-realtek (Debian) or linux-firmware, or name the folder that has it with --firmware DIR."));
    });

    [Test]
    public void NoConfiguration_WhereItIsNeeded_EndsTheOpening() => World.Run(async world =>
    {
        var model = new RealtekModel
        {
            Device = VendorWorld.Usb(0x0BDA, 0xB009),
            RomSubversion = 0x8723,
            RomRevision = 0x000D,
            RomHciVersion = 0x08,
            Expected = [],
        };
        var shelf = new FirmwareShelf().With("rtl_bt/rtl8723d_fw.bin", RealtekFile.First(9, Version, (2, new byte[20])));
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(world, model, shelf)),
            Does.StartWith("The firmware of the RTL8723D, rtl_bt/rtl8723d_config.bin, is missing"));
        Assert.That(model.Indices, Is.Empty, "nothing was begun");
    });

    [TestCase(new byte[] { 0x3C, 0x68, 0x74, 0x6D, 0x6C, 0x3E, 0x0A }, "it does not begin as a configuration does")]
    [TestCase(new byte[] { 0x55, 0xAB, 0x23, 0x87, 0x10, 0x00, 0x30 }, "it is cut off")]
    public void DamagedConfiguration_OfAChipThatDoesWithout_IsLeftOut(byte[] configuration, string why) => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(300, seed: 9);
        var model = Chip(Downloaded(patch));
        var station = await VendorWorld.OpenAsync(world, model, Shelf(patch).With(Configuration, configuration));
        Assert.That(model.Violations, Is.Empty);
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.EqualTo(
            $"The configuration of the RTL8761BU, /shelf/{Configuration}, is left out: {why}; put the right file there."));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void OddRateInAConfiguration_BehindUsb_IsNothing() => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(300, seed: 10);
        var configuration = RealtekFile.Configuration((0x000C, [0xEF, 0xBE, 0xAD, 0xDE]));
        var model = Chip([.. Downloaded(patch), .. configuration]);
        var station = await VendorWorld.OpenAsync(world, model, Shelf(patch).With(Configuration, configuration));
        Assert.That(model.Violations, Is.Empty);
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Is.Empty);
    });

    [TestCase(0x8922, 0x000A, 0x0C, "The RTL8922 runs from its ROM (LMP subversion 0x8922, HCI revision 0x000A, version 0x0C)")]
    [TestCase(0x8703, 0x000B, 0x06, "The RTL8723CS runs from its ROM (LMP subversion 0x8703, HCI revision 0x000B, version 0x06)")]
    [TestCase(0x8852, 0x0099, 0x0C, "The RTL8852 runs from its ROM (LMP subversion 0x8852, HCI revision 0x0099, version 0x0C)")]
    public void Rom_ThatNoRowIsFor_EndsTheOpening_WithTheWayRound(int subversion, int revision, int version, string sentence) => World.Run(async world =>
    {
        var model = new RealtekModel
        {
            Device = VendorWorld.Usb(0x0BDA, 0x8922),
            RomSubversion = (ushort)subversion,
            RomRevision = (ushort)revision,
            RomHciVersion = (byte)version,
            Expected = [],
        };
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(world, model, new FirmwareShelf()), TimeSpan.FromSeconds(1)),
            Does.StartWith(sentence).And.Contain("a Realtek chip that this host cannot patch").And.Contain("hci-user:N"));
        Assert.That(model.VendorCommands, Is.Empty);
    });

    [Test]
    public void Rtl8761cu_TakesItsPatch() => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(300, seed: 11);
        var model = new RealtekModel
        {
            Device = VendorWorld.Usb(0x0BDA, 0xC761),
            RomRevision = 0x000E,
            RomHciVersion = 0x0C,
            Expected = Downloaded(patch),
        };
        await VendorWorld.OpenAsync(world, model, new FirmwareShelf().With("rtl_bt/rtl8761cu_fw.bin", RealtekFile.First(51, Version, (2, patch))));
        Assert.That(model.Violations, Is.Empty);
        Assert.That(model.IsPatched, Is.True);
    });

    [Test]
    public void WrongFirmware_EndsTheOpening_BeforeAnythingIsSent() => World.Run(async world =>
    {
        var model = Chip([]);
        var shelf = new FirmwareShelf().With(Firmware, RealtekFile.First(8, Version, (2, new byte[20])));
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(world, model, shelf)),
            Is.EqualTo("/shelf/rtl_bt/rtl8761bu_fw.bin is no firmware for this controller: it is for another chip (project 8); put the right file there, or name its folder with --firmware DIR."));
        Assert.That(model.Indices, Is.Empty);
    });

    [Test]
    public void AnAddress_CannotBeGiven() => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(100, seed: 6);
        var model = Chip([.. Downloaded(patch), .. s_configuration]);
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(world, model, Shelf(patch), "00:11:22:33:44:55")),
            Does.StartWith("The controller cannot be given the address 00:11:22:33:44:55: Realtek chips take an address from their configuration file alone"));
    });

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    public void Download_Refused_IsOneSentence(int at) => World.Run(async world =>
        Assert.That(
            await FailureAsync(world, new RealtekFaults { RefusesAt = at }),
            Does.StartWith($"The RTL8761BU refuses its firmware (Download {at + 1} of 3: InvalidParameters)")));

    [Test]
    public void Download_AnsweredTooShort_IsOneSentence() => World.Run(async world =>
        Assert.That(await FailureAsync(world, new RealtekFaults { ShortAnswerAt = 1 }), Does.Contain("1 octets where 2 are due")));

    [Test]
    public void Download_NotAnswered_EndsInTime([Range(0, 2)] int at) => World.Run(async world =>
        Assert.That(
            await FailureAsync(world, new RealtekFaults { SilentAt = at }), Does.StartWith("The controller did not answer command 0x3F|0x0020")));

    [Test]
    public void Download_Unplugged_IsOneException([Range(0, 2)] int at) => World.Run(async world =>
        Assert.That(
            await FailureAsync(world, new RealtekFaults { UnpluggedAt = at }, TimeSpan.FromSeconds(1)), Does.Contain("was lost")));

    [Test]
    public void PatchThatDoesNotStart_IsSaid() => World.Run(async world =>
    {
        var patch = RealtekFile.Octets(600, seed: 7);
        var model = Chip([.. Downloaded(patch), .. s_configuration], new RealtekFaults { StaysInRom = true });
        var station = await VendorWorld.OpenAsync(world, model, Shelf(patch));
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.Contains("still tells the versions of its ROM"));
    });

    private static Task<string> FailureAsync(World world, RealtekFaults faults, TimeSpan? limit = null)
    {
        var patch = RealtekFile.Octets(600, seed: 8);
        var model = Chip([.. Downloaded(patch), .. s_configuration], faults);
        return VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(world, model, Shelf(patch)), limit);
    }

    // The version of the file takes the place of the patch's last four octets.
    private static byte[] Downloaded(byte[] patch) => [.. patch[..^4], 0x22, 0xD9, 0xC6, 0xDF];

    private static RealtekModel Chip(byte[] expected, RealtekFaults? faults = null, ControllerDevice? device = null) => new()
    {
        Device = device ?? VendorWorld.Usb(0x0BDA, 0x8771),
        Expected = expected,
        Faults = faults ?? new RealtekFaults(),
    };

    // Patches for three ROMs; the chip's is version 1, whose chip id is 2.
    private static FirmwareShelf Shelf(byte[] patch) => new FirmwareShelf()
        .With(Firmware, RealtekFile.First(14, Version, (1, new byte[64]), (2, patch), (3, new byte[64])))
        .With(Configuration, s_configuration);
}
