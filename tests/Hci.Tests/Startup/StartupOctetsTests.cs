using HostStack.Hci.Tests.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Firmware;

namespace HostStack.Hci.Tests.Startup;

/// <summary>What goes over the wire before the standard bring-up, octet by octet, as the makers' public tools send it.</summary>
[TestFixture]
public sealed class StartupOctetsTests
{
    private static readonly byte[] s_version = [0x01, 0x01, 0x10, 0x00];
    private static readonly byte[] s_reset = [0x01, 0x03, 0x0C, 0x00];

    // brcm_patchram_plus and hci_bcm: clock, rate, minidriver, records, rate again.
    [Test]
    public async Task Broadcom_BehindAUart_SendsTheOctetsOfThePatchTool()
    {
        var shelf = new FirmwareShelf().With("brcm/BCM43430A1.hcd", BroadcomFile.Of((0x0021_6104, [0x01, 0x02])));
        await using var rig = StartupRig.Of(shelf, new ControllerDevice { Vendor = "bcm", OperatingRate = 4_000_000 }, "AA:BB:CC:DD:EE:FE");
        rig.Transport.Line = new FakeLine();
        rig.Controller.Returns[0x1001] = [0x00, 0x07, 0x00, 0x20, 0x07, 0x0F, 0x00, 0x09, 0x22];
        rig.Controller.Returns[0x1009] = [0x00, 0xFE, 0xEE, 0xDD, 0xCC, 0xBB, 0xAA];
        await rig.OpenInStepsAsync();

        Assert.That(rig.Transport.Sent.Take(13), Is.EqualTo((byte[][])
        [
            s_reset, s_version,
            [0x01, 0x45, 0xFC, 0x01, 0x01], // 48 MHz
            [0x01, 0x18, 0xFC, 0x06, 0x00, 0x00, 0x00, 0x09, 0x3D, 0x00], // 4,000,000
            [0x01, 0x2E, 0xFC, 0x00],
            [0x01, 0x4C, 0xFC, 0x06, 0x04, 0x61, 0x21, 0x00, 0x01, 0x02],
            [0x01, 0x4E, 0xFC, 0x04, 0xFF, 0xFF, 0xFF, 0xFF],
            s_reset,
            [0x01, 0x45, 0xFC, 0x01, 0x01],
            [0x01, 0x18, 0xFC, 0x06, 0x00, 0x00, 0x00, 0x09, 0x3D, 0x00],
            s_version,
            [0x01, 0x01, 0xFC, 0x06, 0xFE, 0xEE, 0xDD, 0xCC, 0xBB, 0xAA], // the address, its last octet first
            s_reset, // the bring-up
        ]));
        Assert.That(((FakeLine)rig.Transport.Line).Rates, Is.EqualTo((int[])[4_000_000, 115_200, 4_000_000]));
    }

    [Test]
    public async Task Broadcom_RateOf3Mbit_HasTheOctetsThatEverybodySends()
    {
        await using var rig = StartupRig.Of(new FirmwareShelf(), new ControllerDevice { Vendor = "bcm", OperatingRate = 3_000_000 });
        rig.Transport.Line = new FakeLine();
        await rig.OpenInStepsAsync();
        Assert.That(rig.Transport.Sent, Has.Some.EqualTo((byte[])[0x01, 0x18, 0xFC, 0x06, 0x00, 0x00, 0xC0, 0xC6, 0x2D, 0x00]));
        Assert.That(rig.Controller.OpCodes, Has.None.EqualTo((ushort)0xFC45), "the slow clock does");
    }

    // btusb.c, btusb_setup_csr: the versions first, where the release is one of early originals; Reset for a copy alone.
    [TestCase(0x0115, 0x73, 0x73, new ushort[] { 0x1001, 0x1001, 0x1002 }, TestName = "Csr_EarlyOriginal_IsNotReset")]
    [TestCase(0x0100, 0x10, 0x73, new ushort[] { 0x1001, 0x0C03, 0x1001, 0x1002 }, TestName = "Csr_CopyWithAnEarlyRelease_IsReset")]
    [TestCase(0x0117, 0x75, 0x75, new ushort[] { 0x0C03, 0x1001, 0x1002 }, TestName = "Csr_LaterOriginal_IsResetBeforeAllElse")]
    public async Task Csr_FirstCommands_AreTheKernels(int release, int revision, int subversion, ushort[] expected)
    {
        await using var rig = StartupRig.Of(
            new FirmwareShelf(), new ControllerDevice { Usb = new UsbId(0x0A12, 0x0001), Release = (ushort)release });
        rig.Controller.Returns[ScriptedController.ReadVersion] =
            [0x00, 0x01, (byte)revision, 0x00, 0x01, 0x0A, 0x00, (byte)subversion, 0x00];
        await rig.OpenInStepsAsync();
        Assert.That(rig.Controller.OpCodes.Take(expected.Length), Is.EqualTo(expected));
    }

