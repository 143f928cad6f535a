using HostStack.Hci.Startup;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Startup;

[TestFixture]
public sealed class KnownControllersTests
{
    [Test]
    public void All_Entries_AreOnceEach() =>
        Assert.That(KnownControllers.All.Select(entry => (entry.Id, entry.Release)), Is.Unique);

    [Test]
    public void All_Entries_NameChipAndSource()
    {
        foreach (var entry in KnownControllers.All)
        {
            Assert.That(entry.Chip, Is.Not.Empty, entry.Id.ToString());
            Assert.That(entry.Source, Is.Not.Empty, entry.Id.ToString());
        }
    }

    [Test]
    public void All_ReleasesStandBeforeTheirProduct()
    {
        foreach (var general in KnownControllers.All.Where(entry => entry.Release is null))
        {
            var after = KnownControllers.All.SkipWhile(entry => entry != general).Skip(1);
            Assert.That(after.Any(entry => entry.Id == general.Id), Is.False, general.Id.ToString());
        }
    }

    [Test]
    public void All_RealtekAndBroadcomWithAPatch_NameTheirFile()
    {
        var entries = KnownControllers.All.Where(
            entry => entry.Family == ChipFamily.Realtek || entry is { Family: ChipFamily.Broadcom, Firmware: not null });
        foreach (var entry in entries)
        {
            Assert.That(entry.Firmware, Does.Match(@"^(rtl_bt/rtl[0-9a-z]+_fw\.bin|brcm/BCM[0-9A-Z]+-[0-9a-f]{4}-[0-9a-f]{4}\.hcd)$"));
        }
    }

    [TestCase(0x0BDA, 0x8771, 0x0200, ChipFamily.Realtek, "rtl_bt/rtl8761bu_fw.bin")]
    [TestCase(0x2357, 0x0604, 0x0200, ChipFamily.Realtek, "rtl_bt/rtl8761bu_fw.bin")]
    [TestCase(0x0B05, 0x17CB, 0x0112, ChipFamily.Broadcom, "brcm/BCM20702A1-0b05-17cb.hcd")]
    [TestCase(0x0A5C, 0x21E8, 0x0112, ChipFamily.Broadcom, "brcm/BCM20702A1-0a5c-21e8.hcd")]
    [TestCase(0x0A12, 0x0001, 0x8891, ChipFamily.Csr, null)]
    public void Find_KnownDongle_TellsFamilyAndFirmware(int vendor, int product, int release, ChipFamily family, string? firmware)
    {
        var found = KnownControllers.Find(new((ushort)vendor, (ushort)product), (ushort)release);
        Assert.That((found!.Family, found.Firmware), Is.EqualTo((family, firmware)));
    }

    [TestCase(0x0134, ControllerQuirks.SuspendOnce)]
    [TestCase(0x7558, ControllerQuirks.SuspendOnce)]
    [TestCase(0x1958, ControllerQuirks.None)]
    public void Find_ReleaseOfCopies_SleepsOnce(int release, ControllerQuirks expected) =>
        Assert.That(KnownControllers.Find(new(0x0A12, 0x0001), (ushort)release)!.Quirks, Is.EqualTo(expected));

    [TestCase(0x0BDA, 0xFFFE, ChipFamily.Realtek)]
    [TestCase(0x0A5C, 0xFFFE, ChipFamily.Broadcom)]
    [TestCase(0x8087, 0xFFFE, ChipFamily.Intel)]
    [TestCase(0x0B05, 0xFFFE, ChipFamily.Unknown)] // ASUS sells chips of several makers.
    [TestCase(0x1234, 0x5678, ChipFamily.Unknown)]
    public void FamilyOf_UnlistedProduct_GoesByItsMaker(int vendor, int product, ChipFamily expected) =>
        Assert.That(
            KnownControllers.FamilyOf(new ControllerDevice { Usb = new UsbId((ushort)vendor, (ushort)product) }), Is.EqualTo(expected));

    // Not of maker 0bda, so that only their entries give them away.
    [TestCase(0x0CB8, 0xC559, "RTL8852BE")]
    [TestCase(0x13D3, 0x3570, "RTL8852BE")]
    [TestCase(0x13D3, 0x3571, "RTL8852BE")]
    [TestCase(0x13D3, 0x3572, "RTL8852BE")]
    [TestCase(0x13D3, 0x3591, "RTL8852BE")]
    [TestCase(0x0489, 0xE123, "RTL8852BE")]
    [TestCase(0x0489, 0xE125, "RTL8852BE")]
    [TestCase(0x0489, 0xE122, "RTL8852CE")]
    public void Find_RealtekChipsOfOtherMakers_AreListed(int vendor, int product, string chip)
    {
        var known = KnownControllers.Find(new((ushort)vendor, (ushort)product), 0);
        Assert.That((known?.Family, known?.Chip), Is.EqualTo(((ChipFamily?)ChipFamily.Realtek, chip)));
    }

    // Whoever sells dongles with chips of several makers has no family of his own.
    [Test]
    public void Makers_AreThoseOfTheirOwnChips() =>
        Assert.That(
            KnownControllers.Makers.Select(maker => (maker.Vendor, maker.Family)),
            Is.EquivalentTo(new (ushort, ChipFamily)[]
            {
                (0x0A5C, ChipFamily.Broadcom), (0x0BDA, ChipFamily.Realtek), (0x0CF3, ChipFamily.Qualcomm),
                (0x0E8D, ChipFamily.MediaTek), (0x8087, ChipFamily.Intel),
            }));

    [TestCase(0x0A5C, 0x2009)]
    [TestCase(0x05AC, 0x8213)]
    public void Find_BroadcomWithoutAPatch_IsBroadcomsAndHasNoFile(int vendor, int product)
    {
        var found = KnownControllers.Find(new((ushort)vendor, (ushort)product), 0);
        Assert.That((found!.Family, found.Firmware), Is.EqualTo((ChipFamily.Broadcom, default(string))));
    }

    [TestCase("bcm", ChipFamily.Broadcom)]
    [TestCase("RTK", ChipFamily.Realtek)]
    [TestCase("none", ChipFamily.Unknown)]
    public void FamilyOf_WhatTheOperatorSaid_Counts(string said, ChipFamily expected) =>
        Assert.That(
            KnownControllers.FamilyOf(new ControllerDevice { Vendor = said, Usb = new UsbId(0x0A12, 0x0001) }), Is.EqualTo(expected));

    [Test]
    public void FamilyOf_NameThatIsNotKnown_IsOneSentenceWithTheOthers() =>
        Assert.That(
            () => KnownControllers.FamilyOf(new ControllerDevice { Vendor = "broadcom" }),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.EqualTo(
                "'broadcom' is no maker of controllers that is known; write vendor= with one of bcm, csr, intel, mtk, none, qca, rtk."));

    [TestCase(0x0A5C, 0x9999, 0xFF, true)]
    [TestCase(0x0A5C, 0x9999, 0xE0, false)]
    [TestCase(0x1234, 0x9999, 0xFF, false)]
    [TestCase(0x19FF, 0x0239, 0xFF, true)]
    public void IsVendorClass_OnlyForMakersThatAreKnownForIt(int vendor, int product, int interfaceClass, bool expected) =>
        Assert.That(
            KnownControllers.IsVendorClass(new((ushort)vendor, (ushort)product), new UsbClass((byte)interfaceClass, 0x01, 0x01)),
            Is.EqualTo(expected));
}
