using HostStack.Hci.Packets;
using HostStack.Hci.Startup.Realtek;
using HostStack.Testing.Firmware;

namespace HostStack.Hci.Tests.Startup.Realtek;

[TestFixture]
public sealed class RealtekDownloadTests
{
    // An RTL8761BU takes 30210 octets in 120 commands (kernel log of 2021); an RTL8852CU took 243, the 129th with index 1 and
    // the last with 0xF3 (published trace).
    [TestCase(30210, 120)]
    [TestCase(61000, 243)]
    [TestCase(251, 1)]
    [TestCase(252, 2)] // The rest is empty, and sent all the same.
    [TestCase(253, 2)]
    public void Count_IsOneMoreThanFullFragments(int octets, int expected) =>
        Assert.That(RealtekDownload.Count(octets), Is.EqualTo(expected));

    [TestCase(61000, 0, 0x00, 252)]
    [TestCase(61000, 127, 0x7F, 252)]
    [TestCase(61000, 128, 0x01, 252)]
    [TestCase(61000, 242, 0xF3, 16)]
    [TestCase(30210, 119, 0xF7, 222)]
    [TestCase(252, 1, 0x81, 0)]
    [TestCase(70000, 254, 0x7F, 252)]
    [TestCase(70000, 255, 0x01, 252)]
    public void Parameters_IndexAndLength_AreTheProtocols(int octets, int fragment, int index, int length)
    {
        var parameters = RealtekDownload.Parameters(new byte[octets], fragment);
        Assert.That((parameters[0], parameters.Length - 1), Is.EqualTo(((byte)index, length)));
    }

    [Test]
    public void Parameters_AllTogether_AreTheImage()
    {
        var image = RealtekFile.Octets(70_001, seed: 1);
        var joined = Enumerable.Range(0, RealtekDownload.Count(image.Length))
            .SelectMany(fragment => RealtekDownload.Parameters(image, fragment).Skip(1));
        Assert.That(joined, Is.EqualTo(image));
    }

    [TestCase(0x8761, 0x000B, 0x0A, true, "rtl_bt/rtl8761bu_fw.bin", false)]
    [TestCase(0x8761, 0x000B, 0x0A, false, "rtl_bt/rtl8761b_fw.bin", false)]
    [TestCase(0x8852, 0x000C, 0x0C, true, "rtl_bt/rtl8852cu_fw_v2.bin", false)]
    [TestCase(0x8723, 0x000D, 0x08, true, "rtl_bt/rtl8723d_fw.bin", true)]
    [TestCase(0xD922, 0xDFC6, 0x0A, true, null, false)] // Its patch runs.
    [TestCase(0x8761, 0x000E, 0x0C, true, "rtl_bt/rtl8761cu_fw.bin", false)]
    [TestCase(0x8761, 0x000E, 0x00, true, "rtl_bt/rtl8761cu_fw.bin", false)] // Whatever version this ROM tells.
    [TestCase(0x8922, 0x000A, 0x0C, true, null, false)]
    public void Find_ByVersions_GivesChipAndFiles(
        int subversion, int revision, int version, bool isUsb, string? firmware, bool needsConfiguration)
    {
        var chip = RealtekChips.Find(
            new(HciStatus.Success, (CoreVersion)version, (ushort)revision, (CoreVersion)version, 93, (ushort)subversion), isUsb);
        Assert.That(chip?.Firmware[0], Is.EqualTo(firmware));
        Assert.That(chip?.NeedsConfiguration ?? false, Is.EqualTo(needsConfiguration));
    }

    [TestCase(0x8922, "RTL8922")]
    [TestCase(0x8703, "RTL8723CS")]
    [TestCase(0x8761, "RTL8761")]
    [TestCase(0xD922, null)] // Of firmware.
    public void RomOf_LmpSubversion_TellsRomsFromFirmware(int subversion, string? family) =>
        Assert.That(RealtekChips.RomOf((ushort)subversion), Is.EqualTo(family));

    [Test]
    public void RomOf_EveryChip_IsKnown([ValueSource(nameof(Subversions))] ushort subversion) =>
        Assert.That(RealtekChips.RomOf(subversion), Is.Not.Null);

