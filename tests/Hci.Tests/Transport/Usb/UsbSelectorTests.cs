using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

[TestFixture]
public sealed class UsbSelectorTests
{
    [TestCase("", "")]
    [TestCase("0a12:0001", "0a12:0001")]
    [TestCase("0A12:0001", "0a12:0001")]
    [TestCase("0a12:0001#2", "0a12:0001#2")]
    [TestCase("0a12:0001#99", "0a12:0001#99")]
    [TestCase("1.4", "1.4")]
    [TestCase("1.4.2", "1.4.2")]
    [TestCase("01.004", "1.4")]
    [TestCase("255.1", "255.1")]
    public void Parse_WellFormed_IsWrittenAgain(string text, string written) =>
        Assert.That(UsbSelector.Parse(text).ToString(), Is.EqualTo(written));

    [Test]
    public void Parse_Parts_AreThoseOfTheText()
    {
        Assert.Multiple(() =>
        {
            Assert.That(UsbSelector.Parse(""), Is.EqualTo(UsbSelector.First));
            Assert.That(UsbSelector.Parse("0a12:0001#2"), Is.EqualTo(new UsbSelector { Id = new(0x0A12, 0x0001), Number = 2 }));
            Assert.That(UsbSelector.Parse("1.4"), Is.EqualTo(new UsbSelector { Location = "1.4" }));
        });
    }

    [TestCase("0a12")]
    [TestCase("0a12:1")]
    [TestCase("a12:0001")]
    [TestCase("0a12:000g")]
    [TestCase("0a12:0001:1")]
    [TestCase("#2")]
    [TestCase("1")]
    [TestCase("1.")]
    [TestCase(".4")]
    [TestCase("1..4")]
    [TestCase("1.0")]
    [TestCase("1.256")]
    [TestCase("1-4")]
    [TestCase("+1.4")]
    [TestCase(" 1.4")]
    [TestCase("first")]
    public void Parse_Malformed_SaysHowToWriteIt(string text) =>
        Assert.That(
            () => UsbSelector.Parse(text),
            Throws.TypeOf<FormatException>().With.Message.EqualTo(
                $"'usb:{text}' names no USB controller; write usb: for the first one, or it like usb:0a12:0001, usb:0a12:0001#2 (the second of them) or usb:1.4 (bus and port)."));

    [TestCase("0a12:0001#")]
    [TestCase("0a12:0001#0")]
    [TestCase("0a12:0001#-1")]
    [TestCase("0a12:0001#100")]
    [TestCase("0a12:0001#2#3")]
    [TestCase("0a12:0001#x")]
    public void Parse_NumberThatIsNone_SaysSo(string text) =>
        Assert.That(
            () => UsbSelector.Parse(text),
            Throws.TypeOf<FormatException>().With.Message.StartsWith($"'usb:{text}' needs a number from 1 to 99 behind '#'; write usb:"));

    [TestCase("usb:")]
    [TestCase("USB:0a12:0001#2")]
    [TestCase("usb:1.4")]
    public void Sources_OfTheDefault_KnowTheForm(string uri) =>
        Assert.That(ControllerSources.CreateDefault().Open(uri).Uri, Is.EqualTo(uri.ToLowerInvariant()));

    [Test]
    public void Sources_NameTheForm() =>
        Assert.That(ControllerSources.CreateDefault().Forms, Does.Contain("usb:[vid:pid[#n]|bus.port]"));
}
