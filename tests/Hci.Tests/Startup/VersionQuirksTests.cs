using HostStack.Hci.Packets;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Startup;

[TestFixture]
public sealed class VersionQuirksTests
{
    private const ushort Csr = 10;
    private static readonly UsbId s_csr = new(0x0A12, 0x0001);

    // What owners of these dongles have published of them.
    [TestCase(0x8891, CoreVersion.V40, 0x22BB, 0x22BB, Csr, false, TestName = "Original: CSR8510 A10, build 8891")]
    [TestCase(0x1958, CoreVersion.V20, 0x0C5C, 0x0C5C, Csr, false, TestName = "Original: BlueCore4, 2.0")]
    [TestCase(0x3164, CoreVersion.V21, 0x149C, 0x149C, Csr, false, TestName = "Original: 2.1")]
    [TestCase(0x2520, CoreVersion.V40, 0x3120, 0x22BB, Csr, true, TestName = "Copy: revisions differ")]
    [TestCase(0x0134, CoreVersion.V50, 0x0810, 0x2312, Csr, true, TestName = "Copy: Barrot 8041a02")]
    [TestCase(0x8891, CoreVersion.V50, 0x0001, 0x0001, 2279, true, TestName = "Copy: another maker")]
    [TestCase(0x7558, CoreVersion.V40, 0x0709, 0x0709, Csr, true, TestName = "Copy: FR3191")]
    [TestCase(0x0134, CoreVersion.V20, 0x0C5C, 0x0C5C, Csr, true, TestName = "Copy: Conwise CW6629d")]
    [TestCase(0x0100, CoreVersion.V12, 0x034E, 0x034E, Csr, true, TestName = "Copy: 1.1 firmware says 1.2")]
    [TestCase(0x0100, CoreVersion.V41, 0x22BB, 0x22BB, Csr, true, TestName = "Copy: 4.0 firmware says 4.1")]
    public void For_VersionsBehindCsrIds_TellsCopiesFromOriginals(
        int release, CoreVersion version, int revision, int subversion, int company, bool isCopy)
    {
        var quirks = VersionQuirks.For(
            new ControllerDevice { Usb = s_csr, Release = (ushort)release }, Version(version, revision, subversion, company));
        Assert.That(quirks.HasFlag(ControllerQuirks.Clone), Is.EqualTo(isCopy));
        Assert.That(quirks.HasFlag(ControllerQuirks.StoredLinkKeys), Is.EqualTo(isCopy));
    }

    // btusb_probe: below release 1.17; btusb_setup_csr: not copies.
    [TestCase(0x0073, 0x0073, ExpectedResult = true, TestName = "Reset: early firmware of an original leaves the bus")]
    [TestCase(0x0116, 0x0074, ExpectedResult = true, TestName = "Reset: the last release that leaves the bus")]
    [TestCase(0x0117, 0x0075, ExpectedResult = false, TestName = "Reset: the first release that stays")]
    [TestCase(0x0000, 0x0073, ExpectedResult = false, TestName = "Reset: a release that nobody told")]
    public bool For_OriginalOfCsr_ByItsRelease_LeavesTheBusAtReset(int release, int build) =>
        VersionQuirks.For(new ControllerDevice { Usb = s_csr, Release = (ushort)release }, Version(CoreVersion.V11, build, build, Csr))
            .HasFlag(ControllerQuirks.LeavesBusAtReset);

    [Test]
    public void For_CopyWithAnEarlyRelease_StaysOnTheBus() =>
        Assert.That(
            VersionQuirks.For(new ControllerDevice { Usb = s_csr, Release = 0x0100 }, Version(CoreVersion.V20, 0x0810, 0x0010, Csr)),
            Is.EqualTo(VersionQuirks.All[0].Quirks));

    // btusb_setup_csr, hci_sync.c: what Linux leaves out for copies; LE Read Transmit Power, of the ATS2851, is none of BR/EDR's.
    [Test]
    public void Remedies_LeaveOutWhatLinuxDoes_AndNothingElse()
    {
        Assert.That(LeftOut(VersionQuirks.All[0].Quirks), Is.EquivalentTo(new ushort[]
        {
            0x0C0D, 0x0C11, 0x0C12, 0x0C5A, 0x0C5B, 0x0C05, 0x0C25, 0x0C46,
        }));
        Assert.That(
            LeftOut(KnownControllers.Find(new UsbId(0x10D7, 0xB012), 0)!.Quirks), Is.EquivalentTo(new ushort[] { 0x0C5A, 0x0C5B, 0x1408 }));

        static IEnumerable<ushort> LeftOut(ControllerQuirks quirks) =>
            QuirkRemedies.For(quirks).SelectMany(static remedy => remedy.LeftOut).Select(static opCode => opCode.Value);
    }

    [Test]
    public void For_OtherIds_IsNotACopyOfCsr() =>
        Assert.That(
            VersionQuirks.For(new ControllerDevice { Usb = new UsbId(0x0A5C, 0x21E8) }, Version(CoreVersion.V40, 0x1000, 0x220E, 15)),
            Is.EqualTo(ControllerQuirks.None));

    [Test]
    public void For_DoorThatCannotTell_GoesByVersionsAlone()
    {
        Assert.That(VersionQuirks.For(null, Version(CoreVersion.V40, 1, 2, Csr)), Is.EqualTo(ControllerQuirks.None));
        Assert.That(VersionQuirks.For(null, Version(CoreVersion.V42, 0, 0x8703, 93)), Is.EqualTo(ControllerQuirks.FeaturesPage2));
    }

    [Test]
    public void Remedies_EveryCommandQuirk_HasOne()
    {
        foreach (var pattern in VersionQuirks.All.Cast<object>().Concat(KnownControllers.All))
        {
            var quirks = pattern is VersionPattern version ? version.Quirks : ((KnownController)pattern).Quirks;
            var told = QuirkRemedies.For(quirks).Aggregate(ControllerQuirks.None, (sum, remedy) => sum | remedy.Quirk);
            const ControllerQuirks doors = ControllerQuirks.SuspendOnce | ControllerQuirks.StrayOctet | ControllerQuirks.LeavesBusAtReset;
            Assert.That(told, Is.EqualTo(quirks & ~doors), pattern.ToString());
        }
    }

    [TestCase("00:02:5B:00:A5:A5", true)]
    [TestCase("20:70:02:A0:00:00", true)]
    [TestCase("5C:F3:70:66:12:34", false)]
    public void DefaultAddresses_KnowWhatManyHave(string address, bool expected) =>
        Assert.That(DefaultAddresses.Find(BdAddr.Parse(address)) is not null, Is.EqualTo(expected));

    private static ReadLocalVersionInformationReturn Version(CoreVersion version, int revision, int subversion, int company) =>
        new(HciStatus.Success, version, (ushort)revision, version, (ushort)company, (ushort)subversion);
}
