using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>The interface that a port makes, as the system's own tools see it.</summary>
[TestFixture]
public sealed class LinuxTapPortTests : TapNetworkTests
{
    private TapOptions Options => new() { Name = "hs-t%d", NetworkNamespace = Network };

    [Test]
    public void Create_EveryOption_IsSeenInTheNamespace()
    {
        var port = Rig.Add(Options with
        {
            Address = Mac,
            Mtu = 1400,
            QueueLength = 77,
            Addresses = [InterfaceAddress.Parse("10.7.0.1/24"), InterfaceAddress.Parse("fd00:7::1/64")],
        });
        var link = TapRig.Link(Network, port.Name)!;
        Assert.Multiple(() =>
        {
            Assert.That(port.Name, Is.EqualTo("hs-t0"));
            Assert.That((port.Address, port.Mtu, port.IsCarrierUp), Is.EqualTo((Mac, 1400, false)));
            Assert.That((string?)link["address"], Is.EqualTo("00:1a:7d:da:71:13"));
            Assert.That((int)link["mtu"]!, Is.EqualTo(1400));
            Assert.That((int)link["txqlen"]!, Is.EqualTo(77));
            Assert.That((string?)link["linkinfo"]!["info_kind"], Is.EqualTo("tun"));
            Assert.That((string?)link["linkinfo"]!["info_data"]!["type"], Is.EqualTo("tap"));
            Assert.That((string?)link["ifalias"], Does.StartWith($"hoststack:{Environment.ProcessId}:"));
            Assert.That(TapRig.Addresses(Network, port.Name), Is.SupersetOf(new[] { "10.7.0.1/24", "fd00:7::1/64" }));
            Assert.That(Flags(link), Does.Contain("UP").And.Contain("NO-CARRIER"), "up, and nobody is there");
        });
    }

    [Test]
    public void SetCarrier_UpAndDown_IsSeenAndToldOnce()
    {
        var port = Rig.Add(Options);
        var told = new List<bool>();
        port.CarrierChanged += told.Add;
        port.SetCarrier(true);
        port.SetCarrier(true);
        TapRig.Until(() => Flags(TapRig.Link(Network, port.Name)!).Contains("LOWER_UP"), "the carrier is up");
        Assert.That(port.IsCarrierUp, Is.True);
        port.SetCarrier(false);
        TapRig.Until(() => Flags(TapRig.Link(Network, port.Name)!).Contains("NO-CARRIER"), "the carrier is down");
        Assert.That(told, Is.EqualTo(new[] { true, false }));
    }

    [Test]
    public void Addresses_AddedTwiceAndRemovedTwice_AreThereOnceAndGone()
    {
        var port = Rig.Add(Options);
        for (var i = 0; i < 2; i++)
        {
            port.AddAddress(IPAddress.Parse("10.7.0.9"), 24);
            port.AddAddress(IPAddress.Parse("fd00:7::9"), 64);
        }

        Assert.That(TapRig.Addresses(Network, port.Name), Is.EquivalentTo(new[] { "10.7.0.9/24", "fd00:7::9/64" }));
        for (var i = 0; i < 2; i++)
        {
            port.RemoveAddress(IPAddress.Parse("10.7.0.9"), 24);
            port.RemoveAddress(IPAddress.Parse("fd00:7::9"), 64);
        }

        Assert.That(TapRig.Addresses(Network, port.Name), Is.Empty);
    }

    [Test]
    public void DefaultRoutes_AddedTwiceAndRemovedTwice_AreThereOnceAndGone()
    {
        var port = Rig.Add(Options with { Addresses = [InterfaceAddress.Parse("10.7.0.1/24"), InterfaceAddress.Parse("fd00:7::1/64")] });
        var (v4, v6) = (IPAddress.Parse("10.7.0.254"), IPAddress.Parse("fe80::1"));
        port.SetCarrier(true);
        for (var i = 0; i < 2; i++)
        {
            port.AddDefaultRoute(v4, 700);
            port.AddDefaultRoute(v6, 800);
        }

        Assert.That(Routes("-4"), Is.EqualTo(new[] { $"default via 10.7.0.254 dev {port.Name} proto static metric 700" }));
        Assert.That(Routes("-6"), Has.Length.EqualTo(1).And.Some.StartsWith($"default via fe80::1 dev {port.Name} proto static metric 800"));
        for (var i = 0; i < 2; i++)
        {
            port.RemoveDefaultRoute(v4);
            port.RemoveDefaultRoute(v6);
        }

        Assert.That(Routes("-4").Concat(Routes("-6")), Is.Empty);
    }

