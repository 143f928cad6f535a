using System.Text;
using HostStack.Cli.Configuration;
using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.Pan;

namespace HostStack.Cli.Tests.Configuration;

/// <summary>Good files become values, bad files sentences.</summary>
[TestFixture]
public sealed class ConfigurationFileTests
{
    private const string Gn = "\"uri\": \"virtual:\", \"networks\": [{ \"role\": \"gn\" }]";

    [Test]
    public void Least_HasTheDefaults()
    {
        var controller = Parse("{ \"controllers\": [{ " + Gn + " }] }").Controllers.Single();
        var network = controller.Networks.Single();
        Assert.Multiple(() =>
        {
            Assert.That((controller.Uri, controller.Name, controller.Wait), Is.EqualTo(("virtual:", "HostStack", true)));
            Assert.That((network.Role, network.Port.Kind, network.MinimumKeySize), Is.EqualTo((PanRole.Gn, PortKind.Endpoint, 16)));
            Assert.That(network.Authorize, Is.EqualTo(new[] { AuthorizationWord.Bonded }));
        });
    }

    [Test]
    public void Properties_AreWhatTheyWere()
    {
        var file = Parse("""
            {
              // comment
              "controllers": [{
                "uri": "h4:unix:/run/c", "name": "Hub", "class": "0x020300", "pin": "1234", "pairing": 2.5, "wait": false,
                "firstWait": 7, "acceptOtherController": true,
                "firmware": "patches", "deviceAddress": "00:11:22:33:44:55",
                "networks": [{ "role": "nap", "authorize": ["listed", "bonded"], "maximumPeers": 3, "isolate": true,
                  "port": { "kind": "bridge", "name": "hs0", "bridge": "br0" }, "addresses": ["10.0.0.1/24", "fd00::1/64"] }],
                "connections": [{ "peer": "5c:f3:70:66:12:34", "role": "gn", "pair": false,
                  "reconnect": { "firstWait": 0.5, "longestWait": 9, "attempts": 3 } }],
              }],
              /* listed */ "devices": [{ "address": "00:00:00:00:00:01", "until": "2031-12-31", "roles": ["nap"] }],
              "statusSocket": "/run/s", "log": { "level": "debug", "file": "l" },
            }
            """);
        var controller = file.Controllers.Single();
        var network = controller.Networks.Single();
        var connection = controller.Connections.Single();
        Assert.Multiple(() =>
        {
            Assert.That((controller.Class!.Value.Value, controller.Pairing, controller.Wait), Is.EqualTo((0x020300u, TimeSpan.FromSeconds(2.5), false)));
            Assert.That((controller.LongestWait.TotalSeconds, controller.AcceptsOtherController), Is.EqualTo((7.0, true)));
            Assert.That((controller.Firmware, controller.DeviceAddress), Is.EqualTo(("patches", (BdAddr?)BdAddr.Parse("00:11:22:33:44:55"))));
            Assert.That((network.Port.Kind, network.Port.Name, network.Port.Bridge), Is.EqualTo((PortKind.Bridge, "hs0", "br0")));
            Assert.That(network.Addresses, Has.Count.EqualTo(2));
            Assert.That((network.MaximumPeers, network.Isolate), Is.EqualTo((3, true)));
            Assert.That((connection.Peer, connection.Role, connection.Pair), Is.EqualTo((BdAddr.Parse("5C:F3:70:66:12:34"), PanRole.Gn, false)));
            Assert.That((connection.Reconnect.FirstWait.TotalSeconds, connection.Reconnect.Attempts), Is.EqualTo((0.5, 3)));
            Assert.That(file.Devices.Single().Until, Is.EqualTo(new DateTimeOffset(2031, 12, 31, 0, 0, 0, TimeSpan.Zero)));
            Assert.That((file.StatusSocket, file.Log.Level, file.Log.File), Is.EqualTo(("/run/s", Microsoft.Extensions.Logging.LogLevel.Debug, "l")));
        });
    }

    [Test]
    public void Firmware_FolderThatIsNotAbsolute_BeginsAtTheFile()
    {
        var file = Parse("""{ "controllers": [{ "uri": "virtual:", "firmware": "patches", "deviceAddress": "00:11:22:33:44:55", "networks": [{ "role": "gn" }] }] }""");
        file.File = Path.Combine(Path.GetTempPath(), "hoststack.json");
        var hci = Cli.Service.ConfiguredChoices.Host(file.Controllers.Single(), file, null, "").Host.Hci;
        Assert.That(hci.Firmware.Places, Does.StartWith(Path.Combine(Path.GetTempPath(), "patches")));
        Assert.That(hci.Address, Is.EqualTo(BdAddr.Parse("00:11:22:33:44:55")));
    }

