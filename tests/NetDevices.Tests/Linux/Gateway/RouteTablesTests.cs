using System.Net;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

/// <summary>Tables as Linux 6.x printed them on a little-endian machine.</summary>
[TestFixture]
public sealed class RouteTablesTests
{
    private const string IPv4 =
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT                                                       \n"
        + "eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\t0\t0\t0                                                                               \n"
        + "eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0                                                                               \n"
        + "tun0\t0000000A\t00000000\t0001\t0\t0\t0\t000000FF\t0\t0\t0                                                                               \n"
        + "hs-nap0\t00034D0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0                                                                            \n";

    private const string LoopbackDefault =
        "00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\n";

    private const string IPv6 =
        "fd0012340000000000000000000000ab 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000002 00000000 80200001       lo\n"
        + "00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0\n"
        + LoopbackDefault;

    [Test]
    public void Destinations_OfATable_AreThoseOfOthers()
    {
        Assume.That(BitConverter.IsLittleEndian, "the table was printed by a little-endian machine");
        Assert.That(
            RouteTables.Destinations(IPv4, "hs-nap0"),
            Is.EqualTo(new[] { IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("192.168.1.0/24"), IPNetwork.Parse("10.0.0.0/8") }));
    }

    [TestCase("")]
    [TestCase("eth0\n")]
    [TestCase("eth0\tzz\t0\t0\t0\t0\t0\tzz\n")]
    [TestCase("eth0\t0001A8C0\t00000000\n")]
    public void Destinations_OfWhatIsNoTable_AreNone(string text) => Assert.That(RouteTables.Destinations(text, ""), Is.Empty);

    [Test]
    public void IPv6Default_ByAnInterface_Counts() => Assert.That(RouteTables.HasIPv6Default(IPv6, "hs-nap0", null), Is.True);

    [Test]
    public void IPv6Default_OfTheLoopback_DoesNot() => Assert.That(RouteTables.HasIPv6Default(LoopbackDefault, "hs-nap0", null), Is.False);

    [TestCase("eth0", null, ExpectedResult = false)]
    [TestCase("hs-nap0", "eth0", ExpectedResult = true)]
    [TestCase("hs-nap0", "eth1", ExpectedResult = false)]
    public bool IPv6Default_ByTheInterfacesThatCount(string except, string? only) => RouteTables.HasIPv6Default(IPv6, except, only);

    [Test]
    public void IPv6Default_OfNothing_IsNone() => Assert.That(RouteTables.HasIPv6Default("", "", null), Is.False);
}