    // btusb.c, btusb_setup_bcm92035: before the kernel's own Reset.
    [Test]
    public async Task Bcm92035_IsPreparedAsTheKernelDoes()
    {
        await using var rig = StartupRig.Of(new FirmwareShelf(), new ControllerDevice { Usb = new UsbId(0x0A5C, 0x2009) });
        rig.Controller.Returns[0xFC3B] = [0x00];
        await rig.OpenInStepsAsync();
        Assert.That(rig.Transport.Sent.Take(2), Is.EqualTo((byte[][])[[0x01, 0x3B, 0xFC, 0x01, 0x00], s_reset]));
        Assert.That(rig.Controller.OpCodes.Count(static code => code >= 0xFC00), Is.EqualTo(1));
        Assert.That(rig.Host.Controller!.Quirks, Has.None.Contains("BCM92035"));
    }

    [Test]
    public async Task Bcm92035_ThatRefusesToBePrepared_IsUsedAsItIs()
    {
        await using var rig = StartupRig.Of(new FirmwareShelf(), new ControllerDevice { Usb = new UsbId(0x0A5C, 0x2009) });
        rig.Controller.Returns[0xFC3B] = [0x01];
        await rig.OpenInStepsAsync();
        Assert.That(rig.Host.Controller!.Quirks, Has.One.EqualTo(
            "The BCM92035 refuses the command that prepares it (0xFC3B: UnknownCommand); it is used as it is."));
    }

    [TestCase(0x0A5C, 0x2009, "none")]
    [TestCase(0x0A5C, 0x200A, null)]
    public async Task Bcm2035_OfOtherIdsOrByTheOperatorsWord_GetsNothing(int vendor, int product, string? said)
    {
        await using var rig = StartupRig.Of(new FirmwareShelf(), new ControllerDevice { Usb = new UsbId((ushort)vendor, (ushort)product), Vendor = said });
        await rig.OpenInStepsAsync();
        Assert.That(rig.Controller.OpCodes, Has.None.GreaterThanOrEqualTo((ushort)0xFC00));
    }

    [Test]
    public async Task Realtek_BehindUsb_SendsTheOctetsOfTheKernel()
    {
        var shelf = new FirmwareShelf()
            .With("rtl_bt/rtl8761bu_fw.bin", RealtekFile.First(14, 0xDFC6D922, (2, RealtekFile.Octets(300, seed: 1))))
            .With("rtl_bt/rtl8761bu_config.bin", [0x55, 0xAB, 0x23, 0x87, 0x00, 0x00]);
        await using var rig = StartupRig.Of(shelf, new ControllerDevice { Usb = new UsbId(0x0BDA, 0x8771) });
        rig.Controller.Returns[0x1001] = [0x00, 0x0A, 0x0B, 0x00, 0x0A, 0x5D, 0x00, 0x61, 0x87];
        rig.Controller.Returns[0xFC6D] = [0x00, 0x01];
        rig.Controller.Returns[0xFC20] = [0x00, 0x00];
        await rig.OpenInStepsAsync();

        var sent = rig.Transport.Sent;
        Assert.That(sent.Take(3), Is.EqualTo((byte[][])[s_reset, s_version, [0x01, 0x6D, 0xFC, 0x00]]));
        Assert.That(sent[3][..5], Is.EqualTo((byte[])[0x01, 0x20, 0xFC, 0xFD, 0x00]), "253 octets, index 0");
        Assert.That(sent[4][..5], Is.EqualTo((byte[])[0x01, 0x20, 0xFC, 0x37, 0x81]), "55 octets, index 1, the last");
        Assert.That(sent[4][^10..], Is.EqualTo((byte[])[0x22, 0xD9, 0xC6, 0xDF, 0x55, 0xAB, 0x23, 0x87, 0x00, 0x00]));
        Assert.That(sent.Skip(5).Take(2), Is.EqualTo((byte[][])[s_version, s_reset]));
    }

