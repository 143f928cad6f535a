using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;

namespace HostStack.Host.Tests;

/// <summary>Which controller counts as the one that the host began with.</summary>
[TestFixture]
public sealed class ControllerLikenessTests
{
    private const ushort Csr = 10;
    private const ushort Realtek = 93;

    private static readonly ControllerDevice Dongle = new()
    {
        Usb = new UsbId(0x0A12, 0x0001), Release = 0x8891, SerialNumber = "1", Product = "CSR8510 A10",
    };

    private static readonly ControllerDevice NoSerial = Dongle with { SerialNumber = null };

    private static readonly ControllerInfo Known = Info(Dongle, Csr);

    private static IEnumerable<TestCaseData> Pairs()
    {
        yield return Pair(Known, Known, true, "TheSame");
        yield return Pair(Info(null, Csr), Info(null, Csr), true, "TheSame_NoDevice");

        // What the door tells.
        yield return Pair(Known, Known with { Device = Dongle with { SerialNumber = "2" } }, false, "OtherSerial_SameAddress");
        yield return Pair(Known, Known with { Device = Dongle with { Usb = new UsbId(0x0A12, 0x0002) } }, false, "OtherProduct_SameAddress");
        yield return Pair(Known, Known with { Device = Dongle with { Release = 0x2520 } }, true, "OtherRelease");
        yield return Pair(Known, Known with { Device = Dongle with { Product = "Bluetooth" } }, true, "OtherName");
        yield return Pair(Known, Known with { Device = NoSerial }, true, "SerialUnreadNow");
        yield return Pair(Known with { Device = NoSerial }, Known, true, "SerialUnreadThen");
        yield return Pair(Known, Known with { Device = null }, true, "NoDeviceNow");

        // What bring-up tells.
        yield return Pair(Known, Known with { Address = BdAddr.Parse("00:1A:7D:DA:71:14") }, false, "OtherAddress");
        yield return Pair(Known, Info(Dongle, Realtek), false, "OtherMaker_SameSerial");
        yield return Pair(Known, Info(Dongle, Csr, subversion: 2), true, "OtherSubversion_SameSerial");
        yield return Pair(Known, Info(Dongle, Csr, version: 8), true, "OtherVersion_SameSerial");
        yield return Pair(Known, Info(Dongle, Csr, features: 7), true, "OtherFeatures_SameSerial");

        // Without serial numbers: copies of one chip with one address differ in their firmware alone, others are patched.
        yield return Pair(Info(NoSerial, Csr), Info(NoSerial, Csr, subversion: 2), false, "OtherSubversion_Csr");
        yield return Pair(Info(null, Csr), Info(null, Csr, subversion: 2), false, "OtherSubversion_CsrWithoutDevice");
        yield return Pair(Info(NoSerial, Realtek), Info(NoSerial, Realtek, subversion: 2), true, "OtherSubversion_Patched");
        yield return Pair(Info(NoSerial, Realtek), Info(NoSerial, Realtek, version: 8), false, "OtherVersion");
        yield return Pair(Info(NoSerial, Realtek), Info(NoSerial, Realtek, features: 7), false, "OtherFeatures");
        yield return Pair(Info(Dongle, Csr), Info(NoSerial, Csr, subversion: 2), false, "OtherSubversion_SerialUnread");
    }

    [TestCaseSource(nameof(Pairs))]
    public bool IsSame(ControllerInfo known, ControllerInfo found) => ControllerLikeness.IsSame(known, found);

    [TestCaseSource(nameof(Pairs))]
    public bool IsSame_BothWaysRound(ControllerInfo known, ControllerInfo found) => ControllerLikeness.IsSame(found, known);

    [Test]
    public void Refusal_NamesBothAndTheOperatorsWay() =>
        Assert.That(
            ControllerLikeness.Refusal(Known, Info(Dongle with { SerialNumber = "2" }, Csr)),
            Is.EqualTo(
                "Another controller is in the place of this host's own: 0a12:0001 'CSR8510 A10', serial 2, address 00:1A:7D:DA:71:13, "
                + "version 000A-06-0001-0000000000000001, not 0a12:0001 'CSR8510 A10', serial 1, address 00:1A:7D:DA:71:13, "
                + "version 000A-06-0001-0000000000000001; plug the host's own in again, or allow the other one "
                + "(--accept-controller, \"acceptOtherController\")."));

    [Test]
    public void Refusal_DeviceAlone_NamesIt() =>
        Assert.That(
            ControllerLikeness.Refusal(Info(null, Csr), NoSerial),
            Is.EqualTo(
                "Another controller is in the place of this host's own: 0a12:0001 'CSR8510 A10', not address 00:1A:7D:DA:71:13, "
                + "version 000A-06-0001-0000000000000001; plug the host's own in again, or allow the other one "
                + "(--accept-controller, \"acceptOtherController\")."));

    private static TestCaseData Pair(ControllerInfo known, ControllerInfo found, bool same, string name) =>
        new TestCaseData(known, found).Returns(same).SetArgDisplayNames(name);

    private static ControllerInfo Info(
        ControllerDevice? device, ushort maker, byte version = 6, ushort subversion = 1, ulong features = 1) => new()
        {
            Device = device,
            Address = BdAddr.Parse("00:1A:7D:DA:71:13"),
            Version = new ReadLocalVersionInformationReturn(
                HciStatus.Success, (CoreVersion)version, subversion, (CoreVersion)version, maker, subversion),
            Features = new LmpFeatures((LmpFeaturePage0)features),
        };
}