    [TestCase("", false, 5)]
    [TestCase(", \"acceptOtherController\": true, \"longestWait\": 30", true, 30)]
    public void Read_AnotherController_NeedsTheOperatorsWord(string said, bool accepted, double longestWait)
    {
        var file = Parse("{ \"controllers\": [{ " + Gn + said + " }] }");
        var host = Cli.Service.ConfiguredChoices.Host(file.Controllers.Single(), file, null, "").Host;
        Assert.That(host.AcceptsOtherController?.Invoke(new ControllerInfo(), new ControllerInfo()) ?? false, Is.EqualTo(accepted));
        Assert.That(host.LongestReopenWait.TotalSeconds, Is.EqualTo(longestWait));
    }

    private static IEnumerable<TestCaseData> Bad()
    {
        yield return Case("", "1:1: The file is empty; write an object with \"controllers\" in it.");
        yield return Case("[]", "1:1: The file cannot be a list; write an object in braces, { }.");
        yield return Case("{}", "1:1: The file has no \"controllers\"; add it.");
        yield return Case("{ \"controllers\": [] }", "1:18: controllers has 0 items; give 1 to 16.");
        yield return Case("{ \"controler\": [], \"controllers\": [{ " + Gn + " }] }", "1:3: There is no \"controler\" in the file; did you mean \"controllers\"?");
        yield return Case(
            "{ \"log\": { \"xyzzy\": 1 }, \"controllers\": [{ " + Gn + " }] }", "1:12: There is no \"xyzzy\" in log; it takes level, file.");
        yield return Case("{ \"controllers\": [{ " + Gn + " }], \"controllers\": 1 }", "1:75: 'controllers' is given twice in one object; leave one out.");
        yield return Network("\"role\": \"gm\"", "2:9: controllers[0].networks[0].role cannot be 'gm'; write gn, nap or panu.");
        yield return Network("\"role\": null", "2:9: controllers[0].networks[0].role cannot be null; write gn, nap or panu.");
        yield return Network("\"isolate\": true", "1:53: controllers[0].networks[0] has no \"role\"; add it.");
        yield return Network("\"role\": \"gn\", \"isolate\": 1", "2:26: controllers[0].networks[0].isolate cannot be 1; write true or false.");
        yield return Network(
            "\"role\": \"gn\", \"maximumPeers\": 8", "2:31: controllers[0].networks[0].maximumPeers cannot be 8; write a whole number from 1 to 7.");
        yield return Network(
            "\"role\": \"gn\", \"minimumKeySize\": 7.5", "2:33: controllers[0].networks[0].minimumKeySize cannot be 7.5; write a whole number from 7 to 16.");
        yield return Network(
            "\"role\": \"gn\", \"addresses\": [\"10.0.0.300\"]",
            "2:29: controllers[0].networks[0].addresses[0] cannot be '10.0.0.300'; write a unicast address like 10.0.0.1/24 or fd00::1/64.");
        yield return Network(
            "\"role\": \"gn\", \"addresses\": [\"10.0.0.1/24\", \"10.0.0.2/24\"]",
            "2:28: controllers[0].networks[0].addresses has two addresses of one family; give one IPv4 and one IPv6 address.");
        yield return Network(
            "\"role\": \"gn\", \"authorize\": [\"all\", \"bonded\"]",
            "2:28: controllers[0].networks[0].authorize cannot mix all, ask or none with other rules; write that word alone.");
        yield return Network(
            "\"role\": \"gn\", \"authorize\": [\"bonded\", \"bonded\"]",
            "2:39: controllers[0].networks[0].authorize[1] is there twice; leave one out.");
        yield return Network(
            "\"role\": \"gn\", \"authorize\": \"listed\"",
            "2:28: controllers[0].networks[0].authorize is listed, but no device on the list may use the GN; add one to \"devices\".");
        yield return Network(
            "\"role\": \"panu\", \"maximumPeers\": 2",
            "2:33: controllers[0].networks[0].maximumPeers has no use here: a PANU has one device; leave it out.");
        yield return Network(
            "\"role\": \"gn\", \"port\": { \"kind\": \"interface\", \"bridge\": \"br0\" }",
            "2:56: controllers[0].networks[0].port.bridge has no use here: only a port of kind bridge joins one; leave it out, or make the kind bridge.");
        yield return Network(
            "\"role\": \"gn\", \"port\": { \"kind\": \"bridge\" }",
            "2:23: controllers[0].networks[0].port has no \"bridge\"; name the bridge that the interface joins.");
        yield return Network(
            "\"role\": \"gn\", \"port\": { \"kind\": \"interface\", \"name\": \"much-too-long-name\" }",
            "2:54: controllers[0].networks[0].port.name cannot be 'much-too-long-name'; write 1 to 15 letters and digits, like hs-gn.");
        yield return Network(
            "\"role\": \"gn\", \"subnet\": \"10.0.0.0/24\", \"port\": { \"kind\": \"interface\" }",
            "2:25: controllers[0].networks[0].subnet has no use here: only a NAP gives addresses and a way out; leave it out, or make the role nap.");
        yield return Network(
            "\"role\": \"nap\", \"port\": { \"kind\": \"user-mode\" }, \"forwards\": [\"tcp:80\"]",
            "2:62: controllers[0].networks[0].forwards[0] cannot be 'tcp:80'; write it like tcp:8080:80, protocol, port here and port of the device.");
        yield return Network("\"role\": \"gn\" }, { \"role\": \"gn\"",
            "2:27: controllers[0].networks[1].role is the same as controllers[0].networks[0].role; give each its own.");
        yield return Connection("\"peer\": \"me\"", "2:9: controllers[0].connections[0].peer cannot be 'me'; write six octets like 5C:F3:70:66:12:34.");
        yield return Connection(
            "\"peer\": \"5C:F3:70:66:12:34\", \"dhcp\": true",
            "2:38: controllers[0].connections[0].dhcp has no use here: an endpoint asks nobody for addresses; leave it out, or make the port's kind interface.");
        yield return Connection(
            "\"peer\": \"5C:F3:70:66:12:34\", \"port\": { \"kind\": \"interface\" }, \"defaultRoute\": true",
            "2:79: controllers[0].connections[0].defaultRoute needs a gateway, which DHCP tells; set \"dhcp\": true.");
        yield return Connection(
            "\"peer\": \"5C:F3:70:66:12:34\", \"reconnect\": { \"firstWait\": 9, \"longestWait\": 3 }",
            "2:76: controllers[0].connections[0].reconnect.longestWait is shorter than firstWait; make it longer, or leave it out.");
        yield return Case("{ \"controllers\": [{ \"uri\": \"virtual:\" }] }", "1:19: controllers[0] has neither networks nor connections; add one of them.");
        yield return Case("{ \"controllers\": [{ " + Gn + " }, { " + Gn + " }] }",
            "1:83: controllers[1].uri is the same as controllers[0].uri; give each its own.");
        yield return Case("{ \"controllers\": [{ " + Gn + ", \"class\": \"020300\" }] }",
            "1:81: controllers[0].class cannot be '020300'; write six hexadecimal digits like 0x020300.");
        yield return Case("{ \"controllers\": [{ " + Gn + ", \"deviceAddress\": \"01:00:00:00:00:01\" }] }",
            "1:89: controllers[0].deviceAddress cannot be '01:00:00:00:00:01'; write six octets like 5C:F3:70:66:12:34, the first one even.");
        yield return Case("{ \"controllers\": [{ " + Gn + ", \"pin\": \"12345678901234567\" }] }", "1:79: controllers[0].pin cannot be that; write a string of 1 to 16 octets.");
        yield return Case("{ \"controllers\": [{ " + Gn + ", \"pairing\": 1e99 }] }",
            "1:83: controllers[0].pairing cannot be 1e99; write seconds, a number from 1 to 2073600.");
        yield return Case("{ \"controllers\": [{ " + Gn + " }], \"devices\": [{ \"address\": \"00:00:00:00:00:01\", \"until\": \"soon\" }] }",
            "1:130: devices[0].until cannot be 'soon'; write a day or a moment like 2031-12-31 or 2031-12-31T18:00:00Z.");
        yield return Case("{ \"controllers\": [], \"log\": \"\\ud800\" }", "1:18: controllers has 0 items; give 1 to 16.", more: true);
        yield return Case("{ \"log\": \"\\ud800\", \"log\": 1 }", "1:1: The file has no \"controllers\"; add it.", more: true);
        yield return Case("{ \"controllers\": \"\\ud800\" }", "1:18: The string holds an escape that is half a character; write the whole character.", more: true);
    }

