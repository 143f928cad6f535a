using System.Net.Sockets;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Tests.Transport;

[TestFixture]
public sealed class ControllerSourcesTests
{
    private readonly ControllerSources _sources = ControllerSources.CreateDefault();

    [TestCase("h4:unix:/run/bt.sock", "h4:unix", "/run/bt.sock")]
    [TestCase("H4:TCP:localhost:9000", "h4:tcp", "localhost:9000")]
    [TestCase("virtual:", "virtual", "")]
    [TestCase("hci-user:0", "hci-user", "0")]
    [TestCase("usb:0a12:0001", "usb", "0a12:0001")]
    [TestCase("h5:serial:/dev/ttyS1?parity=none", "h5:serial", "/dev/ttyS1?parity=none")]
    [TestCase("h4:serial:COM3", "h4:serial", "COM3")]
    public void TryParse_KnownShape_GivesItsParts(string text, string scheme, string address)
    {
        Assert.That(ControllerUri.TryParse(text, out var uri), Is.True);
        Assert.That(uri, Is.EqualTo(new ControllerUri(scheme, address)));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase(":x")]
    [TestCase("h4:")]
    [TestCase("h4::x")]
    [TestCase("h5:")]
    [TestCase("h5:serial")]
    [TestCase("h4:tcp")]
    [TestCase("/run/bt sock:1")]
    public void TryParse_NoController_IsRefused(string? text) =>
        Assert.That(ControllerUri.TryParse(text, out _), Is.False);

    [TestCase("h4:tcp:localhost:9000")]
    [TestCase("h4:tcp:192.0.2.1:1")]
    [TestCase("h4:tcp:[::1]:9000")]
    [TestCase("h4:unix:/tmp/bt.sock")]
    public void Open_WellFormed_KeepsTheUri(string uri) => Assert.That(_sources.Open(uri).Uri, Is.EqualTo(uri));

    [TestCase("h4:tcp:localhost")]
    [TestCase("h4:tcp:localhost:")]
    [TestCase("h4:tcp:localhost:0")]
    [TestCase("h4:tcp:localhost:65536")]
    [TestCase("h4:tcp::9000")]
    [TestCase("h4:tcp:::1:9000")]
    [TestCase("h4:tcp:[]:9000")]
    [TestCase("h4:tcp:localhost: 9000")]
    [TestCase("h4:unix:")]
    public void Open_MalformedAddress_SaysHowToWriteIt(string uri) =>
        Assert.That(() => _sources.Open(uri), Throws.InstanceOf<FormatException>().With.Message.Contains("write it like h4:"));

    [Test]
    public void Open_UnixPathTooLong_SaysSo() =>
        Assert.That(
            () => _sources.Open("h4:unix:/" + new string('x', 300)),
            Throws.InstanceOf<FormatException>().With.Message.Contains("shorter"));

    [Test]
    public void Open_UnknownForm_NamesTheKnownOnes()
    {
        _sources.Register("virtual", _ => new UnixControllerSource("/x"));
        Assert.That(
            () => _sources.Open("bluez:0"),
            Throws.InstanceOf<FormatException>()
                .With.Message.EqualTo("'bluez:0' does not name a controller; write one of h4:serial:/dev/ttyUSB0?baud=115200, h4:tcp:host:port, "
                    + "h4:unix:/path, h5:serial:/dev/ttyS1, hci-user:N, usb:[vid:pid[#n]|bus.port], virtual:."));
    }

    [Test]
    public void Register_OwnForm_GetsTheAddress()
    {
        string? got = null;
        _sources.Register("h4:serial", address =>
        {
            got = address;
            return new UnixControllerSource("/x");
        });
        _sources.Open("h4:serial:/dev/ttyUSB0@115200");
        Assert.That(got, Is.EqualTo("/dev/ttyUSB0@115200"));
    }

    [TestCase("")]
    [TestCase("h4")]
    [TestCase("a b")]
    [TestCase("usb:x")]
    public void Register_NoScheme_IsTheCallersMistake(string scheme) =>
        Assert.That(() => _sources.Register(scheme, _ => new UnixControllerSource("/x")), Throws.ArgumentException);

    [Test]
    public void OpenAsync_NoSuchSocket_SaysSo()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.That(
            async () => await new UnixControllerSource(path).OpenAsync(default),
            Throws.InstanceOf<ControllerUnavailableException>().With.Message.StartsWith($"There is no socket {path};"));
    }

    [Test]
    public async Task OpenAsync_ServedSocket_CarriesPackets()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            var sink = new RecordingSink();
            await using var transport = await new UnixControllerSource(path).OpenAsync(default);
            using var server = await listener.AcceptAsync();
            transport.Start(sink);
            transport.Send([0x01, 0x03, 0x0C, 0x00]);
            transport.Flush();
            var octets = new byte[4];
            Assert.That(await server.ReceiveAsync(octets), Is.EqualTo(4));
            await server.SendAsync(new byte[] { 0x04, 0x0E, 0x04, 0x01, 0x03, 0x0C, 0x00 });
            await sink.ArrivedAsync();
            Assert.That(sink.Packets, Has.Count.EqualTo(1));
            Assert.That(transport.Name, Is.EqualTo($"h4:unix:{path}"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void OpenAsync_NobodyListens_SaysSo()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            listener.Bind(new UnixDomainSocketEndPoint(path));
        }

        try
        {
            Assert.That(
                async () => await new UnixControllerSource(path).OpenAsync(default),
                Throws.InstanceOf<ControllerUnavailableException>().With.Message.Contains("listens").Or.Message.Contains("no socket"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
