using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>Which device is the one that was open, by ids, serial number and place.</summary>
[TestFixture]
public sealed class UsbIdentityTests
{
    private static readonly UsbId s_id = Dongles.Id("0a12:0001");

    // What is plugged in: place and serial number of each 0a12:0001 ('-' for none), 'x' for a device of other ids.
    [TestCase("A", "1.4", false, "1.4=A", "1.4", TestName = "serial, same place")]
    [TestCase("A", "1.4", false, "1.2=A", "1.2", TestName = "serial, other place")]
    [TestCase("A", "1.4", false, "1.2=B 1.3=A", "1.3", TestName = "serial among others")]
    [TestCase("A", "1.4", false, "1.2=A 1.4=A", "1.4", TestName = "a serial number that two share: the same place")]
    [TestCase("A", null, false, "1.2=A", "1.2", TestName = "serial, place unknown")]
    [TestCase("-", "1.4", false, "1.4=-", "1.4", TestName = "no serial, same place")]
    [TestCase("-", "1.4", false, "1.2=-", "1.2", TestName = "no serial, other place, the only one")]
    [TestCase("-", "1.4", false, "1.2=- 1.4=-", "1.4", TestName = "no serial, one of two at the same place")]
    [TestCase("-", "1.4", false, "1.4=x 1.2=-", "1.2", TestName = "no serial, another device at its place")]
    [TestCase("A", "1.4", true, "1.4=A 1.2=A", "1.4", TestName = "named place")]
    [TestCase("A", "1.4", false, "1.4=-", "1.4", TestName = "serial that cannot be read now, same place")]
    [TestCase("-", "1.4", false, "1.4=B", "1.4", TestName = "serial that could not be read then, same place")]
    [TestCase("A", "1.4", false, "1.4=- 1.2=A", "1.2", TestName = "serial unread at its place and found elsewhere")]
    [TestCase("A", "1.4", true, "1.4=- 1.2=A", "1.4", TestName = "named place, serial that cannot be read now")]
    public void Find_TheSame(string serial, string? place, bool isPlaceNamed, string plugged, string found) =>
        Assert.That(Identity(serial, place, isPlaceNamed).Find(Plugged(plugged)).Location, Is.EqualTo(found));

    [TestCase("A", "1.4", false, "", "The USB device 0a12:0001 at 1.4 is gone; plug it in again.", TestName = "gone")]
    [TestCase("A", null, false, "1.2=x", "The USB device 0a12:0001 is gone; plug it in again.", TestName = "gone, place unknown")]
    [TestCase("A", "1.4", false, "1.4=B", "The USB device 0a12:0001 at 1.4 is gone, and 0a12:0001 at 1.4 is another one; plug the first one in again, or start again with the other.", TestName = "another serial number")]
    [TestCase("-", "1.4", false, "1.2=B", "The USB device 0a12:0001 at 1.4 is gone, and 0a12:0001 at 1.2 is another one; plug the first one in again, or start again with the other.", TestName = "one with a serial number elsewhere")]
    [TestCase("A", "1.4", false, "1.2=-", "The USB device 0a12:0001 at 1.4 is gone, and 0a12:0001 at 1.2 is another one; plug the first one in again, or start again with the other.", TestName = "one without a serial number elsewhere")]
    [TestCase("-", "1.4", false, "1.2=- 1.4=B", "The USB device 0a12:0001 at 1.4 that was open may be any of 0a12:0001 at 1.2, 0a12:0001 at 1.4; plug it in where it was, or unplug the others.", TestName = "no serial, one like it elsewhere and another at its place")]
    [TestCase("A", "1.4", false, "1.2=A 1.3=A", "The USB device 0a12:0001 at 1.4 that was open may be any of 0a12:0001 at 1.2, 0a12:0001 at 1.3; plug it in where it was, or unplug the others.", TestName = "a serial number that two share: elsewhere")]
    [TestCase("-", "1.4", false, "1.2=- 1.3=-", "The USB device 0a12:0001 at 1.4 that was open may be any of 0a12:0001 at 1.2, 0a12:0001 at 1.3; plug it in where it was, or unplug the others.", TestName = "no serial, one of two elsewhere")]
    [TestCase("-", "1.4", false, "1.2=- 1.3=B", "The USB device 0a12:0001 at 1.4 that was open may be any of 0a12:0001 at 1.2, 0a12:0001 at 1.3; plug it in where it was, or unplug the others.", TestName = "no serial, not the only one of its kind")]
    [TestCase("A", "1.4", true, "1.2=A", "The USB device 0a12:0001 at 1.4 is gone; plug it in again, at the same place.", TestName = "named place, elsewhere")]
    [TestCase("A", "1.4", true, "1.4=x 1.2=A", "The USB device 0a12:0001 at 1.4 is gone, and 0bda:8771 at 1.4 is another one; plug the first one in again, or start again with the other.", TestName = "named place, another there")]
    public void Find_NotTheSame_SaysSo(string serial, string? place, bool isPlaceNamed, string plugged, string sentence) =>
        Assert.That(
            () => Identity(serial, place, isPlaceNamed).Find(Plugged(plugged)),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.EqualTo(sentence));

    private static UsbIdentity Identity(string serial, string? place, bool isPlaceNamed) =>
        new(s_id, serial == "-" ? null : serial, place, isPlaceNamed);

    private static List<UsbDeviceInfo> Plugged(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static item => item.Split('='))
            .Select(static item => Dongles.Controller(
                item[1] == "x" ? "0bda:8771" : "0a12:0001", ports: item[0][2..], serial: item[1] is "-" or "x" ? null : item[1]))];
}
