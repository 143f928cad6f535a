using System.Net;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

[TestFixture]
internal sealed class PortForwardTests
{
    [TestCase("tcp:8080:80", PortForwardProtocol.Tcp, "127.0.0.1", 8080, null, 80)]
    [TestCase("udp:53:5353", PortForwardProtocol.Udp, "127.0.0.1", 53, null, 5353)]
    [TestCase("TCP:1:65535", PortForwardProtocol.Tcp, "127.0.0.1", 1, null, 65535)]
    [TestCase("tcp:8080:10.0.2.15:80", PortForwardProtocol.Tcp, "127.0.0.1", 8080, "10.0.2.15", 80)]
    [TestCase("tcp:0.0.0.0:8080:80", PortForwardProtocol.Tcp, "0.0.0.0", 8080, null, 80)]
    [TestCase("tcp:127.0.0.1:8080:10.0.2.15:80", PortForwardProtocol.Tcp, "127.0.0.1", 8080, "10.0.2.15", 80)]
    [TestCase("tcp:[::1]:8080:80", PortForwardProtocol.Tcp, "::1", 8080, null, 80)]
    [TestCase("tcp:8080:[fd53::15]:80", PortForwardProtocol.Tcp, "::1", 8080, "fd53::15", 80)]
    [TestCase("udp:[::]:8080:[fd53::15]:80", PortForwardProtocol.Udp, "::", 8080, "fd53::15", 80)]
    public void TryParse_Forward_IsRead(
        string text, PortForwardProtocol protocol, string host, int hostPort, string? guest, int guestPort)
    {
        Assert.That(PortForward.TryParse(text, out var forward), Is.True);
        Assert.That(
            forward,
            Is.EqualTo(new PortForward(
                protocol, IPAddress.Parse(host), hostPort, guest is null ? null : IPAddress.Parse(guest), guestPort)));
        Assert.That(PortForward.TryParse(forward!.ToString(), out var again), Is.True);
        Assert.That(again, Is.EqualTo(forward));
    }

    [TestCase("")]
    [TestCase("tcp")]
    [TestCase("tcp:80")]
    [TestCase(":8080:80")]
    [TestCase("sctp:8080:80")]
    [TestCase("tcp:0:80")]
    [TestCase("tcp:8080:0")]
    [TestCase("tcp:65536:80")]
    [TestCase("tcp:8080:65536")]
    [TestCase("tcp:-1:80")]
    [TestCase("tcp:+1:80")]
    [TestCase("tcp: 8080:80")]
    [TestCase("tcp:8080:80:")]
    [TestCase("tcp:8080:80:90")]
    [TestCase("tcp:localhost:8080:80")]
    [TestCase("tcp:127.1:8080:80")]
    [TestCase("tcp:127.0.0.1:8080")]
    [TestCase("tcp:127.0.0.1:127.0.0.1:8080:80")]
    [TestCase("tcp:[127.0.0.1]:8080:80")]
    [TestCase("tcp:[::1:8080:80")]
    [TestCase("tcp:::1:8080:80")]
    [TestCase("tcp:127.0.0.1:8080:[fd53::15]:80")]
    [TestCase("tcp:[::1]:8080:10.0.2.15:80")]
    [TestCase("tcp:127.0.0.1:8080:10.0.2.15:80:1")]
    public void TryParse_Otherwise_IsRefused(string text)
    {
        Assert.That(PortForward.TryParse(text, out var forward), Is.False);
        Assert.That(forward, Is.Null);
    }

    [Test]
    public void ToString_WithoutGuest_LeavesItOut() =>
        Assert.That(
            new PortForward(PortForwardProtocol.Udp, IPAddress.IPv6Loopback, 8080, null, 80).ToString(),
            Is.EqualTo("udp:[::1]:8080:80"));
}