    [TestCaseSource(nameof(Bad))]
    public void Bad_IsSaidWithItsPlaceAndTheRemedy(string text, string expected, bool more)
    {
        var said = Errors(text);
        Assert.That(said[0], Is.EqualTo("/etc/h.json:" + expected));
        Assert.That(said, more ? Is.Not.Empty : Has.Count.EqualTo(1));
    }

    [Test]
    public void Bad_InSeveralPlaces_IsSaidAtOnceInTheOrderOfTheFile() =>
        Assert.That(
            Errors("""
                {
                  "controllers": [
                    { "uri": "virtual:", "networks": [{ "role": "gm" }], "colour": 1 },
                    { "uri": "virtual:", "networks": [{ "role": "gn", "maximumPeers": 0 }] },
                  ],
                }
                """).Select(static line => line.Split(' ')[0]),
            Is.EqualTo(new[] { "/etc/h.json:3:49:", "/etc/h.json:3:58:", "/etc/h.json:4:14:", "/etc/h.json:4:71:" }));

    [TestCase("{ \"controllers\": ", "1:18")]
    [TestCase("{\n  \"controllers\": [\n    { \"uri\": \"virtual:\" \"name\": \"x\" }\n  ]\n}", "3:25")]
    [TestCase("{\n  'controllers': []\n}", "2:3")]
    [TestCase("{ } x", "1:5")]
    public void Malformed_SaysWhere(string text, string place)
    {
        var said = Errors(text).Single();
        Assert.That(said, Does.StartWith($"/etc/h.json:{place}: The JSON cannot be read from here on (").And.EndsWith("bracket before this place."));
    }

