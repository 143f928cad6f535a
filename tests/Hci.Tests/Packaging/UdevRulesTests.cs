using System.Globalization;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Packaging;

/// <summary>packaging/udev/70-hoststack.rules lets people use what this host takes for a Bluetooth controller, and nothing
/// else.</summary>
[TestFixture]
public sealed class UdevRulesTests
{
    private static readonly RepositoryFile File = new("packaging/udev/70-hoststack.rules");
    private static readonly UdevRules Rules = new(File.Lines);
    private static readonly UsbClass Vendor = KnownControllers.VendorClass;
    private static readonly UsbClass Amp = new(0xE0, 0x01, 0x04);
    private static readonly UsbClass Keyboard = new(0x03, 0x01, 0x01);
    private static readonly UsbClass Storage = new(0x08, 0x06, 0x50);

    [Test]
    public void KnownControllers_AreInTheRules() => File.CheckGenerated(Generated());

    private static IEnumerable<UsbDeviceInfo> Devices()
    {
        UsbId unknown = new(0x1209, 0x0001);
        foreach (var @class in new[] { UsbClass.Bluetooth, Vendor, Amp, Keyboard, Storage, default })
        {
            yield return Device(unknown, @class);
            yield return Device(unknown, default, @class);
            yield return Device(unknown, default, Keyboard, @class);
            foreach (var maker in KnownControllers.VendorClassUsers.Union(KnownControllers.Makers.Select(static maker => maker.Vendor)))
            {
                yield return Device(new UsbId(maker, 0xFEDC), default, @class);
                yield return Device(new UsbId(maker, 0xFEDC), @class, Storage);
            }

            foreach (var known in KnownControllers.All)
            {
                yield return Device(known.Id, default, @class, @class);
                yield return Device(known.Id, @class, Vendor);
            }
        }

        // The other half of a known id.
        yield return Device(new UsbId(0x2357, 0x0605), default, Vendor);
        yield return Device(new UsbId(0x0604, 0x2357), default, Vendor);
    }

    [Test]
    public void Rules_GrantWhatIsAController_AndNothingElse()
    {
        var wrong = Devices().Where(static device => IsGranted(device) != UsbCandidates.IsController(device))
            .Select(static device => $"{device.Id} {device.Class} {string.Join(' ', device.Interfaces.Select(static one => one.Class))}: {IsGranted(device)}");
        Assert.That(wrong, Is.Empty);
        Assert.That(Devices().Count(IsGranted), Is.InRange(200, Devices().Count() - 50), "there is both");
    }

    [Test]
    public void Rules_OfAController_GrantAccessAndDoNothingElse() =>
        Assert.That(
            Rules.Apply(Attributes(Device(new UsbId(1, 2), UsbClass.Bluetooth))),
            Is.EqualTo(new[] { "GROUP=hoststack", "MODE=0660", "TAG+=uaccess" }));

    [Test]
    public void Rules_OfControllersThatMustSleepOnce_LetTheGroupDoIt()
    {
        var ids = KnownControllers.All.Where(static known => known.Quirks.HasFlag(ControllerQuirks.SuspendOnce)).Select(static known => known.Id).Distinct();
        foreach (var id in ids)
        {
            Assert.That(Rules.Apply(Attributes(Device(id, UsbClass.Bluetooth))), Has.One.StartsWith("RUN+=/bin/chgrp hoststack /sys%p/power/control"));
        }
    }

    [TestCase("ACTION", "remove")]
    [TestCase("SUBSYSTEM", "block")]
    [TestCase("ENV{DEVTYPE}", "usb_interface")]
    public void Rules_OfWhatIsNoDeviceThatComes_DoNothing(string key, string value)
    {
        var attributes = Attributes(Device(new UsbId(1, 2), UsbClass.Bluetooth));
        attributes[key] = value;
        Assert.That(Rules.Apply(attributes), Is.Empty);
    }

    // The makers whose controllers hide behind their own class, then each known id, a line for each maker.
    private static IEnumerable<string> Generated()
    {
        var makers = KnownControllers.VendorClassUsers.Select(Hex).Order(StringComparer.Ordinal);
        yield return $"ATTR{{idVendor}}==\"{string.Join('|', makers)}\", ENV{{ID_USB_INTERFACES}}==\"*:ff0101:*\", GOTO=\"hoststack_grant\"";
        foreach (var maker in KnownControllers.All.Select(static known => known.Id).Distinct().GroupBy(static id => id.Vendor).OrderBy(static group => group.Key))
        {
            var products = maker.Select(static id => Hex(id.Product)).Order(StringComparer.Ordinal);
            yield return $"ATTR{{idVendor}}==\"{Hex(maker.Key)}\", ATTR{{idProduct}}==\"{string.Join('|', products)}\", GOTO=\"hoststack_grant\"";
        }
    }

    private static bool IsGranted(UsbDeviceInfo device) => Rules.Apply(Attributes(device)).Contains("TAG+=uaccess");

    private static UsbDeviceInfo Device(UsbId id, UsbClass @class, params UsbClass[] interfaces) => new()
    {
        Id = id,
        Class = @class,
        Interfaces = [.. interfaces.Select(static (one, index) => new UsbInterface((byte)index, 0, one, []))],
    };

    // As the kernel writes attributes, and udev's usb_id the classes of the interfaces.
    private static Dictionary<string, string> Attributes(UsbDeviceInfo device) => new()
    {
        ["ACTION"] = "add",
        ["SUBSYSTEM"] = "usb",
        ["ENV{DEVTYPE}"] = "usb_device",
        ["ENV{ID_USB_INTERFACES}"] = ":" + string.Concat(device.Interfaces.Select(static one => Hex(one.Class) + ":").Distinct()),
        ["ATTR{bDeviceClass}"] = Hex(device.Class)[..2],
        ["ATTR{bDeviceSubClass}"] = Hex(device.Class)[2..4],
        ["ATTR{bDeviceProtocol}"] = Hex(device.Class)[4..],
        ["ATTR{idVendor}"] = Hex(device.Id.Vendor),
        ["ATTR{idProduct}"] = Hex(device.Id.Product),
    };

    private static string Hex(ushort value) => value.ToString("x4", CultureInfo.InvariantCulture);

    private static string Hex(UsbClass value) => $"{value.Class:x2}{value.Subclass:x2}{value.Protocol:x2}";
}
