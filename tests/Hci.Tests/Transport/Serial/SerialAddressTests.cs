using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;

namespace HostStack.Hci.Tests.Transport.Serial;

[TestFixture]
public sealed class SerialAddressTests
{
    [Test]
    public void Parse_H4WithoutOptions_HasTheUartTransportsDefaults() =>
        Assert.That(
            SerialAddress.Parse("h4:serial", "/dev/ttyUSB0"),
            Has.Property("Port").EqualTo("/dev/ttyUSB0")
                .And.Property("Settings").EqualTo(new SerialSettings { BaudRate = 115_200, FlowControl = SerialFlowControl.RtsCts }));

    [Test]
    public void Parse_H5WithoutOptions_HasTheThreeWireTransportsDefaults()
    {
        var address = SerialAddress.Parse("h5:serial", "COM3");
        Assert.That(address.Settings, Is.EqualTo(new SerialSettings { BaudRate = 115_200, Parity = SerialParity.Even }));
        Assert.That((address.ThreeWire.Window, address.ThreeWire.IntegrityCheck, address.ThreeWire.FlowControl), Is.EqualTo((4, true, false)));
        Assert.That(address.Device, Is.EqualTo(new ControllerDevice()));
    }

    [Test]
    public void Parse_EveryOption_IsTaken()
    {
        var address = SerialAddress.Parse(
            "h5:serial",
            "/dev/ttyS1?baud=4000000&flow=rtscts&parity=none&reset=dtr&break=yes&vendor=bcm&speed=3000000&window=7&crc=no&oof=yes");
        Assert.That(address.Settings, Is.EqualTo(new SerialSettings
        {
            BaudRate = 4_000_000, FlowControl = SerialFlowControl.RtsCts, Parity = SerialParity.None,
            ResetLine = SerialResetLine.Dtr, Break = true,
        }));
        Assert.That(address.Device, Is.EqualTo(new ControllerDevice { Vendor = "bcm", OperatingRate = 3_000_000 }));
        Assert.That((address.ThreeWire.Window, address.ThreeWire.IntegrityCheck, address.ThreeWire.FlowControl), Is.EqualTo((7, false, true)));
    }

    [TestCase("h4:serial:", "'h4:serial:' needs a serial port; write it like h4:serial:/dev/ttyUSB0?baud=921600.")]
    [TestCase("h5:serial:?baud=9600", "'h5:serial:?baud=9600' needs a serial port; write it like h5:serial:/dev/ttyUSB0?baud=921600.")]
    [TestCase("h4:serial:/x?speeed=1", "'speeed' is no option of a serial port; the options are baud, flow, parity, reset, break, vendor and speed.")]
    [TestCase("h4:serial:/x?window=4", "'window' is no option of a serial port; the options are baud, flow, parity, reset, break, vendor and speed.")]
    [TestCase("h5:serial:/x?w", "'w' is no option of a serial port; the options are baud, flow, parity, reset, break, vendor and speed, and window, crc and oof.")]
    [TestCase("h4:serial:/x?baud", "'baud=' is no option of a serial port; write baud= with a number from 300 to 10000000.")]
    [TestCase("h4:serial:/x?baud=299", "'baud=299' is no option of a serial port; write baud= with a number from 300 to 10000000.")]
    [TestCase("h4:serial:/x?baud=+9600", "'baud=+9600' is no option of a serial port; write baud= with a number from 300 to 10000000.")]
    [TestCase("h4:serial:/x?flow=xonxoff", "'flow=xonxoff' is no option of a serial port; write flow= with rtscts or none.")]
    [TestCase("h4:serial:/x?parity=odd", "'parity=odd' is no option of a serial port; write parity= with none or even.")]
    [TestCase("h4:serial:/x?reset=yes", "'reset=yes' is no option of a serial port; write reset= with dtr, rts or none.")]
    [TestCase("h4:serial:/x?break=1", "'break=1' is no option of a serial port; write break= with yes or no.")]
    [TestCase("h4:serial:/x?vendor=acme", "'vendor=acme' is no option of a serial port; write vendor= with one of bcm, csr, intel, mtk, none, qca, rtk.")]
    [TestCase("h4:serial:/x?speed=3000000", "speed=3000000 needs vendor=bcm or vendor=rtk, whose start-up can change the rate; name the maker, or write baud=3000000 for a controller that is at that rate.")]
    [TestCase("h5:serial:/x?vendor=csr&speed=3000000", "speed=3000000 needs vendor=bcm or vendor=rtk, whose start-up can change the rate; name the maker, or write baud=3000000 for a controller that is at that rate.")]
    [TestCase("h5:serial:/x?window=8", "'window=8' is no option of a serial port; write window= with a number from 1 to 7.")]
    [TestCase("h4:serial:/x?reset=rts", "RTS cannot both reset the controller and hold it back; write reset=dtr, or flow=none.")]
    public void Open_Malformed_SaysWhatMayBeWritten(string uri, string sentence) =>
        Assert.That(() => ControllerSources.CreateDefault().Open(uri), Throws.InstanceOf<FormatException>().With.Message.EqualTo(sentence));

    [TestCase("h4:serial:/dev/ttyUSB0?baud=921600")]
    [TestCase("h4:serial:/dev/ttyUSB0?speed=921600&vendor=BCM")]
    [TestCase("h5:serial:/dev/ttyS1?vendor=rtk&speed=1500000")]
    [TestCase("h5:serial:/dev/ttyS1")]
    public void Open_WellFormed_KeepsTheUri(string uri) =>
        Assert.That(ControllerSources.CreateDefault().Open(uri).Uri, Is.EqualTo(uri));
}
