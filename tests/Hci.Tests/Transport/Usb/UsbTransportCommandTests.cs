using HostStack.Hci.Transport.Usb;
using static HostStack.Hci.Tests.Transport.Usb.UsbTransportRig;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>Commands that the control endpoint refuses or loses.</summary>
[TestFixture]
public sealed class UsbTransportCommandTests
{
    /// <summary>The answer that the controller could not give: its caller hears of it, and goes on.</summary>
    [Test]
    public async Task Out_CommandRefused_IsAnsweredWithUnknownCommand()
    {
        await using var rig = new UsbTransportRig();
        rig.Transport.Send(Reset);
        rig.Device.AwaitTaken(Control, 1);
        rig.Device.Script[Control] = new([(UsbTransferStatus.Stalled, 0)]);
        rig.Transport.Send([0x01, 0x46, 0x0C, 0x00]);
        await rig.ArrivedAsync(1);
        rig.Transport.Send([0x01, 0x05, 0x10, 0x00]);
        rig.Device.AwaitTaken(Control, 2);
        Assert.That(rig.Sink.Packets, Is.EqualTo(new[] { new byte[] { 0x04, 0x0F, 0x04, 0x01, 0x01, 0x46, 0x0C } }));
        Assert.That(rig.Device.Taken(Control).Select(static packet => packet[8..]),
            Is.EqualTo(new[] { Reset[1..], new byte[] { 0x05, 0x10, 0x00 } }));
    }

    /// <summary>Descriptors do not always tell whether commands go to the device or to the interface.</summary>
    [TestCase(0, new byte[] { 0x21, 0x00 })]
    [TestCase(2, new byte[] { 0x20, 0x00 })]
    public async Task Out_FirstCommandRefused_IsAddressedTheOtherWay(byte interfaceNumber, byte[] expected)
    {
        await using var rig = new UsbTransportRig(info: HostStack.Testing.Usb.UsbDongles.Csr with
        {
            Interfaces = [HostStack.Testing.Usb.UsbDongles.Main(interfaceNumber, UsbClass.Bluetooth)],
        });
        rig.Device.Script[Control] = new([(UsbTransferStatus.Stalled, 0)]);
        rig.Transport.Send(Reset);
        rig.Device.AwaitTaken(Control, 1);
        rig.Transport.Send([0x01, 0x05, 0x10, 0x00]);
        rig.Device.AwaitTaken(Control, 2);
        Assert.That(rig.Device.Taken(Control).Select(static packet => packet[..2]), Is.EqualTo(new[] { expected, expected }));
        Assert.That(rig.Sink.Packets, Is.Empty);
    }

    [Test]
    public async Task Out_FirstCommandRefusedBothWays_IsAnsweredSo()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Script[Control] = new([(UsbTransferStatus.Stalled, 0), (UsbTransferStatus.Stalled, 0)]);
        rig.Transport.Send(Reset);
        await rig.ArrivedAsync(1);
        Assert.That(rig.Sink.Packets, Is.EqualTo(new[] { new byte[] { 0x04, 0x0F, 0x04, 0x01, 0x01, 0x03, 0x0C } }));
    }

    /// <summary>Who was refused both ways leaves the address that the descriptors tell, and the next one may try again.</summary>
    [Test]
    public async Task Out_CommandAfterOneRefusedBothWays_GoesWhereTheDescriptorsSay()
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Script[Control] = new([(UsbTransferStatus.Stalled, 0), (UsbTransferStatus.Stalled, 0)]);
        rig.Transport.Send([0x01, 0x01, 0x10, 0x00]);
        await rig.ArrivedAsync(1);
        rig.Transport.Send(Reset);
        rig.Device.AwaitTaken(Control, 1);
        rig.Device.Script[Control].Enqueue((UsbTransferStatus.Stalled, 0));
        rig.Transport.Send([0x01, 0x02, 0x10, 0x00]);
        await rig.ArrivedAsync(1);
        rig.Transport.Send([0x01, 0x03, 0x10, 0x00]);
        rig.Device.AwaitTaken(Control, 2);
        Assert.That(rig.Device.Taken(Control).Select(static packet => packet[0]), Is.EqualTo(new byte[] { 0x20, 0x20 }));
        Assert.That(rig.Sink.Packets.Select(static packet => packet[5]), Is.EqualTo(new byte[] { 0x01, 0x02 }));
    }

    /// <summary>A request fails in its last stage too, when the controller has the command: it is not carried out twice.</summary>
    [Test]
    public async Task Out_CommandFailsOnTheBus_IsNotSentAgain([Values(0, 3)] int moved, [Values(UsbTransferStatus.Failed, UsbTransferStatus.Overflow)] UsbTransferStatus status)
    {
        await using var rig = new UsbTransportRig();
        rig.Device.Script[Control] = new([(status, moved)]);
        rig.Transport.Send([0x01, 0x05, 0x10, 0x00]);
        await rig.ArrivedAsync(1);
        Assert.That(rig.Sink.Losses, Is.EqualTo(new[] { "a command failed on its way, and the controller may have carried it out" }));
        rig.Device.Script[Control].Enqueue((UsbTransferStatus.Failed, 0));
        rig.Transport.Send(Reset);
        rig.Device.AwaitTaken(Control, 1);
        Assert.That(rig.Device.Taken(Control).Select(static packet => packet[8..]), Is.EqualTo(new[] { Reset[1..] }), "Reset may come twice");
        Assert.That(rig.Sink.Losses, Has.Count.EqualTo(1));
    }
}