    [Test]
    public void DefaultRoute_OfATakenMetric_IsRefusedInOneSentence()
    {
        var one = Rig.Add(Options with { Addresses = [InterfaceAddress.Parse("10.7.0.1/24")] });
        var other = Rig.Add(Options with { Addresses = [InterfaceAddress.Parse("10.8.0.1/24")] });
        one.AddDefaultRoute(IPAddress.Parse("10.7.0.254"), 700);
        var refused = Assert.Throws<NetDeviceException>(() => other.AddDefaultRoute(IPAddress.Parse("10.8.0.254"), 700));
        Assert.That(refused.Message, Does.Contain("EEXIST").And.Contain("metric 700").And.EndWith("."));
        Assert.That(Routes("-4"), Has.Length.EqualTo(1).And.Some.Contains(one.Name), "the other's route is untouched");
    }

    [Test]
    public void DefaultRoute_WithoutAnAddressOfItsNetwork_SaysWhatHelps()
    {
        var port = Rig.Add(Options);
        var refused = Assert.Throws<NetDeviceException>(() => port.AddDefaultRoute(IPAddress.Parse("10.7.0.254"), 1));
        Assert.That(refused.Message, Does.Contain("ENETUNREACH").And.Contain("address of the gateway's network"));
    }

    [Test]
    public async Task Dispose_Twice_RemovesTheInterface()
    {
        var port = Rig.Add(Options);
        await port.DisposeAsync();
        await port.DisposeAsync();
        Assert.That(TapRig.Link(Network, port.Name), Is.Null);
        Assert.That(port.Send(new EthernetFrame(Mac, Mac, EtherType.IPv4, [1])), Is.False);
        Assert.Throws<ObjectDisposedException>(() => port.AddAddress(IPAddress.Parse("10.0.0.1"), 8));
    }

    [Test]
    public void Create_NameTaken_SaysWhatHelps()
    {
        Rig.Add(Options with { Name = "hs-same" });
        var refused = Assert.Throws<NetDeviceException>(() => Rig.Add(Options with { Name = "hs-same" }));
        Assert.That(refused.Message, Is.EqualTo(
            "The TAP interface hs-same cannot be made (EBUSY); an interface of this name is there: take another name or remove it with ip link del."));
        Assert.That(refused.IsPermission, Is.False);
    }

    [Test]
    public void Create_NoSuchNamespace_SaysWhatHelps()
    {
        var refused = Assert.Throws<NetDeviceException>(() => Rig.Add(Options with { NetworkNamespace = "no-such-place" }));
        Assert.That(refused.Message, Is.EqualTo(
            "The network namespace no-such-place cannot be opened (ENOENT); make it with ip netns add no-such-place."));
    }

    [Test]
    public void Create_AddressRefused_LeavesNothingBehind()
    {
        Shell.Run("ip", "netns", "exec", Network, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
        var refused = Assert.Throws<NetDeviceException>(
            () => Rig.Add(Options with { Name = "hs-none", Addresses = [InterfaceAddress.Parse("fd00::1/64")] }));
        Assert.That(refused.Message, Does.Contain("fd00::1/64").And.Contain("disable_ipv6=0"));
        Assert.That(TapRig.Link(Network, "hs-none"), Is.Null);
    }

    [TestCase("")]
    [TestCase("sixteen-octets-1")]
    [TestCase("a/b")]
    [TestCase("a b")]
    [TestCase("a%d%d")]
    [TestCase("a%s")]
    [TestCase("..")]
    public void Create_NameThatIsNone_IsTheCallersMistake(string name) =>
        Assert.Throws<ArgumentException>(() => Rig.Add(Options with { Name = name }));

    [Test]
    public void Create_GroupAddress_IsTheCallersMistake() =>
        Assert.Throws<ArgumentException>(() => Rig.Add(Options with { Address = MacAddress.Broadcast }));

    private string[] Routes(string family) =>
        [.. Shell.Run("ip", "-n", Network, family, "route", "show", "default").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static line => line.Replace(" linkdown", "", StringComparison.Ordinal).Trim())];

    private static string[] Flags(System.Text.Json.Nodes.JsonNode link) =>
        [.. link["flags"]!.AsArray().Select(static flag => (string)flag!)];
}
