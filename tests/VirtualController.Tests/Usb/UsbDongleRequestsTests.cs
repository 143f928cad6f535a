using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;
using HostStack.VirtualController.Usb;

namespace HostStack.VirtualController.Tests.Usb;

/// <summary>Endpoint 0: setup packets and answers as USB 2.0, 9.4 has them.</summary>
public class UsbDongleRequestsTests
{
    private const string DeviceDescriptor = "12010002e00101400912010000010102" + "0301";

    [TestCase("80 06 0001 0000 1200", "Completed " + DeviceDescriptor)]
    [TestCase("80 06 0001 0000 0800", "Completed 12010002e0010140")]
    [TestCase("80 06 0001 0000 ff00", "Completed " + DeviceDescriptor)]
    [TestCase("80 06 0002 0000 0900", "Completed 0902b1000201008032")]
    [TestCase("80 06 0003 0000 ff00", "Completed 04030904")]
    [TestCase("80 06 0303 0904 ff00", "Completed 0a033000300030003100")]
    [TestCase("80 06 0403 0904 ff00", "Stalled")]           // no such string
    [TestCase("80 06 0006 0000 0a00", "Stalled")]           // no device qualifier: full speed only
    [TestCase("80 06 0102 0000 0900", "Stalled")]           // no second configuration
    [TestCase("80 08 0000 0000 0100", "Completed 01")]
    [TestCase("81 0a 0000 0100 0100", "Completed 00")]
    [TestCase("81 0a 0000 0200 0100", "Stalled")]           // no interface 2
    [TestCase("80 00 0000 0000 0200", "Completed 0000")]
    [TestCase("82 00 0000 8100 0200", "Completed 0000")]
    [TestCase("82 00 0000 8900 0200", "Stalled")]           // no such endpoint
    [TestCase("00 05 0700 0000 0000", "Completed")]
    [TestCase("00 09 0100 0000 0000", "Completed")]
    [TestCase("00 09 0200 0000 0000", "Stalled")]
    [TestCase("01 0b 0500 0100 0000", "Completed")]
    [TestCase("01 0b 0600 0100 0000", "Stalled")]           // alternates are 0 to 5
    [TestCase("01 0b 0100 0000 0000", "Stalled")]
    [TestCase("00 03 0100 0000 0000", "Stalled")]           // it wakes nobody
    [TestCase("02 01 0000 8200 0000", "Completed")]
    [TestCase("02 01 0000 8700 0000", "Stalled")]
    [TestCase("c0 33 0000 0000 0400", "Stalled")]           // no request of a vendor
    [TestCase("40 01 0000 0000 0000", "Stalled")]
    [TestCase("22 00 0000 0000 0300 03 0c 00", "Stalled")]  // a command goes to the device or its interface
    [TestCase("20 07 0000 0000 0300 03 0c 00", "Stalled")]
    [TestCase("20 00 0000 0000 0400 03 0c 00", "Stalled")]  // less data than the setup packet says
    [TestCase("20 00 0000 0000 0300 03 0c 00", "Completed")]
    [TestCase("21 00 0000 0000 0300 03 0c 00", "Completed")]
    [TestCase("20 e0 0000 0000 0300 03 0c 00", "Completed")]
    public void Request_IsAnsweredAsUsbSays(string setup, string end)
    {
        using var simulation = new Simulation();
        Assert.That(DongleHost.On(simulation).Request(setup), Is.EqualTo(end));
    }

    [Test]
    public void Request_WithoutASetupPacket_Fails([Range(0, 7)] int length)
    {
        using var simulation = new Simulation();
        var host = DongleHost.On(simulation);
        host.Receive(0, length);
        Assert.That(host.Take(), Is.EqualTo("00 Failed"));
    }

    [Test]
    public void Interface_SelectedAlternate_IsToldUntilConfiguredAnew()
    {
        using var simulation = new Simulation();
        var host = DongleHost.On(simulation);
        host.Request("01 0b 0300 0100 0000");
        Assert.That(host.Request("81 0a 0000 0100 0100"), Is.EqualTo("Completed 03"));
        host.Request("00 09 0100 0000 0000");
        Assert.That(host.Request("81 0a 0000 0100 0100"), Is.EqualTo("Completed 00"));
    }

    [Test]
    public void Pipes_BeforeAConfigurationIsSelected_AreNotThere()
    {
        using var simulation = new Simulation();
        var host = new DongleHost(simulation, new UsbDongle(VirtualRadio.In(simulation).Add()), configured: false);
        host.Receive(DongleHost.Events, 16);
        Assert.That(host.Take(), Is.EqualTo("81 Failed"));
        Assert.That(host.Request("80 08 0000 0000 0100"), Is.EqualTo("Completed 00"));
        Assert.That(host.Request("81 0a 0000 0000 0100"), Is.EqualTo("Stalled"));
        Assert.That(host.Request("00 09 0100 0000 0000"), Is.EqualTo("Completed"));
        host.Command("03 0c 00");
        Assert.That(host.Event(), Is.EqualTo("0e0401030c00"));
    }

    [Test]
    public void Command_Refused_StallsTheRequestAndNoOther()
    {
        using var simulation = new Simulation();
        var host = DongleHost.On(simulation);
        host.Dongle.RefuseCommands(1);
        Assert.That(host.Request("20 00 0000 0000 0300 03 0c 00"), Is.EqualTo("Stalled"));
        host.Command("03 0c 00");
        Assert.That(host.Event(), Is.EqualTo("0e0401030c00"));
    }
}
