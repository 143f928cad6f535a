using System.Buffers.Binary;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Linux;
using HostStack.NetDevices.Linux.Tap;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>What a router advertisement of a peer may change on the machine.</summary>
[TestFixture]
public sealed class TapRouterTests : TapNetworkTests
{
    private const string Bridge = "hs-br0";
    private static readonly MacAddress Peer = new(0x001A_7DDA_7166);

    private TapOptions Options => new() { Name = "hs-t%d", NetworkNamespace = Network, Address = Mac, DetectDuplicates = false };

    [TestCase(false)]
    [TestCase(true)]
    public void Advertisement_OfAWidePrefix_ChangesRoutesOnlyWhereRoutersAreHeard(bool ignores)
    {
        var port = Rig.Add(Options with { IgnoreRouters = ignores });
        port.SetCarrier(true);
        AssertHears(port, port.Name, !ignores);
        Assert.That(port.Obstacles, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Advertisement_InABridgeThatWasMade_ChangesRoutesOnlyWhereRoutersAreHeard(bool ignores)
    {
        var port = Rig.Add(Options with { Bridge = Bridge, CreateBridge = true, IgnoreRouters = ignores });
        port.SetCarrier(true);
        AssertHears(port, Bridge, !ignores);
        Assert.That(port.Obstacles, Is.Empty);
    }

    [Test]
    public void IgnoreRouters_BridgeOfTheAdministrator_KeepsItsSetting()
    {
        Shell.Run("ip", "-n", Network, "link", "add", Bridge, "up", "type", "bridge");
        var port = Rig.Add(Options with { Bridge = Bridge, IgnoreRouters = true });
        Assert.That((Setting(port.Name), Setting(Bridge)), Is.EqualTo(("0", "1")));
    }

    [Test]
    public void IgnoreRouters_InterfaceThatWasThere_IsSet()
    {
        Shell.Run("ip", "-n", Network, "tuntap", "add", "mode", "tap", "name", "kept");
        var port = Rig.Add(new TapOptions { Name = "kept", NetworkNamespace = Network, KeepExisting = true, IgnoreRouters = true });
        port.SetCarrier(true);
        AssertHears(port, "kept", hears: false);
    }

    // 2: also where the machine forwards. What the administrator sets meanwhile is the administrator's.
    [TestCase("2", null, "2")]
    [TestCase("2", "1", "1")]
    [TestCase("0", null, "0")]
    public async Task IgnoreRouters_InterfaceThatWasThere_GetsItsSettingBack(string before, string? meanwhile, string after)
    {
        Shell.Run("ip", "-n", Network, "tuntap", "add", "mode", "tap", "name", "kept");
        Set("kept", before);
        var port = Rig.Add(new TapOptions { Name = "kept", NetworkNamespace = Network, KeepExisting = true, IgnoreRouters = true });
        Assert.That(Setting("kept"), Is.EqualTo("0"));
        if (meanwhile is not null)
        {
            Set("kept", meanwhile);
        }

        await port.DisposeAsync();
        Assert.That(Setting("kept"), Is.EqualTo(after));
    }

    [Test]
    public async Task IgnoreRouters_InterfaceInABridge_GetsItsSettingBack()
    {
        Shell.Run("ip", "-n", Network, "link", "add", Bridge, "up", "type", "bridge");
        Shell.Run("ip", "-n", Network, "tuntap", "add", "mode", "tap", "name", "kept");
        var port = Rig.Add(new TapOptions { Name = "kept", NetworkNamespace = Network, KeepExisting = true, Bridge = Bridge, IgnoreRouters = true });
        Assert.That(Setting("kept"), Is.EqualTo("0"));
        await port.DisposeAsync();
        Assert.That(Setting("kept"), Is.EqualTo("1"));
    }

    [Test]
    public void TurnOff_SettingThatCannotBeWritten_SaysWhatHelps()
    {
        // A folder opens for reading alone, also for root.
        var root = Directory.CreateTempSubdirectory("hoststack-");
        try
        {
            Directory.CreateDirectory(Path.Combine(root.FullName, "hs-gn0", "accept_ra"));
            Assert.That(RouterSetting.TurnOff("hs-gn0", out _, root.FullName), Is.EqualTo(
                "The interface hs-gn0 goes on listening to IPv6 routers, so that a peer can add routes to this machine "
                + "(EISDIR); set net.ipv6.conf.hs-gn0.accept_ra to 0 with sysctl as root."));
            Assert.That(RouterSetting.TurnOff("hs-none", out _, root.FullName), Is.Null, "there is no IPv6 on it");
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private void AssertHears(LinuxTapPort port, string holder, bool hears)
    {
        TapRig.Until(
            () => TapRig.Link(Network, holder)!["addr_info"]!.AsArray().Any(
                static one => (string?)one!["scope"] == "link" && (string?)one["family"] == "inet6" && one["tentative"] is null),
            $"a link-local address of {holder}");
        Assert.That(port.Send(new EthernetFrame(InternetAddress.AllNodes.MulticastMac(), Peer, EtherType.IPv6, Advertisement())), Is.True);
        if (hears)
        {
            TapRig.Until(() => Routes().Contains($"2000::/3 dev {holder}", StringComparison.Ordinal), "the route of the prefix");
            return;
        }

        // The kernel counts each message that it has looked at.
        TapRig.Until(() => Received(holder) > 0, "the kernel's look at the advertisement");
        Assert.That(Routes(), Does.Not.Contain("2000:").And.Not.Contain("default"));
        Assert.That(TapRig.Addresses(Network, holder), Has.All.StartsWith("fe80:"));
    }

    private string Routes() => Shell.Run("ip", "-n", Network, "-6", "route", "show", "table", "all");

    private void Set(string name, string value) =>
        Shell.Run("ip", "netns", "exec", Network, "sh", "-c", $"echo {value} > {RouterSetting.Root}/{name}/accept_ra");

    private string Setting(string name) => Shell.Run("ip", "netns", "exec", Network, "cat", $"{RouterSetting.Root}/{name}/accept_ra").Trim();

    private long Received(string name) => Shell.Run("ip", "netns", "exec", Network, "cat", $"/proc/net/dev_snmp6/{name}")
        .Split('\n').Where(static line => line.StartsWith("Icmp6InRouterAdvertisements", StringComparison.Ordinal))
        .Sum(static line => long.Parse(line.AsSpan(line.LastIndexOfAny([' ', '\t']) + 1), System.Globalization.CultureInfo.InvariantCulture));

    // RFC 4861, 4.2 and 4.6.2: no router (lifetime 0), but 2000::/3 is on the link, and addresses are made of 2001:db8:66::/64.
    private static byte[] Advertisement()
    {
        const int router = 16;
        const int prefixOption = 32;
        var body = new byte[router + (2 * prefixOption)];
        body[0] = 134;
        body[4] = 64;
        Prefix(body.AsSpan(router), 3, 0x80, "2000::");
        Prefix(body.AsSpan(router + prefixOption), 64, 0xC0, "2001:db8:66::");
        var packet = new byte[IpPacket.HeaderSize6 + body.Length];
        packet[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(4), (ushort)body.Length);
        packet[6] = (byte)IpProtocol.IcmpV6;
        packet[7] = IpPacket.NeighbourHopLimit;
        InternetAddress.LinkLocal(Peer).Write(packet.AsSpan(8));
        InternetAddress.AllNodes.Write(packet.AsSpan(24));
        uint sum = (uint)body.Length + (byte)IpProtocol.IcmpV6;
        foreach (var part in new[] { packet.AsSpan(8, 32).ToArray(), body })
        {
            for (var i = 0; i < part.Length; i += 2)
            {
                sum += BinaryPrimitives.ReadUInt16BigEndian(part.AsSpan(i));
            }
        }

        sum = (sum & 0xFFFF) + (sum >> 16);
        sum = (sum & 0xFFFF) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(body.AsSpan(2), (ushort)~sum);
        body.CopyTo(packet, IpPacket.HeaderSize6);
        return packet;
    }

    private static void Prefix(Span<byte> option, byte length, byte flags, string prefix)
    {
        (option[0], option[1], option[2], option[3]) = (3, 4, length, flags);
        BinaryPrimitives.WriteUInt32BigEndian(option[4..], 3600);
        BinaryPrimitives.WriteUInt32BigEndian(option[8..], 3600);
        IPAddress.Parse(prefix).GetAddressBytes().CopyTo(option[16..]);
    }
}