    [Test]
    public async Task Realtek_ThatRunsAPatch_IsToldToDropIt_AndAskedAgainAfter200Milliseconds()
    {
        var shelf = new FirmwareShelf()
            .With("rtl_bt/rtl8761bu_fw.bin", RealtekFile.First(14, 0xDFC6D922, (2, RealtekFile.Octets(300, seed: 1))));
        await using var rig = StartupRig.Of(shelf, new ControllerDevice { Usb = new UsbId(0x0BDA, 0x8771) });
        rig.Controller.Returns[0x1001] = [0x00, 0x0A, 0xC6, 0xDF, 0x0A, 0x5D, 0x00, 0x22, 0xD9];
        var opening = rig.Run(() => rig.Host.OpenAsync(rig.Transport, canReopen: true));
        rig.Advance(TimeSpan.FromMilliseconds(199));
        Assert.That(rig.Transport.Sent, Is.EqualTo((byte[][])[s_reset, s_version, [0x01, 0x66, 0xFC, 0x00]]));
        rig.Advance(TimeSpan.FromMilliseconds(1));
        await opening;
        Assert.That(rig.Transport.Sent.Skip(3).Take(2), Is.EqualTo((byte[][])[s_version, s_reset]), "the bring-up, for the patch stays");
    }

    [Test]
    public async Task Realtek_BehindAUart_SendsTheRateOfItsConfiguration_AndWaits()
    {
        var shelf = new FirmwareShelf()
            .With("rtl_bt/rtl8723ds_fw.bin", RealtekFile.First(9, 0xDFC6D922, (2, new byte[20])))
            .With("rtl_bt/rtl8723ds_config.bin", [0x55, 0xAB, 0x23, 0x87, 0x07, 0x00, 0x0C, 0x00, 0x04, 0x02, 0x80, 0x92, 0x04]);
        await using var rig = StartupRig.Of(shelf, new ControllerDevice { Vendor = "rtk" });
        rig.Transport.Line = new FakeLine();
        rig.Controller.Returns[0x1001] = [0x00, 0x08, 0x0D, 0x00, 0x08, 0x5D, 0x00, 0x23, 0x87];
        rig.Controller.Returns[0xFC6D] = [0x00, 0x01];
        rig.Controller.Returns[0xFC17] = [0x00];
        rig.Controller.Returns[0xFC20] = [0x00, 0x80];
        var opening = rig.Open();
        Assert.That(rig.Transport.Sent[^1], Is.EqualTo((byte[])[0x01, 0x17, 0xFC, 0x04, 0x02, 0x80, 0x92, 0x04]));
        rig.Advance(TimeSpan.FromMilliseconds(19));
        Assert.That(((FakeLine)rig.Transport.Line).Rates, Is.Empty, "the chip takes its time");
        rig.Advance(TimeSpan.FromMilliseconds(1));
        Assert.That(((FakeLine)rig.Transport.Line).Rates, Is.EqualTo((int[])[1_500_000]));
        Assert.That(rig.Transport.Sent[^1][..3], Is.EqualTo((byte[])[0x01, 0x20, 0xFC]), "the last download; the patch takes its time too");
        rig.Advance(TimeSpan.FromMilliseconds(20));
        await opening;
    }

    [Test]
    public async Task Intel_IsAskedForItsVersion_WithTheParameterOfTheKernel()
    {
        await using var rig = StartupRig.Of(new FirmwareShelf(), new ControllerDevice { Usb = new UsbId(0x8087, 0x0032) });
        rig.Controller.Returns[0xFC05] = [0x00, 0x1C, 0x01, 0x03];
        await rig.OpenInStepsAsync();
        Assert.That(rig.Transport.Sent[0], Is.EqualTo((byte[])[0x01, 0x05, 0xFC, 0x01, 0xFF]));
    }

    [Test]
    public async Task Unknown_GetsNothingOfAnyMaker()
    {
        await using var rig = StartupRig.Of(new FirmwareShelf(), new ControllerDevice { Usb = new UsbId(0x1234, 0x5678) });
        await rig.OpenInStepsAsync();
        Assert.That(rig.Transport.Sent[0], Is.EqualTo(s_reset));
        Assert.That(rig.Controller.OpCodes, Has.None.GreaterThanOrEqualTo((ushort)0xFC00));
    }

    [Test]
    public async Task StartedByTheSystem_GetsNothingOfItsMaker()
    {
        await using var rig = StartupRig.Of(new FirmwareShelf(), new ControllerDevice { Usb = new UsbId(0x0BDA, 0x8771), IsStarted = true });
        await rig.OpenInStepsAsync();
        Assert.That(rig.Controller.OpCodes, Has.None.GreaterThanOrEqualTo((ushort)0xFC00));
    }

    [Test]
    public async Task VendorThatIsNotKnown_EndsTheOpeningInOneSentence()
    {
        await using var rig = StartupRig.Of(new FirmwareShelf(), new ControllerDevice { Vendor = "acme" });
        var opening = rig.Open();
        Assert.That(async () => await opening, Throws.InstanceOf<ControllerUnavailableException>().With.Message.StartsWith("'acme' is no maker"));
    }
}