    [TestCase(51, 0x8761, true)]
    [TestCase(51, 0x8852, false)]
    public void IsFor_ProjectOfAFile_GoesByTheFamily(int project, int subversion, bool expected) =>
        Assert.That(RealtekChips.IsFor(project, (ushort)subversion), Is.EqualTo(expected));

    [Test]
    public void Configuration_UartEntry_TellsItsRate()
    {
        // An entry of the UART (offset 0x000C) for 1.5 Mbit/s, behind another one.
        var file = RealtekFile.Configuration((0x003C, [1, 2, 3, 4, 5, 6]), (0x000C, [0x02, 0x80, 0x92, 0x04, 0x50, 0xC5]));
        Assert.That(RealtekConfiguration.Check(file, out var code), Is.Null);
        Assert.That((code, RealtekConfiguration.RateOf(code)), Is.EqualTo((0x04928002u, 1_500_000)));
    }

    // Bit 2 of the entry's octet 12 (Linux, drivers/bluetooth/btrtl.c, btrtl_get_uart_settings); the last entry counts.
    [TestCase(new byte[] { 2, 0x80, 0x92, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0x04 }, true)]
    [TestCase(new byte[] { 2, 0x80, 0x92, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0xFB, 0xFF }, false)]
    [TestCase(new byte[] { 2, 0x80, 0x92, 4, 0, 0, 0, 0, 0, 0, 0, 0xFF }, false)]
    [TestCase(new byte[] { 0xFF, 0xFF }, false)]
    public void Configuration_UartEntry_TellsItsFlowControl(byte[] entry, bool expected)
    {
        var file = RealtekFile.Configuration((0x000C, entry), (0x003C, [4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]));
        Assert.That(RealtekConfiguration.HasFlowControl(file), Is.EqualTo(expected));
    }

    [Test]
    public void Configuration_WithAnotherRate_DiffersInItsOctetsAlone()
    {
        var file = RealtekFile.Configuration((0x003C, [1, 2]), (0x000C, [0xEF, 0xBE, 0xAD, 0xDE, 0x50, 0xC5]), (0x0040, [3]));
        Assert.That(
            RealtekConfiguration.WithRate(file, RealtekConfiguration.CodeOf(115_200)),
            Is.EqualTo(RealtekFile.Configuration((0x003C, [1, 2]), (0x000C, [0x14, 0xC0, 0x52, 0x02, 0x50, 0xC5]), (0x0040, [3]))));
        Assert.That(RealtekConfiguration.CodeOf(57_600), Is.Zero);
    }

    [Test]
    public void Configuration_OfAnRtl8761bu_IsTakenAsItIs()
    {
        // The one that linux-firmware ships for it is six octets: no entry at all.
        byte[] file = [0x55, 0xAB, 0x23, 0x87, 0x00, 0x00];
        Assert.That(RealtekConfiguration.Check(file, out var code), Is.Null);
        Assert.That(code, Is.Zero);
    }

    [Test]
    public void Configuration_EveryTruncation_IsRefused()
    {
        var file = RealtekFile.Configuration((0x003C, [1, 2, 3]), (0x000C, [0x14, 0xC0, 0x52, 0x02]));
        for (var length = 0; length < file.Length; length++)
        {
            Assert.That(RealtekConfiguration.Check(file.AsSpan(0, length), out _), Is.Not.Null, $"{length} octets");
        }
    }

    [Test]
    public void Configuration_EntryThatReachesOut_OrUnknownRate_IsSaid()
    {
        byte[] long1 = [0x55, 0xAB, 0x23, 0x87, 0x04, 0x00, 0x3C, 0x00, 0x09, 0x01];
        Assert.That(RealtekConfiguration.Check(long1, out _), Is.EqualTo("its last entry is cut off"));
        var odd = RealtekFile.Configuration((0x000C, [0xEF, 0xBE, 0xAD, 0xDE]));
        Assert.That(RealtekConfiguration.Check(odd, out var code), Is.Null, "a rate matters to a UART alone");
        Assert.That((code, RealtekConfiguration.RateOf(code)), Is.EqualTo((0xDEADBEEFu, 0)));
    }

    private static IEnumerable<ushort> Subversions() => RealtekChips.All.Select(static chip => chip.LmpSubversion).Distinct();
}
