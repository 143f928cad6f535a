using HostStack.Hci.Startup;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Startup;

[TestFixture]
public sealed class FirmwareAdviceTests
{
    private static readonly Shelf s_empty = new([], null);

    [TestCase("0bda:8771", "The firmware of the RTL8761BU, rtl_bt/rtl8761bu_fw.bin, is missing (looked in the shelf); install the package firmware-realtek (Debian) or linux-firmware, or name the folder that has it with --firmware DIR.")]
    [TestCase("0a12:0001", null)]
    [TestCase("1234:5678", null)]
    public void Of_EmptyFolders(string id, string? sentence) => Assert.That(Of(id, s_empty), Is.EqualTo(sentence));

    [Test]
    public void Of_ABroadcomChip_NamesItsOwnFile()
    {
        var known = KnownControllers.All.First(static entry => entry is { Family: ChipFamily.Broadcom, Firmware: not null });
        Assert.That(Of($"{known.Id}", s_empty), Does.Contain(known.Firmware).And.Contain("broadcom-bt-firmware"));
    }

    [TestCase("8087:0029", "Intel")]
    [TestCase("0e8d:0608", "MediaTek")]
    public void Of_AChipThatTheKernelStarts_IsTheWayRound(string id, string maker) =>
        Assert.That(Of(id, s_empty), Does.StartWith($"The firmware of {maker} chips is not loaded by this host: ").And.Contain("hci-user:N"));

    [Test]
    public void Of_FirmwareThatIsThere_IsNothing() =>
        Assert.That(Of("0bda:8771", new Shelf(["rtl_bt/rtl8761bu_fw.bin"], null)), Is.Null);

    [TestCase("04ca:4007", "rtl_bt/rtl8852cu_fw_v2.bin")]
    [TestCase("04ca:4007", "rtl_bt/rtl8852cu_fw.bin")]
    [TestCase("0a5c:21e8", "brcm/BCM20702A1-0a5c-21e8.hcd")]
    [TestCase("0a5c:21e8", "brcm/BCM-0a5c-21e8.hcd")]
    public void Of_AnyNameThatTheStartUpTakes_IsNothing(string id, string file) =>
        Assert.That(Of(id, new Shelf([file], null)), Is.Null);

    [Test]
    public void Of_SeveralNames_NamesThemAll() =>
        Assert.That(Of("04ca:4007", s_empty), Does.Contain("rtl_bt/rtl8852cu_fw_v2.bin or rtl_bt/rtl8852cu_fw.bin"));

    [Test]
    public void Of_AConfigurationThatIsNeeded_IsAskedForToo()
    {
        Assert.That(Of("0bda:b009", new Shelf(["rtl_bt/rtl8723d_fw.bin"], null)), Does.Contain("rtl_bt/rtl8723d_config.bin, is missing"));
        Assert.That(Of("0bda:b009", new Shelf(["rtl_bt/rtl8723d_fw.bin", "rtl_bt/rtl8723d_config.bin"], null)), Is.Null);
    }

    [TestCaseSource(nameof(Realtek))]
    public void Realtek_EveryKnownFirmware_IsOneThatTheStartUpAsksFor(KnownController known) =>
        Assert.That(HostStack.Hci.Startup.Realtek.RealtekChips.OfFile(known.Firmware!)?.Firmware, Does.Contain(known.Firmware));

    private static IEnumerable<KnownController> Realtek() =>
        KnownControllers.All.Where(static entry => entry.Family == ChipFamily.Realtek);

    [Test]
    public void Of_FirmwareThatCannotBeRead_IsItsProblem() =>
        Assert.That(
            Of("0bda:8771", new Shelf([], "it is compressed; unpack it.")),
            Is.EqualTo("The firmware of the RTL8761BU cannot be used: it is compressed; unpack it."));

    [Test]
    public void Of_ADeviceWithoutIds_IsNothing() => Assert.That(FirmwareAdvice.Of(new ControllerDevice(), s_empty), Is.Null);

    private static string? Of(string id, IFirmwareSource source) => FirmwareAdvice.Of(
        new ControllerDevice { Usb = UsbId.TryParse(id, out var parsed) ? parsed : throw new FormatException(id) }, source);

    private sealed class Shelf(string[] names, string? problem) : IFirmwareSource
    {
        public string Places => "the shelf";

        public FirmwareFile Find(string name) => names.Contains(name) ? new(new byte[1], $"/shelf/{name}", null) : new(default, null, problem);
    }
}
