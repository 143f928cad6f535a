namespace HostStack.Hci.Tests.Packaging;

/// <summary>The service's units open every door to a controller, as the user whom the other files of packaging mean.</summary>
[TestFixture]
public sealed class ServiceUnitTests
{
    private static readonly string[] Units = ["hoststack.service", "hoststack@.service"];

    [TestCaseSource(nameof(Units))]
    public void Unit_RunsAsTheUserThatMayOpenDongles(string unit)
    {
        var user = Values(unit, "User").Single();
        Assert.That(Values(unit, "DynamicUser"), Is.EqualTo(new[] { "yes" }), "also where nobody made the user");
        Assert.That(new RepositoryFile("packaging/sysusers.d/hoststack.conf").Lines, Has.One.StartsWith($"u {user} -"), "and a group of its name");
        Assert.That(new RepositoryFile("packaging/udev/70-hoststack.rules").Text, Does.Contain($"\nGROUP=\"{user}\", "));
    }

    [TestCaseSource(nameof(Units))]
    public void Unit_OpensUsbAndSerialPorts(string unit) =>
        Assert.That(Values(unit, "DeviceAllow"), Is.SupersetOf(
            new[] { "char-usb_device rw", "char-ttyS rw", "char-ttyUSB rw", "char-ttyACM rw", "char-ttyAMA rw" }));

    /// <summary>A kind of device that no driver has announced when the service starts stays closed to it.</summary>
    [TestCaseSource(nameof(Units))]
    public void Unit_LoadsTheDriversOfPluggedDevicesFirst(string unit)
    {
        var modules = new[] { "usbcore", "usbserial", "cdc_acm" }.Select(static module => $"modprobe@{module}.service").ToArray();
        Assert.That(Words(unit, "Wants"), Is.SupersetOf(modules));
        Assert.That(Words(unit, "After"), Is.SupersetOf(modules));
    }

    /// <summary>The user channel: a socket of AF_BLUETOOTH, whose binding needs CAP_NET_ADMIN.</summary>
    [TestCaseSource(nameof(Units))]
    public void Unit_OpensAdaptersOfTheKernel(string unit)
    {
        Assert.That(Words(unit, "RestrictAddressFamilies"), Does.Contain("AF_BLUETOOTH"));
        Assert.That(Words(unit, "AmbientCapabilities"), Does.Contain("CAP_NET_ADMIN"));
        Assert.That(Words(unit, "CapabilityBoundingSet"), Does.Contain("CAP_NET_ADMIN"));
    }

    [Test]
    public void Units_DifferInNamesOnly()
    {
        var text = new RepositoryFile("packaging/systemd/hoststack@.service").Text;
        var settings = Settings(text.Replace("-%i", "", StringComparison.Ordinal).Replace("hoststack/%i.json", "hoststack.json", StringComparison.Ordinal)
            .Replace(", %i", "", StringComparison.Ordinal));
        Assert.That(settings, Is.EqualTo(Settings(new RepositoryFile("packaging/systemd/hoststack.service").Text)));
    }

    private static string[] Values(string unit, string key) =>
        [.. Settings(new RepositoryFile($"packaging/systemd/{unit}").Text)
            .Where(line => line.StartsWith(key + "=", StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..])];

    private static IEnumerable<string> Words(string unit, string key) => Values(unit, key).SelectMany(static value => value.Split(' '));

    private static IEnumerable<string> Settings(string text) =>
        text.Split('\n').Where(static line => line.Length > 0 && line[0] != '#');
}