    [Test]
    public void Column_CountsCharactersAndNotOctets() =>
        Assert.That(Errors("{ \"übergroß\": 1, \"controllers\": [{ " + Gn + ", \"büro\": 1 }] }")[^1], Does.StartWith("/etc/h.json:1:87: "));

    [Test]
    public void ByteOrderMark_IsLeftOut() =>
        Assert.That(
            ConfigurationFile.Parse("f", (byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("{ \"controllers\": [{ " + Gn + " }] }")]).Controllers,
            Has.Count.EqualTo(1));

    [Test]
    public void NotUtf8_SaysWhere()
    {
        var failure = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse("f", (byte[])[.. "{ \""u8, 0xFF, .. "\": 1 }"u8]));
        Assert.That(failure.Errors.Single().ToString(), Is.EqualTo("f:1:4: The text is not UTF-8 from here on; save the file as UTF-8."));
    }

    [Test]
    public void TooLong_IsRefused()
    {
        var failure = Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse("f", new byte[ConfigurationText.MaximumSize + 1]));
        Assert.That(failure.Errors.Single().ToString(), Does.StartWith("f:1:1: The file has more than 1048576 octets"));
    }

    [Test]
    public void TooDeep_IsRefused() =>
        Assert.That(Errors(new string('[', 100)).Single(), Does.Contain("The JSON cannot be read from here on"));

    [Test]
    public void Missing_SaysSo()
    {
        var failure = Assert.Throws<CommandFailedException>(() => ConfigurationFile.Read("/no/such/file.json"));
        Assert.That(failure.Message, Is.EqualTo("There is no configuration '/no/such/file.json'; name a file that is there with --config."));
        Assert.That(failure.ExitCode, Is.EqualTo(ExitCode.NoInput));
    }

    private static TestCaseData Case(string text, string expected, bool more = false) => new(text, expected, more);

    private static TestCaseData Network(string properties, string expected) =>
        Case("{ \"controllers\": [{ \"uri\": \"virtual:\", \"networks\": [{\n" + properties + " }] }] }", expected);

    private static TestCaseData Connection(string properties, string expected) =>
        Case("{ \"controllers\": [{ \"uri\": \"virtual:\", \"connections\": [{\n" + properties + " }] }] }", expected);

    private static ServiceConfiguration Parse(string text) => ConfigurationFile.Parse("/etc/h.json", Encoding.UTF8.GetBytes(text));

    private static IReadOnlyList<string> Errors(string text)
    {
        var failure = Assert.Throws<ConfigurationException>(() => Parse(text));
        var heading = failure.Errors.Count == 1 ? "The configuration has an error; correct it:" : $"The configuration has {failure.Errors.Count} errors; correct them:";
        Assert.That(failure.Message, Is.EqualTo(string.Join(Environment.NewLine, [heading, .. failure.Errors.Select(static error => error.ToString())])));
        return [.. failure.Errors.Select(static error => error.ToString())];
    }
}
