using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Tests.Ip;

[TestFixture]
public sealed class UdpDatagramTests
{
    // 192.168.0.1 port 67 to 192.168.0.2 port 68, "hi": words C0A8+0001+C0A8+0002+0011+000A + 0043+0044+000A+6869.
    private const string Datagram = "0043 0044 000A 1596 6869";
    private static readonly InternetAddress Left = InternetAddress.FromV4(0xC0A80001);
    private static readonly InternetAddress Right = InternetAddress.FromV4(0xC0A80002);

    [Test]
    public void Datagram_IsReadAndWrittenBack()
    {
        var octets = Octets();
        Assert.That(Parse(octets), Is.EqualTo((67, 68, "6869")));
        var written = new byte[10];
        octets.AsSpan(8).CopyTo(written.AsSpan(8));
        new UdpDatagram(67, 68, written.AsSpan(8)).WriteHeader(Left, Right, written);
        Assert.That(written, Is.EqualTo(octets));
    }

    [Test]
    public void Datagram_EveryTruncation_IsRejected([Range(0, 9)] int length) => Assert.That(Parse(Octets()[..length]), Is.Null);

    [TestCase(5, 0x0B, TestName = "Datagram_LengthBeyondThePacket_IsRejected")]
    [TestCase(5, 0x09, TestName = "Datagram_LengthBelowThePacket_IsRejected")]
    [TestCase(9, 0x68, TestName = "Datagram_WrongChecksum_IsRejected")]
    public void Datagram_Malformed(int index, byte value)
    {
        var octets = Octets();
        octets[index] = value;
        Assert.That(Parse(octets), Is.Null);
    }

    [Test]
    public void Datagram_WithoutChecksum_IsReadInIPv4Alone()
    {
        var octets = Octets();
        octets[6] = octets[7] = 0;
        Assert.That(Parse(octets), Is.Not.Null);
        var six = new InternetAddress(1);
        Assert.That(UdpDatagram.TryParse(new IpPacket(six, six, IpProtocol.Udp, octets), out _), Is.False);
    }

    [Test]
    public void Datagram_OfAFragmentOrAnotherProtocol_IsRejected()
    {
        var octets = Octets();
        Assert.That(
            UdpDatagram.TryParse(new IpPacket(Left, Right, IpProtocol.Udp, octets, isFragment: true), out _), Is.False);
        Assert.That(UdpDatagram.TryParse(new IpPacket(Left, Right, IpProtocol.Icmp, octets), out _), Is.False);
    }

    private static byte[] Octets() => Convert.FromHexString(Datagram.Replace(" ", "", StringComparison.Ordinal));

    private static (int Source, int Destination, string Payload)? Parse(byte[] octets) =>
        UdpDatagram.TryParse(new IpPacket(Left, Right, IpProtocol.Udp, octets), out var datagram)
            ? (datagram.SourcePort, datagram.DestinationPort, Convert.ToHexString(datagram.Payload))
            : null;
}
