using HostStack.Hci.Startup;
using HostStack.Hci.Startup.Broadcom;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Startup.Broadcom;

[TestFixture]
public sealed class BroadcomChipsTests
{
    // Linux 6.x, drivers/bluetooth/btbcm.c, bcm_usb_subver_table.
    [TestCase(0x2105, "BCM20703A1")]
    [TestCase(0x210B, "BCM43142A0")]
    [TestCase(0x2112, "BCM4314A0")]
    [TestCase(0x2118, "BCM20702A0")]
    [TestCase(0x2126, "BCM4335A0")]
    [TestCase(0x220E, "BCM20702A1")]
    [TestCase(0x230F, "BCM4356A2")]
    [TestCase(0x4106, "BCM4335B0")]
    [TestCase(0x410E, "BCM20702B0")]
    [TestCase(0x6109, "BCM4335C0")]
    [TestCase(0x610C, "BCM4354")]
    [TestCase(0x6607, "BCM4350C5")]
    [TestCase(0x6606, "BCM")]
    public void Name_BehindUsb_IsTheKernels(int subversion, string name) =>
        Assert.That(BroadcomChips.Name((ushort)subversion, isUsb: true), Is.EqualTo(name));

    // The same file, bcm_uart_subver_table.
    [TestCase(0x1111, "BCM4362A2")]
    [TestCase(0x2119, "BCM4373A0")]
    [TestCase(0x2122, "BCM4343A0")]
    [TestCase(0x2209, "BCM43430A1")]
    [TestCase(0x220E, "BCM20702A1")]
    [TestCase(0x230F, "BCM4356A2")]
    [TestCase(0x4103, "BCM4330B1")]
    [TestCase(0x4106, "BCM4335A0")]
    [TestCase(0x410C, "BCM43430B0")]
    [TestCase(0x410D, "BCM4334B0")]
    [TestCase(0x410E, "BCM43341B0")]
    [TestCase(0x4204, "BCM2076B1")]
    [TestCase(0x420D, "BCM4349B1")]
    [TestCase(0x420E, "BCM4349B1")]
    [TestCase(0x4217, "BCM4329B1")]
    [TestCase(0x4406, "BCM4324B3")]
    [TestCase(0x4606, "BCM4324B5")]
    [TestCase(0x6106, "BCM4359C0")]
    [TestCase(0x6109, "BCM4335C0")]
    [TestCase(0x610C, "BCM4354")]
    [TestCase(0x6119, "BCM4345C0")]
    [TestCase(0x6606, "BCM4345C5")]
    [TestCase(0x6607, "BCM")]
    public void Name_BehindAUart_IsTheKernels(int subversion, string name) =>
        Assert.That(BroadcomChips.Name((ushort)subversion, isUsb: false), Is.EqualTo(name));

    [Test]
    public void KnownControllers_EachChip_IsOneThatTheStartupCanFind()
    {
        var known = KnownControllers.All.Where(static entry => entry is { Family: ChipFamily.Broadcom, Firmware: not null }).ToList();
        Assert.That(known, Has.Count.GreaterThan(40));
        Assert.That(known.Select(static entry => entry.Chip).Distinct(), Is.SubsetOf(BroadcomChips.UsbNames));
    }

    [Test]
    public void KnownControllers_EachFile_IsTheFirstThatTheStartupLooksFor()
    {
        foreach (var entry in KnownControllers.All.Where(static entry => entry is { Family: ChipFamily.Broadcom, Firmware: not null }))
        {
            Assert.That(BroadcomChips.Files(entry.Chip, entry.Id)[0], Is.EqualTo(entry.Firmware));
        }
    }

    [Test]
    public void Files_OfAKnownChipWithAnotherVersion_AreItsOwnTheKnownOneAndTheOneForAny() =>
        Assert.That(
            BroadcomChips.Files("BCM4356A2", new UsbId(0x0A5C, 0x6412), "brcm/BCM4350C5-0a5c-6412.hcd"),
            Is.EqualTo((string[])["brcm/BCM4356A2-0a5c-6412.hcd", "brcm/BCM4350C5-0a5c-6412.hcd", "brcm/BCM-0a5c-6412.hcd"]));

    [Test]
    public void Files_OfAVersionThatNobodyKnows_AreTheKnownOneAndTheOneForAny() =>
        Assert.That(
            BroadcomChips.Files(BroadcomChips.Unknown, new UsbId(0x0A5C, 0x6412), "brcm/BCM4350C5-0a5c-6412.hcd"),
            Is.EqualTo((string[])["brcm/BCM4350C5-0a5c-6412.hcd", "brcm/BCM-0a5c-6412.hcd"]));

    [TestCase("BCM43430B0", "brcm/BCM43430B0.hcd", "brcm/BCM.hcd")]
    [TestCase("BCM", "brcm/BCM.hcd")]
    public void Files_BehindAUart_HaveNoIds(string chip, params string[] names) =>
        Assert.That(BroadcomChips.Files(chip, usb: null), Is.EqualTo(names));
}
