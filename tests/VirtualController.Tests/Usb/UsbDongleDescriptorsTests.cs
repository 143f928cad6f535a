using HostStack.Hci.Transport.Usb;
using HostStack.VirtualController.Usb;

namespace HostStack.VirtualController.Tests.Usb;

/// <summary>Octets as USB 2.0, 9.6 and the suggestions of Core, Vol 4, Part B, 2.1 have them, written by hand.</summary>
public class UsbDongleDescriptorsTests
{
    private const string Interface0 =
        "09 04 00 00 03 e0 01 01 00" + "07 05 81 03 1000 01" + "07 05 82 02 4000 00" + "07 05 02 02 4000 00";

    [Test]
    public void Device_ByDefault_IsABluetoothDongle() =>
        AssertOctets(new UsbDongleDescriptors(new()).Device, "12 01 0002 e0 01 01 40 0912 0100 0001 01 02 03 01");

    [Test]
    public void Configuration_ByDefault_HasEventsAclAndVoice() =>
        AssertOctets(
            new UsbDongleDescriptors(new()).Configuration,
            "09 02 b100 02 01 00 80 32" + Interface0
            + "09 04 01 00 02 e0 01 01 00" + "07 05 83 01 0000 01" + "07 05 03 01 0000 01"
            + "09 04 01 01 02 e0 01 01 00" + "07 05 83 01 0900 01" + "07 05 03 01 0900 01"
            + "09 04 01 02 02 e0 01 01 00" + "07 05 83 01 1100 01" + "07 05 03 01 1100 01"
            + "09 04 01 03 02 e0 01 01 00" + "07 05 83 01 1900 01" + "07 05 03 01 1900 01"
            + "09 04 01 04 02 e0 01 01 00" + "07 05 83 01 2100 01" + "07 05 03 01 2100 01"
            + "09 04 01 05 02 e0 01 01 00" + "07 05 83 01 3100 01" + "07 05 03 01 3100 01");

    [Test]
    public void Strings_ByDefault_AreInEnglish()
    {
        var descriptors = new UsbDongleDescriptors(new() { Manufacturer = "Ab", Product = "P", SerialNumber = "7" });
        AssertOctets(descriptors.String(0), "04 03 09 04");
        AssertOctets(descriptors.String(1), "06 03 41 00 62 00");
        AssertOctets(descriptors.String(2), "04 03 50 00");
        AssertOctets(descriptors.String(3), "04 03 37 00");
        Assert.That(descriptors.String(4).IsEmpty, Is.True);
    }

    [Test]
    public void Strings_OneMissingAndOneEmpty_HaveNoIndexAndNoLetter()
    {
        var descriptors = new UsbDongleDescriptors(new() { Manufacturer = null, Product = "", SerialNumber = "7" });
        AssertOctets(descriptors.Device[14..17], "00 01 02");
        AssertOctets(descriptors.String(1), "02 03");
        AssertOctets(descriptors.String(2), "04 03 37 00");
    }

    [Test]
    public void String_LongerThanADescriptor_IsCut()
    {
        var descriptors = new UsbDongleDescriptors(new() { Product = new string('x', 300) });
        Assert.That(descriptors.String(2).Length, Is.EqualTo(254));
        Assert.That(descriptors.String(2)[0], Is.EqualTo(254));
    }

    [Test]
    public void Device_ClassAtInterfaceLevel_HasNone() =>
        AssertOctets(new UsbDongleDescriptors(new() { DeviceClass = default }).Device[4..7], "00 00 00");

    [Test]
    public void Configuration_OddParts_AreWhereTheyWereAskedFor() =>
        AssertOctets(
            new UsbDongleDescriptors(new()
            {
                HasVoice = false,
                InterfaceClass = new UsbClass(0xFF, 0x01, 0x01),
                EventEndpoint = 0x84,
                AclInEndpoint = 0x85,
                AclOutEndpoint = 0x05,
                AclPacket = 512,
                EventPacket = 64,
                InterfaceExtra = new byte[] { 0x05, 0x24, 0x00, 0x10, 0x01 },
                ConfigurationExtra = new byte[] { 0x00, 0x00 },
            }).Configuration,
            "09 02 2e00 01 01 00 80 32" + "09 04 00 00 03 ff 01 01 00" + "05 24 00 10 01"
            + "07 05 84 03 4000 01" + "07 05 85 02 0002 00" + "07 05 05 02 0002 00" + "00 00");

    [Test]
    public void Device_IdAndRelease_AreLittleEndian() =>
        AssertOctets(
            new UsbDongleDescriptors(new() { Id = new UsbId(0x0A12, 0x0001), Release = 0x8891 }).Device[8..14], "120a 0100 9188");

    private static void AssertOctets(ReadOnlySpan<byte> octets, string hex) =>
        Assert.That(Convert.ToHexStringLower(octets), Is.EqualTo(Convert.ToHexStringLower(DongleHost.Hex(hex))));
}
