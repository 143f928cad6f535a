using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;
using HostStack.NetDevices.Linux.Tun;

namespace HostStack.NetDevices.Tests.Linux.Addressing;

/// <summary>The shim between a TUN interface in one network namespace and a TAP interface in another: what a port of macOS
/// does, on Linux.</summary>
[TestFixture]
public sealed class TunShimTests
{
    private const string Device = "hs-t0";
    private const string Tun = "hs-u0";
    private static readonly MacAddress Mac = new(0x02AA_0100_0042);

    [Test]
    public async Task Ping_ThroughTheShim_IsAnsweredBothWays()
    {
        await using var rig = new TapRig();
        TapRig.RequirePing();
        var (here, there) = (rig.AddNamespace(), rig.AddNamespace());
        await using var tun = LinuxTunPort.Create(Tun, Mac, here);
        var tap = rig.Add(Options(there, "10.31.0.1/24", "fd00:31::1/64"));
        Forwarder.Join(tap, tun);
        tun.AddAddress(IPAddress.Parse("10.31.0.2"), 24);
        tun.AddAddress(IPAddress.Parse("fd00:31::2"), 64);
        foreach (var (from, to) in new[] { (here, "10.31.0.1"), (there, "10.31.0.2"), (here, "fd00:31::1"), (there, "fd00:31::2") })
        {
            Ping(from, to);
        }

        // Larger than one packet: fragments go through as they are.
        TapRig.Ping(here, "10.31.0.1", 2, "-i", "0.05", "-s", "4000");
        Assert.That(Shell.Run("ip", "-n", there, "neigh", "show", "10.31.0.2"), Does.Contain("02:aa:01:00:00:42"));
        Assert.That(TapRig.Addresses(here, Tun), Does.Contain("fe80::aa:1ff:fe00:42/64"), "made by the shim");
    }

    [TestCase("10.31.0.1", "10.31.0.2")]
    [TestCase("fd00:31::1", "fd00:31::2")]
    public async Task Tcp_ThroughTheShim_CarriesMegabytesUnharmed(string server, string client)
    {
        await using var rig = new TapRig();
        TapRig.RequirePing();
        var (here, there) = (rig.AddNamespace(), rig.AddNamespace());
        var length = server.Contains(':', StringComparison.Ordinal) ? 64 : 24;
        await using var tun = LinuxTunPort.Create(Tun, Mac, here);
        var tap = rig.Add(Options(there, $"{server}/{length}"));
        Forwarder.Join(tap, tun);
        tun.AddAddress(IPAddress.Parse(client), length);
        Ping(here, server);
        using var far = LinuxNetworkNamespace.Open(there);
        using var near = LinuxNetworkNamespace.Open(here);
        using var listener = far.Run(() => Socket(server));
        listener.Bind(new IPEndPoint(IPAddress.Parse(server), 0));
        listener.Listen();
        using var sender = near.Run(() => Socket(server));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var accepting = listener.AcceptAsync(limit.Token);
        await sender.ConnectAsync(listener.LocalEndPoint!, limit.Token);
        using var receiver = await accepting;
        var sent = new byte[8 << 20];
        new Random(3).NextBytes(sent);
        var sending = SendAsync(sender, sent, limit.Token);
        var received = new byte[sent.Length];
        for (var count = 0; count < received.Length;)
        {
            var more = await receiver.ReceiveAsync(received.AsMemory(count), limit.Token);
            Assert.That(more, Is.Positive, "the connection ended early");
            count += more;
        }

        await sending;
        Assert.That(received, Is.EqualTo(sent));
    }

    [Test]
    public async Task Dhcp_ThroughTheShim_GivesAnAddressThatWorks()
    {
        await using var rig = new TapRig();
        TapRig.RequirePing();
        var (here, there) = (rig.AddNamespace(), rig.AddNamespace());
        var server = rig.Add(Options(there, "10.31.0.1/24", "fd00:31::1/64"));
        using var dnsmasq = new DnsmasqRig(
            there, Device, "10.31.0.50", "10.31.0.60", "--enable-ra", "--dhcp-range=fd00:31::,ra-only,64,2h");
        await using var port = new AddressedPort(
            LinuxTunPort.Create(Tun, Mac, here), new AddressingOptions { UseDhcp = true, DefaultRouteMetric = 5 });
        Forwarder.Join(server, port);
        TapRig.Until(() => port.Assignments.Any(static one => one.Source == AddressSource.Dhcp), "a lease\n" + dnsmasq.Log());
        Ping(here, "10.31.0.1");
        Ping(there, port.Assignments[0].Address.ToString());

        // The prefix that dnsmasq advertises makes an address, from the MAC address.
        TapRig.Until(() => TapRig.Addresses(here, Tun).Contains("fd00:31::aa:1ff:fe00:42/64"), "an address by router advertisement");
        Ping(there, "fd00:31::aa:1ff:fe00:42");
        await port.EndAddressingAsync();
        TapRig.Until(() => dnsmasq.Count("DHCPRELEASE") == 1, "the release\n" + dnsmasq.Log());
    }

    [Test]
    public async Task Duplicate_OfALinkLocalAddress_IsNotUsed()
    {
        await using var rig = new TapRig();
        TapRig.RequirePing();
        var (here, there) = (rig.AddNamespace(), rig.AddNamespace());
        await using var tun = LinuxTunPort.Create(Tun, Mac, here);
        var tap = rig.Add(Options(there, "fe80::aa:1ff:fe00:42/64", "fd00:31::1/64"));
        tap.SetCarrier(true);
        TapRig.Until(
            () => Shell.Run("ip", "-n", there, "route", "show", "table", "all").Contains("multicast ff00::/8 dev hs-t0", StringComparison.Ordinal),
            "the other to listen");
        Forwarder.Join(tap, tun);
        tun.AddAddress(IPAddress.Parse("fd00:31::2"), 64);
        Ping(there, "fd00:31::2");
        Assert.That(TapRig.Addresses(here, Tun), Is.EqualTo(new[] { "fd00:31::2/64" }));
    }

    [Test]
    public async Task Dispose_RemovesTheInterface()
    {
        await using var rig = new TapRig();
        var here = rig.AddNamespace();
        var tun = LinuxTunPort.Create(Tun, Mac, here);
        Assert.That(TapRig.Link(here, Tun), Is.Not.Null);
        await tun.DisposeAsync();
        await tun.DisposeAsync();
        Assert.That(TapRig.Link(here, Tun), Is.Null);
    }

    // The first ones may find an address that is still being tested.
    private static void Ping(string from, string to) => TapRig.Until(
        () => Shell.TryRun("ip", "netns", "exec", from, "ping", "-c", "3", "-i", "0.05", "-W", "1", to).Output.Contains("3 received", StringComparison.Ordinal),
        $"echoes of {to}");

    private static Socket Socket(string address) =>
        new(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        while (!data.IsEmpty)
        {
            data = data[await socket.SendAsync(data, cancel)..];
        }
    }

    private static TapOptions Options(string network, params string[] addresses) => new()
    {
        Name = Device,
        NetworkNamespace = network,
        Addresses = [.. addresses.Select(InterfaceAddress.Parse)],
        DetectDuplicates = false,
    };
}
