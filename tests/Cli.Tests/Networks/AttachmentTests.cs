using System.Net;
using HostStack.Cli.Tests.Rig;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.Cli.Tests.Networks;

/// <summary>What commands make of a machine in memory.</summary>
[TestFixture]
public sealed class AttachmentTests
{
    private const string NoTun = "/dev/net/tun cannot be opened (EACCES); run as root or give the program CAP_NET_ADMIN.";

    private RadioRun _radio = null!;

    [SetUp]
    public async Task SetUpAsync() => _radio = await RadioRun.StartAsync();

    [TearDown]
    public async Task TearDownAsync() => await _radio.DisposeAsync();

    [Test]
    public async Task Gn_WhereItMay_MakesAnInterfaceAndTakesItAway()
    {
        var machine = new MemoryMachine();
        await using var server = _radio.StartOn(machine, "server", "gn", "--mtu", "1400");
        var made = await server.WaitAsync("interface");
        var opened = await server.WaitAsync("controller-opened");
        await server.WaitAsync("network-up", static item => item.GetProperty("port").GetString() == "hs-gn0");
        var (options, takesRouters) = machine.Made.Single();
        Assert.Multiple(() =>
        {
            Assert.That(made.GetProperty("name").GetString(), Is.EqualTo("hs-gn0"));
            Assert.That(made.GetProperty("mac").GetString(), Is.EqualTo(opened.GetProperty("address").GetString()));
            Assert.That(made.GetProperty("mtu").GetInt32(), Is.EqualTo(1400));
            Assert.That(options.Name, Is.EqualTo("hs-gn%d"));
            Assert.That(takesRouters, Is.False);
            Assert.That(machine.Gateways, Is.Empty);
        });
        Assert.That(await server.InterruptAsync(), Is.Zero);
        Assert.That(machine.Ports.Single().IsDisposed, Is.True);
    }

    [Test]
    public async Task Gn_WithAddresses_PutsThemOnTheInterface()
    {
        var machine = new MemoryMachine();
        await using var server = _radio.StartOn(machine, "server", "gn", "--interface", "net7", "--address", "10.9.0.1/24,fd00:9::1/64");
        foreach (var address in new[] { "10.9.0.1", "fd00:9::1" })
        {
            var told = await server.WaitAsync("address", item => item.GetProperty("address").GetString() == address);
            Assert.That(told.GetProperty("source").GetString(), Is.EqualTo("fixed"));
        }

        Assert.That(await server.InterruptAsync(), Is.Zero);
        Assert.That(machine.Ports.Single().Name, Is.EqualTo("net7"));
        Assert.That(
            machine.Ports.Single().Story,
            Is.EquivalentTo(new[] { "+10.9.0.1/24", "+fd00:9::1/64", "-10.9.0.1/24", "-fd00:9::1/64" }));
    }

    [TestCase("gn")]
    [TestCase("panu")]
    public async Task Role_WithoutPrivilege_FallsBackAndSaysWhatHelps(string role)
    {
        await using var server = _radio.StartOn(new MemoryMachine { NoInterfaces = NoTun }, "server", role);
        var fallback = await server.WaitAsync("fallback");
        await server.WaitAsync("endpoint");
        await server.WaitAsync("network-up");
        Assert.That(fallback.GetProperty("used").GetString(), Is.EqualTo("endpoint"));
        Assert.That(fallback.GetProperty("reason").GetString(), Is.EqualTo(NoTun));
    }

    [Test]
    public async Task Nap_WithoutPrivilege_UsesUserMode()
    {
        var machine = new MemoryMachine { NoInterfaces = NoTun };
        await using var server = _radio.StartOn(machine, "server", "nap", "--dns", "9.9.9.9");
        var gateway = await server.WaitAsync("gateway");
        await server.WaitAsync("network-up");
        Assert.Multiple(() =>
        {
            Assert.That(gateway.GetProperty("backend").GetString(), Is.EqualTo("user-mode"));
            Assert.That(machine.UserModes.Single().DnsServer, Is.EqualTo(IPAddress.Parse("9.9.9.9")));
            Assert.That(server.Objects.Count(static item => item.GetProperty("kind").GetString() == "fallback"), Is.EqualTo(1));
        });
    }

