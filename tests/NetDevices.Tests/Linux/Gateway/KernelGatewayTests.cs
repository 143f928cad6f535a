using System.Net;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Gateway;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.Tests.Linux.Gateway;

/// <summary>The gateway on the kernel's own network stack, between namespaces.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class KernelGatewayTests
{
    private const int TcpLevel = 6;
    private const int MaximumSegment = 2;
    private static readonly MacAddress Device = new(0x001B_DC00_0001);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private NamespaceRig _rig = null!;
    private VethPort _port = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _rig = await NamespaceRig.CreateAsync("nft", "dnsmasq", "setpriv", "busybox", "ping");
        _port = new VethPort(_rig.Gateway, NamespaceRig.Port, Device);
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        if (_rig is not null)
        {
            await _port.DisposeAsync();
            await _rig.DisposeAsync();
        }
    }

    [Test]
    public async Task Gateway_Started_LeadsPeersOut_AndLeavesNothing()
    {
        DhcpLease? lease = null;
        var server = 0;
        await using (var gateway = await StartAsync())
        {
            gateway.LeaseGranted += granted => lease = granted;
            await LeaseAsync();
            server = new GatewayStateFolder(_rig.Folder).ReadAll().Single().Server!.Value.Id;
            await NamespaceRig.WaitAsync("the peer's IPv6 way out", async () =>
                (await NamespaceRig.RunAsync(_rig.Client, "ip", "-6", "route")).Contains("default", StringComparison.Ordinal)
                && (await NamespaceRig.RunAsync(_rig.Client, "ip", "-6", "addr", "show", "scope", "global", "-tentative")).Contains(
                    gateway.Prefix!.Value.BaseAddress.ToString().TrimEnd(':'), StringComparison.Ordinal));
            await NamespaceRig.RunAsync(_rig.Client, "ping", "-c", "1", "-W", "5", _rig.Server.ToString());
            await NamespaceRig.RunAsync(_rig.Client, "ping", "-c", "1", "-W", "5", _rig.Server6.ToString());
            Assert.That(await CrossAsync(_rig.Server), Is.EqualTo(IPAddress.Parse("203.0.113.1")), "the internet sees the gateway alone");
            Assert.That(await CrossAsync(_rig.Server6), Is.EqualTo(IPAddress.Parse("2001:db8:77::1")));
            Assert.That(gateway.Subnet.Contains(lease!.Address), Is.True);
            Assert.That(gateway.HasIPv6Way, Is.True);
            Assert.That(gateway.Leftovers, Is.Empty);
        }

        await AssertNothingStaysAsync();
        Assert.That(ProcessIdentity.Of(server), Is.Null, "dnsmasq is gone");
    }

    [Test]
    public async Task Dnsmasq_OfAGateway_IsNobody()
    {
        await using var gateway = await StartAsync();
        var server = new GatewayStateFolder(_rig.Folder).ReadAll().Single().Server!.Value.Id;
        var status = await File.ReadAllLinesAsync($"/proc/{server}/status");
        Assert.That(status.Single(static line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1..], Is.All.EqualTo("65534"));
    }

    [Test]
    public async Task Segments_ThroughASmallerUplink_AreMadeSmaller()
    {
        await NamespaceRig.RunAsync(_rig.Gateway, "ip", "link", "set", NamespaceRig.Uplink, "mtu", "1400");
        await using var gateway = await StartAsync();
        await LeaseAsync();
        using var listener = await _rig.ListenAsync(_rig.Server);
        using var client = await NamespaceRig.SocketAsync(_rig.Client, AddressFamily.InterNetwork);
        await client.ConnectAsync(listener.LocalEndPoint!).WaitAsync(Limit, TimeProvider.System);
        using var accepted = await listener.AcceptAsync().WaitAsync(Limit, TimeProvider.System);
        Assert.That(Segment(accepted), Is.LessThanOrEqualTo(1360), "1400 less the headers of IPv4 and TCP");
    }

    [Test]
    public async Task Internet_TowardsAPeer_IsNotLetIn()
    {
        await using var gateway = await StartAsync();
        await LeaseAsync();
        var address = IPAddress.Parse((await NamespaceRig.RunAsync(_rig.Client, "ip", "-4", "-o", "addr", "show", NamespaceRig.ClientLink))
            .Split("inet ")[1].Split('/')[0]);
        await NamespaceRig.RunAsync(_rig.Internet, "ip", "route", "add", gateway.Subnet.ToString(), "via", "203.0.113.1");
        var (exitCode, _) = await NamespaceRig.TryAsync(_rig.Internet, "ping", "-c", "1", "-W", "1", address.ToString());
        Assert.That(exitCode, Is.Not.Zero, "the way out is no way in");
        await NamespaceRig.RunAsync(_rig.Gateway, "ping", "-c", "1", "-W", "5", address.ToString());
    }

    [Test]
    public async Task Dnsmasq_Killed_IsStartedAgain()
    {
        var told = new TaskCompletionSource<string>();
        await using var gateway = await StartAsync();
        gateway.Disturbed += said => told.TrySetResult(said);
        var folder = new GatewayStateFolder(_rig.Folder);
        var first = folder.ReadAll().Single().Server!.Value;
        GatewayCalls.AskToEnd(first.Id);
        Assert.That(await told.Task.WaitAsync(Limit, TimeProvider.System), Does.StartWith("dnsmasq ended").And.Contain("started again in 1 s"));
        await NamespaceRig.WaitAsync("another dnsmasq", () => Task.FromResult(
            folder.ReadAll().Single().Server is { } now && now != first && now.IsAlive));
        await LeaseAsync();
    }

    [Test]
    public async Task Dnsmasq_StartedAgainAfterTheNoteWasTaken_BringsNoNoteBack()
    {
        var told = new TaskCompletionSource<string>();
        await using var gateway = await StartAsync();
        gateway.Disturbed += said => told.TrySetResult(said);
        var folder = new GatewayStateFolder(_rig.Folder);
        var state = folder.ReadAll().Single();
        folder.Remove(state);
        GatewayCalls.AskToEnd(state.Server!.Value.Id);
        await told.Task.WaitAsync(Limit, TimeProvider.System);
        await LeaseAsync();
        Assert.That(folder.ReadAll(), Is.Empty);
    }

    [Test]
    public async Task Gateway_AfterOneThatWasKilled_RemovesWhatThatLeft()
    {
        var killed = await StartAsync();
        var folder = new GatewayStateFolder(_rig.Folder);
        var state = folder.ReadAll().Single();

        // To the next start this process is one that is gone: its id belongs to somebody else now.
        folder.Write(state with { Owner = state.Owner with { StartTime = 1 } });
        await using (var next = await StartAsync())
        {
            var leftover = next.Leftovers.Single();
            Assert.That(leftover.Interface, Is.EqualTo(NamespaceRig.Port));
            Assert.That(leftover.Removed, Has.Some.EqualTo("table hoststack_hs_nap0").And.Some.Contains("kernel settings").And.Some.Contains("dnsmasq"));
            await LeaseAsync();
        }

        await AssertNothingStaysAsync();
        await killed.DisposeAsync();
    }

    [Test]
    public async Task Gateway_AfterOneOfANamespaceThatIsGone_LeavesTheSettings()
    {
        // The kernel gave its number to this namespace, where somebody else turned forwarding on.
        var number = await NamespaceThread.RunAsync(_rig.Gateway, static () =>
            string.Concat(new FileInfo("/proc/thread-self/ns/net").LinkTarget!.Where(char.IsAsciiDigit)));
        await NamespaceThread.RunAsync(_rig.Gateway, static () =>
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
            return true;
        });
        new GatewayStateFolder(_rig.Folder).Write(new GatewayState
        {
            Interface = "hs-nap7",
            Namespace = number,
            Owner = new ProcessIdentity(1, 1),
            Table = "hoststack_hs_nap7",
            Settings = [new KernelSetting("/proc/sys/net/ipv4/ip_forward", "0")],
        });
        await using (await StartAsync())
        {
            Assert.That(await NamespaceRig.SettingAsync(_rig.Gateway, "ipv4/ip_forward"), Is.EqualTo("1"));
        }

        Assert.That(await NamespaceRig.SettingAsync(_rig.Gateway, "ipv4/ip_forward"), Is.EqualTo("1"));
        Assert.That(new GatewayStateFolder(_rig.Folder).ReadAll(), Is.Empty);
    }

    [Test]
    public async Task Gateway_BesideRulesThatDrop_SaysWhatToAllow()
    {
        await NamespaceRig.RunAsync(_rig.Gateway, "nft", "add table ip filter; add chain ip filter FORWARD { type filter hook forward priority 0; policy drop; }");
        await using (var gateway = await StartAsync())
        {
            Assert.That(gateway.Obstacles, Has.Count.EqualTo(1));
            Assert.That(gateway.Obstacles[0], Does.Contain("iptables -I FORWARD -i hs-nap0 -j ACCEPT"));
        }

        await NamespaceRig.RunAsync(_rig.Gateway, "nft", "add rule ip filter FORWARD iifname hs-nap0 accept");
        await using var allowed = await StartAsync();
        Assert.That(allowed.Obstacles, Is.Empty);
    }

    [Test]
    public async Task Gateway_OfAnInterfaceThatHasOne_IsRefused()
    {
        await using var gateway = await StartAsync();
        Assert.That(async () => await StartAsync(), Throws.TypeOf<NetDeviceException>().With.Message.Contain("another gateway"));
        Assert.That(await NamespaceRig.RunAsync(_rig.Gateway, "nft", "list", "tables"), Does.Contain("hoststack_hs_nap0"), "the first one stays");
    }

    [Test]
    public async Task Gateways_OfOneMachine_LeaveTheSettingsToTheLast()
    {
        await NamespaceRig.RunAsync(_rig.Gateway, "ip", "link", "add", "hs-nap1", "type", "veth", "peer", "name", "c1");
        await NamespaceRig.RunAsync(_rig.Gateway, "ip", "link", "set", "hs-nap1", "up");
        var first = await StartAsync();
        var second = await KernelGateway.StartAsync(
            new VethPort(_rig.Gateway, "hs-nap1", new MacAddress(0x001B_DC00_0002)), Options, TimeProvider.System, NullLogger.Instance);
        await first.DisposeAsync();
        Assert.That(await NamespaceRig.SettingAsync(_rig.Gateway, "ipv4/ip_forward"), Is.EqualTo("1"), "the second one needs it");
        await second.DisposeAsync();
        await AssertNothingStaysAsync();
    }

    [Test]
    public async Task Gateway_WhoseServerCannotStart_LeavesNothing()
    {
        using var other = await NamespaceThread.RunAsync(_rig.Gateway, static () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ExclusiveAddressUse = true };
            socket.Bind(new IPEndPoint(IPAddress.Any, 67));
            return socket;
        });
        Assert.That(
            async () => await StartAsync(),
            Throws.TypeOf<NetDeviceException>().With.Message.Contain("dnsmasq ended at once").And.Message.Contain("ddress already in use"));
        await AssertNothingStaysAsync();
    }

    [Test]
    public async Task Gateway_OfASubnetThatIsRouted_IsRefused() => Assert.That(
        async () => await KernelGateway.StartAsync(
            _port, Options with { Subnet = IPNetwork.Parse("203.0.113.128/25") }, TimeProvider.System, NullLogger.Instance),
        Throws.TypeOf<NetDeviceException>().With.Message.Contain("203.0.113.0/24"));

    private KernelGatewayOptions Options => new() { NetworkNamespace = _rig.Gateway, RuntimeFolder = _rig.Folder };

    private Task<KernelGateway> StartAsync() => KernelGateway.StartAsync(_port, Options, TimeProvider.System, NullLogger.Instance);

    private static int Segment(Socket socket)
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        _ = socket.GetRawSocketOption(TcpLevel, MaximumSegment, value);
        return BitConverter.ToInt32(value);
    }

    private async Task LeaseAsync()
    {
        var script = Path.Combine(_rig.Folder, "udhcpc");
        await File.WriteAllTextAsync(script, """
            #!/bin/sh
            [ "$1" = bound ] || exit 0
            ip addr replace "$ip/$mask" dev "$interface"
            ip route replace default via "$router"
            """);
        NamespaceRig.Allow(script);
        await NamespaceRig.RunAsync(_rig.Client, "busybox", "udhcpc", "-q", "-n", "-f", "-t", "60", "-T", "1", "-i", NamespaceRig.ClientLink, "-s", script);
    }

    // Says whom the server saw.
    private async Task<IPAddress> CrossAsync(IPAddress server)
    {
        using var listener = await _rig.ListenAsync(server);
        using var client = await NamespaceRig.SocketAsync(_rig.Client, server.AddressFamily);
        await client.ConnectAsync(listener.LocalEndPoint!).WaitAsync(Limit, TimeProvider.System);
        using var accepted = await listener.AcceptAsync().WaitAsync(Limit, TimeProvider.System);
        await client.SendAsync("hello"u8.ToArray());
        var buffer = new byte[5];
        Assert.That(await accepted.ReceiveAsync(buffer).WaitAsync(Limit, TimeProvider.System), Is.EqualTo(5));
        Assert.That(buffer, Is.EqualTo("hello"u8.ToArray()));
        return ((IPEndPoint)accepted.RemoteEndPoint!).Address;
    }

    private async Task AssertNothingStaysAsync()
    {
        var tables = await NamespaceRig.RunAsync(_rig.Gateway, "nft", "list", "tables");
        var forward = await NamespaceRig.SettingAsync(_rig.Gateway, "ipv4/ip_forward");
        var forward6 = await NamespaceRig.SettingAsync(_rig.Gateway, "ipv6/conf/all/forwarding");
        var listening = await NamespaceRig.SettingAsync(_rig.Gateway, $"ipv6/conf/{NamespaceRig.Uplink}/accept_ra");
        var addresses = await NamespaceRig.RunAsync(_rig.Gateway, "ip", "-o", "addr", "show", NamespaceRig.Port, "scope", "global");
        Assert.Multiple(() =>
        {
            Assert.That(tables.Trim(), Is.Empty);
            Assert.That(forward, Is.EqualTo("0"));
            Assert.That(forward6, Is.EqualTo("0"));
            Assert.That(listening, Is.EqualTo("1"));
            Assert.That(addresses.Trim(), Is.Empty);
            Assert.That(new GatewayStateFolder(_rig.Folder).ReadAll(), Is.Empty);
        });
    }
}
