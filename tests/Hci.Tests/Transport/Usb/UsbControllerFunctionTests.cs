using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

[TestFixture]
public sealed class UsbControllerFunctionTests
{
    private static readonly UsbClass s_network = new(0x02, 0x06, 0x00);

    [Test]
    public void Find_UsualDongle_HasBothInterfaces() =>
        Assert.That(UsbControllerFunction.Find(UsbDongles.Csr), Is.EqualTo(new UsbControllerFunction(
            0, 1, UsbDongles.Events, UsbDongles.DataIn, UsbDongles.DataOut, CommandsToInterface: false)));

    [Test]
    public void Find_OtherEndpointAddresses_AreTakenFromTheDescriptors()
    {
        var events = new UsbEndpoint(0x8A, UsbTransferKind.Interrupt, 64);
        var dataIn = new UsbEndpoint(0x85, UsbTransferKind.Bulk, 512);
        var dataOut = new UsbEndpoint(0x07, UsbTransferKind.Bulk, 512);
        var found = Find(UsbDongles.Main(0, UsbClass.Bluetooth, dataOut, events, dataIn));
        Assert.That(found, Is.EqualTo(new UsbControllerFunction(0, null, events, dataIn, dataOut, CommandsToInterface: false)));
    }

    [Test]
    public void Find_SeveralOfAKind_TakesTheFirst()
    {
        var found = Find(UsbDongles.Main(0, UsbClass.Bluetooth,
            UsbDongles.Events, UsbDongles.DataOut, UsbDongles.DataIn,
            new(0x84, UsbTransferKind.Interrupt, 16), new(0x04, UsbTransferKind.Bulk, 64), new(0x85, UsbTransferKind.Bulk, 64)));
        Assert.That((found?.Events, found?.DataIn, found?.DataOut),
            Is.EqualTo((UsbDongles.Events, UsbDongles.DataIn, UsbDongles.DataOut)));
    }

    [Test]
    public void Find_CompositeDevice_TakesTheBluetoothInterfaceAndAddressesIt()
    {
        var found = Find([
            UsbDongles.Main(0, s_network), UsbDongles.Main(2, UsbClass.Bluetooth), .. UsbDongles.Voice(3, UsbClass.Bluetooth)]);
        Assert.That((found?.Interface, found?.VoiceInterface, found?.CommandsToInterface), Is.EqualTo(((byte?)2, (byte?)3, true)));
    }

    [Test]
    public void Find_VendorClassAtInterfaceZero_IsTaken() =>
        Assert.That(Find([UsbDongles.Main(0, UsbDongles.Vendor), .. UsbDongles.Voice(1, UsbDongles.Vendor)])?.VoiceInterface, Is.EqualTo(1));

    [Test]
    public void Find_VendorClassBehindAnInterfaceWithoutEndpoints_IsTaken() =>
        Assert.That(Find(new UsbInterface(0, 0, s_network, []), UsbDongles.Main(1, UsbDongles.Vendor))?.Interface, Is.EqualTo(1));

    [Test]
    public void Find_OtherInterfaceBehind_IsNoVoice()
    {
        Assert.That(Find(UsbDongles.Main(0, UsbClass.Bluetooth), UsbDongles.Main(1, s_network))?.VoiceInterface, Is.Null, "another class");
        Assert.That(Find(UsbDongles.Main(0, UsbClass.Bluetooth), UsbDongles.Main(1, UsbClass.Bluetooth))?.VoiceInterface, Is.Null, "no voice in it");
    }

    [Test]
    public void Find_AlternateSettingWithBulkOnly_IsLeftAlone()
    {
        var serialized = new UsbInterface(0, 1, UsbClass.Bluetooth, [UsbDongles.DataIn, UsbDongles.DataOut]);
        Assert.That(Find(serialized, UsbDongles.Main(0, UsbClass.Bluetooth))?.Events, Is.EqualTo(UsbDongles.Events));
    }

    [TestCase(0x81)]
    [TestCase(0x82)]
    [TestCase(0x02)]
    public void Find_EndpointMissingOrWithoutRoom_IsNoController(byte address)
    {
        UsbEndpoint[] all = [UsbDongles.Events, UsbDongles.DataIn, UsbDongles.DataOut];
        Assert.That(Find(UsbDongles.Main(0, UsbClass.Bluetooth, [.. all.Where(e => e.Address != address)])), Is.Null);
        Assert.That(Find(UsbDongles.Main(0, UsbClass.Bluetooth,
            [.. all.Select(e => e.Address == address ? e with { MaximumPacket = 0 } : e)])), Is.Null);
    }

    [Test]
    public void Find_NoInterfaces_IsNoController() => Assert.That(Find(), Is.Null);

    private static UsbControllerFunction? Find(params UsbInterface[] interfaces) =>
        UsbControllerFunction.Find(UsbDongles.Csr with { Interfaces = interfaces });
}