    [TestCase("127.0.0.1")]
    [TestCase("169.254.1.1")]
    [TestCase("2001:db8::53")]
    public async Task Nap_WithoutPrivilegeAndANameServerOfTheMachine_Relays(string nameServer)
    {
        var machine = new MemoryMachine { NoInterfaces = NoTun };
        await using var server = _radio.StartOn(machine, "server", "nap", "--dns", nameServer);
        await server.WaitAsync("network-up");
        var troubles = server.Objects.Where(static item => item.GetProperty("kind").GetString() == "network-trouble").ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(machine.UserModes.Single().DnsServer, Is.Null);
            Assert.That(troubles.Select(static item => item.GetProperty("message").GetString()), Is.EqualTo(new[]
            {
                $"The name server {nameServer} cannot be used in user mode; the devices' questions go to this machine's own name servers.",
            }));
        });
    }

    [Test]
    public async Task UserMode_AskedForWithANameServerOfTheMachine_IsRefused()
    {
        var machine = new MemoryMachine();
        await using var server = _radio.StartOn(machine, "server", "nap", "--user-mode", "--dns", "127.0.0.1");
        Assert.That(await server.ExitCode, Is.EqualTo(ExitCode.Usage));
        Assert.That(server.Error, Does.StartWith("hoststack: The name server 127.0.0.1 is").And.EndWith("asks this machine's own name servers."));
        Assert.That(machine.UserModes, Is.Empty);
    }

    [Test]
    public async Task Nap_WithoutPrivilegeAndLibrary_StillServes()
    {
        await using var server = _radio.StartOn(new MemoryMachine { NoInterfaces = NoTun, NoUserMode = "libslirp is missing; install libslirp0." }, "server", "nap");
        await server.WaitAsync("fallback", static item => item.GetProperty("used").GetString() == "user-mode");
        await server.WaitAsync("fallback", static item => item.GetProperty("used").GetString() == "endpoint");
        await server.WaitAsync("endpoint");
        await server.WaitAsync("network-up");
    }

    [Test]
    public async Task Nap_WhoseGatewayIsRefused_LeavesNoInterface()
    {
        var machine = new MemoryMachine { NoGateways = "dnsmasq is not installed; install dnsmasq-base." };
        await using var server = _radio.StartOn(machine, "server", "nap");
        await server.WaitAsync("network-up");
        Assert.That(machine.Ports.Single().IsDisposed, Is.True);
        Assert.That(machine.UserModes, Has.Count.EqualTo(1));
    }

    [TestCase("gn --interface", ExitCode.NoPermission)]
    [TestCase("gn --namespace there", ExitCode.NoPermission)]
    [TestCase("nap --uplink eth0", ExitCode.NoPermission)]
    [TestCase("panu --bridge br0", ExitCode.NoPermission)]
    public async Task Interface_AskedFor_IsNotReplaced(string arguments, int exitCode)
    {
        await using var server = _radio.StartOn(new MemoryMachine { NoInterfaces = NoTun }, "server", arguments.Split(' '));
        Assert.That(await server.ExitCode, Is.EqualTo(exitCode));
        Assert.That(server.Error, Is.EqualTo($"hoststack: {NoTun}"));
    }

    [Test]
    public async Task UserMode_AskedFor_IsNotReplaced()
    {
        await using var server = _radio.StartOn(new MemoryMachine { NoUserMode = "libslirp is missing; install libslirp0." }, "server", "nap", "--user-mode");
        Assert.That(await server.ExitCode, Is.EqualTo(ExitCode.CannotCreate));
        Assert.That(server.Error, Does.Contain("install libslirp0"));
    }

    [Test]
    public async Task Nap_Routed_TellsItsGatewayAndLeases()
    {
        var machine = new MemoryMachine();
        await using var server = _radio.StartOn(
            machine, "server", "nap", "--subnet", "10.42.0.0/24", "--uplink", "eth0", "--namespace", "there", "--dns", "9.9.9.9");
        var gateway = await server.WaitAsync("gateway");
        await server.WaitAsync("network-up");
        machine.Way!.Grant(new DhcpLease(IPAddress.Parse("10.42.0.16"), new MacAddress(0x001B_DC00_0002), "phone"));
        machine.Way!.Disturb("dnsmasq ended; it is started again.");
        var lease = await server.WaitAsync("lease");
        machine.Remove!("The TAP interface hs-nap0 was removed; make the port again.");
        foreach (var trouble in new[] { "FORWARD", "dnsmasq", "was removed" })
        {
            await server.WaitAsync("network-trouble", item => item.GetProperty("message").GetString()!.Contains(trouble, StringComparison.Ordinal));
        }

        var options = machine.Gateways.Single();
        Assert.Multiple(() =>
        {
            Assert.That(gateway.GetProperty("backend").GetString(), Is.EqualTo("kernel"));
            Assert.That(gateway.GetProperty("subnet").GetString(), Is.EqualTo("10.42.0.0/24"));
            Assert.That(lease.GetProperty("address").GetString(), Is.EqualTo("10.42.0.16"));
            Assert.That(lease.GetProperty("name").GetString(), Is.EqualTo("phone"));
            Assert.That(options.Uplink, Is.EqualTo("eth0"));
            Assert.That(options.NetworkNamespace, Is.EqualTo("there"));
            Assert.That(options.NameServers, Is.EqualTo(new[] { IPAddress.Parse("9.9.9.9") }));
            Assert.That(options.Dhcp, Is.True);
        });
        Assert.That(await server.InterruptAsync(), Is.Zero);
        Assert.That(machine.Way.IsDisposed && machine.Ports.Single().IsDisposed, Is.True);
    }

    [Test]
    public async Task Nap_WithAddresses_TakesTheirNetworks()
    {
        var machine = new MemoryMachine();
        await using var server = _radio.StartOn(machine, "server", "nap", "--address", "10.42.0.9/20,fd00:9:1:2::5/64", "--no-dhcp");
        await server.WaitAsync("network-up");
        var options = machine.Gateways.Single();
        Assert.Multiple(() =>
        {
            Assert.That(options.Subnet, Is.EqualTo(IPNetwork.Parse("10.42.0.0/20")));
            Assert.That(options.Address, Is.EqualTo(IPAddress.Parse("10.42.0.9")));
            Assert.That(options.Prefix, Is.EqualTo(IPNetwork.Parse("fd00:9:1:2::/64")));
            Assert.That(options.IPv6Address, Is.EqualTo(IPAddress.Parse("fd00:9:1:2::5")));
            Assert.That(options.Dhcp, Is.False);
        });
    }

    [Test]
    public async Task Nap_WhoseGatewayCannotBeUndone_TakesItsInterfaceAway()
    {
        var machine = new MemoryMachine();
        await using var server = _radio.StartOn(machine, "server", "nap");
        await server.WaitAsync("network-up");
        machine.Way!.Failure = new NetDeviceException("The way out stays; remove it.");
        Assert.That(await server.InterruptAsync(), Is.Not.Zero);
        Assert.That(machine.Ports.Single().IsDisposed, Is.True);
    }

    [Test]
    public async Task Nap_InABridge_HasNoGateway()
    {
        var machine = new MemoryMachine();
        await using var server = _radio.StartOn(machine, "server", "nap", "--bridge", "br7", "--address", "10.9.0.1/24");
        var made = await server.WaitAsync("interface");
        await server.WaitAsync("network-up");
        Assert.Multiple(() =>
        {
            Assert.That(made.GetProperty("bridge").GetString(), Is.EqualTo("br7"));
            Assert.That(machine.Gateways, Is.Empty);
            Assert.That(machine.Made.Single().Options.CreateBridge, Is.True);
            Assert.That(machine.Made.Single().Options.Addresses.Select(static address => address.ToString()), Is.EqualTo(new[] { "10.9.0.1/24" }));
        });
    }

    [Test]
    public async Task Leftovers_OfAKilledRun_AreTold()
    {
        var machine = new MemoryMachine { Leftovers = [
            new GatewayLeftover("hs-nap0", ["table hoststack_hs_nap0", "3 kernel settings"]) { Failures = ["The table stays; remove it."] }] };
        await using var server = _radio.StartOn(machine, "server", "gn");
        var told = await server.WaitAsync("leftovers");
        Assert.That(told.GetProperty("removed").EnumerateArray().Select(static item => item.GetString()), Has.Member("3 kernel settings"));
        var trouble = await server.WaitAsync("network-trouble");
        Assert.That(trouble.GetProperty("message").GetString(), Is.EqualTo("The table stays; remove it."));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Panu_OfAGn_HasAnInterfaceThatPings(bool takesRoute)
    {
        var machine = new MemoryMachine();
        await using var server = _radio.Start("server", "gn", "--pair", "600", "--io", "none", "--address", "10.9.0.1/24");
        await server.WaitAsync("pairing-window", static item => item.GetProperty("open").GetBoolean());
        var address = (await server.WaitAsync("controller-opened")).GetProperty("address").GetString()!;
        string[] route = takesRoute ? ["--default-route"] : [];
        await using var client = _radio.StartOn(
            machine, "client", ["panu", address, "--io", "none", "--address", "10.9.0.2/24", "--ping", "10.9.0.1", "--count", "2", "--interval", "0", .. route]);
        Assert.That(await client.ExitCode, Is.Zero, client.Story);
        Assert.Multiple(() =>
        {
            Assert.That(machine.Ports.Single().Name, Is.EqualTo("hs-panu0"));
            Assert.That(machine.Made.Single().TakesRouters, Is.EqualTo(takesRoute));
            Assert.That(machine.Ports.Single().Story, Is.EqualTo(new[] { "+10.9.0.2/24", "-10.9.0.2/24" }));
            Assert.That(machine.Ports.Single().IsDisposed, Is.True);
        });
    }
}
