using System.Net;
using System.Runtime.Versioning;

namespace HostStack.Cli.Tests.Networks;

/// <summary>The commands as users run them: processes on machines (namespaces) of their own, with the kernel's own stack at
/// both ends of the radio.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
[NonParallelizable]
public sealed class NamespaceTests
{
    private const string Internet = "203.0.113.2";
    private const string Internet6 = "2001:db8:77::2";
    private static readonly string[] GatewayPrograms = ["nft", "dnsmasq", "setpriv", "ping"];

    [Test]
    public async Task Nap_LeadsAPanuToTheInternet_AndLeavesNothing()
    {
        await using var rig = await TwoMachines.CreateAsync(GatewayPrograms);
        var internet = await AddInternetAsync(rig);
        var (nap, address) = await rig.ServeAsync("nap");
        var panu = rig.Start(rig.Client, "client", "panu", address, "--to", "nap", "--default-route");
        var leased = await panu.WaitAsync("address", static item => TwoMachines.Text(item, "source") == "dhcp");
        var lease = await nap.WaitAsync("lease");
        Assert.That(TwoMachines.Text(lease, "address"), Is.EqualTo(TwoMachines.Text(leased, "address")));
        Assert.That(TwoMachines.Text(lease, "name"), Is.EqualTo("client"));
        Assert.That(await rig.Client.PingsAsync(Internet), Is.True, "IPv4, the way out");
        await Machine.WaitAsync("an IPv6 address and a way out", async () =>
            (await rig.Client.AddressesAsync("hs-panu0", "6")).Count > 0
            && (await rig.Client.IpAsync("-6 route")).Contains("default", StringComparison.Ordinal));
        await Machine.WaitAsync("IPv6, the way out", () => rig.Client.PingsAsync(Internet6));
        foreach (var (target, seen) in new[] { (Internet, "203.0.113.1"), (Internet6, "2001:db8:77::1") })
        {
            using var server = internet.Serve(IPAddress.Parse(target));
            Assert.That(await rig.Client.AskAsync(server.LocalEndPoint!), Is.EqualTo(seen), "the internet sees the NAP alone");
        }

        Assert.That(await panu.StopAsync(), Is.Zero, panu.Story);
        Assert.That(await rig.Client.HasInterfaceAsync("hs-panu0"), Is.False);
        Assert.That(await nap.StopAsync(), Is.Zero, nap.Story);
        await AssertNothingStaysAsync(rig.Server);
    }

    [Test]
    public async Task Panu_NotAskedForARoute_MakesNone()
    {
        await using var rig = await TwoMachines.CreateAsync(GatewayPrograms);
        await AddInternetAsync(rig);
        var (_, address) = await rig.ServeAsync("nap");
        var panu = rig.Start(rig.Client, "client", "panu", address, "--to", "nap");
        await panu.WaitAsync("address", static item => TwoMachines.Text(item, "source") == "dhcp");
        Assert.That(await rig.Client.IpAsync("route"), Does.Not.Contain("default"));
        foreach (var (machine, name) in new[] { (rig.Client, "hs-panu0"), (rig.Server, "hs-nap0") })
        {
            Assert.That(await machine.SettingAsync($"ipv6/conf/{name}/accept_ra"), Is.EqualTo("0"), "what routers say is not taken");
        }
    }

    [Test]
    public async Task Nap_KilledAndStartedAgain_RemovesWhatWasLeft()
    {
        await using var rig = await TwoMachines.CreateAsync(GatewayPrograms);
        var (nap, address) = await rig.ServeAsync("nap");
        var panu = rig.Start(rig.Client, "client", "panu", address, "--to", "nap");
        await panu.WaitAsync("address", static item => TwoMachines.Text(item, "source") == "dhcp");
        await nap.KillAsync();
        Assert.That(await rig.Server.HasInterfaceAsync("hs-nap0"), Is.False, "the kernel takes the interface");
        await Machine.WaitAsync("dnsmasq's end", async () =>
            !(await rig.Server.RunAsync("ss", "-lun")).Contains(":67", StringComparison.Ordinal));
        Assert.That(await rig.Server.RunAsync("nft", "list", "tables"), Does.Contain("hoststack_hs_nap0"), "this is what a kill leaves");
        Assert.That(await rig.Server.SettingAsync("ipv4/ip_forward"), Is.EqualTo("1"));

        var (again, _) = await rig.ServeAsync("nap");
        var leftovers = await again.WaitAsync("leftovers");
        Assert.That(
            leftovers.GetProperty("removed").EnumerateArray().Select(static item => item.GetString()),
            Has.Member("table hoststack_hs_nap0").And.Some.Contains("kernel settings"));
        Assert.That(await again.StopAsync(), Is.Zero, again.Story);
        await AssertNothingStaysAsync(rig.Server);
    }

    [Test]
    public async Task Nap_OfAServiceUser_NeedsItsCapabilitiesAlone()
    {
        const string service = "54321";
        const string capabilities = "-all,+net_admin,+net_raw,+net_bind_service";
        await using var rig = await TwoMachines.CreateAsync(GatewayPrograms);
        var state = rig.OpenToAll("state");
        if (!await rig.Server.SucceedsAsync("setpriv", $"--reuid={service}", "--clear-groups", "test", "-r", Path.Combine(AppContext.BaseDirectory, "hoststack.dll")))
        {
            Assert.Ignore("another user cannot read the tests' folder: build them where everybody may read");
        }

        string[] asService =
        [
            "setpriv", $"--reuid={service}", $"--regid={service}", "--clear-groups", $"--inh-caps={capabilities}",
            $"--ambient-caps={capabilities}", $"--bounding-set={capabilities}", "--no-new-privs", "env", $"STATE_DIRECTORY={state}",
        ];
        var (nap, address) = await rig.ServeByAsync(asService, "nap");
        var panu = rig.Start(rig.Client, "client", "panu", address, "--to", "nap");
        await panu.WaitAsync("address", static item => TwoMachines.Text(item, "source") == "dhcp");
        await nap.KillAsync();
        Assert.That(Directory.EnumerateFiles(Path.Combine(state, "gateways"), "*.json"), Is.Not.Empty);
        var (again, _) = await rig.ServeByAsync(asService, "nap");
        await again.WaitAsync("leftovers");
        Assert.That(await again.StopAsync(), Is.Zero, again.Story);
        await AssertNothingStaysAsync(rig.Server);
        Assert.That(Directory.EnumerateFiles(Path.Combine(state, "gateways"), "*.json"), Is.Empty);
    }

    [Test]
    public async Task Panu_Killed_LeavesNoInterface_AndStartsAgain()
    {
        await using var rig = await TwoMachines.CreateAsync("ping");
        var (gn, address) = await rig.ServeAsync("gn", "--address", "10.9.0.1/24,fd00:9::1/64");
        var panu = rig.Start(rig.Client, "client", "panu", address, "--to", "gn", "--address", "10.9.0.2/24,fd00:9::2/64");
        await panu.WaitAsync("pan-connected");
        await Machine.WaitAsync("the GN", () => rig.Client.PingsAsync("10.9.0.1"));
        await panu.KillAsync();
        Assert.That(await rig.Client.HasInterfaceAsync("hs-panu0"), Is.False);

        // To the GN's controller the killed device is there until the supervision timeout.
        var again = rig.Start(rig.Client, "client", "panu", address, "--to", "gn", "--address", "10.9.0.2/24,fd00:9::2/64");
        await again.WaitAsync("held-link");
        await again.WaitAsync("pan-connected");
        await Machine.WaitAsync("the GN by IPv4", () => rig.Client.PingsAsync("10.9.0.1"));
        await Machine.WaitAsync("the GN by IPv6", () => rig.Client.PingsAsync("fd00:9::1"));
        Assert.That(await again.StopAsync(), Is.Zero, again.Story);
        Assert.That(await gn.StopAsync(), Is.Zero, gn.Story);
        Assert.That(await rig.Server.HasInterfaceAsync("hs-gn0"), Is.False);
    }

    [Test]
    public async Task Gn_AndPanu_WithoutAnything_MeetByLinkLocalAddresses()
    {
        await using var rig = await TwoMachines.CreateAsync();
        var (gn, address) = await rig.ServeAsync("gn");
        var mac = TwoMachines.Text(await gn.WaitAsync("interface"), "mac");
        var panu = rig.Start(rig.Client, "client", "panu", address, "--to", "gn");
        await panu.WaitAsync("address", static item => TwoMachines.Text(item, "source") == "link-local");
        var claimed = await gn.WaitAsync("address", static item => TwoMachines.Text(item, "source") == "link-local");
        Assert.That(await panu.StopAsync(), Is.Zero, panu.Story);
        foreach (var target in new[] { TwoMachines.Text(claimed, "address"), LinkLocal(mac) })
        {
            var ping = rig.Start(rig.Client, "client", "panu", address, "--to", "gn", "--ping", target, "--count", "2", "--interval", "0");
            Assert.That(await ping.EndAsync(), Is.Zero, ping.Story + gn.Story);
        }
    }

    [Test]
    public async Task Gn_Host_AnswersRestOverBothProtocols()
    {
        await using var rig = await TwoMachines.CreateAsync();
        var (gn, address) = await rig.ServeAsync("gn", "--address", "10.9.0.1/24,fd00:9::1/64");
        var panu = rig.Start(rig.Client, "client", "panu", address, "--to", "gn", "--address", "10.9.0.2/24,fd00:9::2/64");
        await panu.WaitAsync("pan-connected");
        foreach (var (host, own) in new[] { ("10.9.0.1", "10.9.0.2"), ("fd00:9::1", "fd00:9::2") })
        {
            // An IPv6 address can be used as soon as the network did not object to it; before, another one would speak for it.
            await Machine.WaitAsync($"{host} on the GN", () => Task.FromResult(rig.Server.CanBind(IPAddress.Parse(host))));
            await Machine.WaitAsync($"{own} on the PANU", () => Task.FromResult(rig.Client.CanBind(IPAddress.Parse(own))));
            using var server = rig.Server.ServeJson(IPAddress.Parse(host), "{\"sensor\":7}");
            using var http = rig.Client.OpenHttp();
            Assert.That(await http.GetStringAsync(new Uri($"http://{server.LocalEndPoint}/sensors/1")), Is.EqualTo("{\"sensor\":7}"), gn.Story);
        }
    }

    [Test]
    public async Task Gn_KilledInABridgeOfItsOwn_RemovesItNextTime()
    {
        await using var rig = await TwoMachines.CreateAsync();
        var (gn, _) = await rig.ServeAsync("gn", "--bridge", "br8", "--address", "10.9.0.1/24");
        Assert.That(await rig.Server.AddressesAsync("br8", "4"), Is.EqualTo(new[] { "10.9.0.1/24" }));
        await gn.KillAsync();
        Assert.That(await rig.Server.HasInterfaceAsync("br8"), Is.True, "this is what a kill leaves");
        var (again, _) = await rig.ServeAsync("gn");
        await again.WaitAsync("leftovers", static item => TwoMachines.Text(item, "interface") == "br8");
        Assert.That(await rig.Server.HasInterfaceAsync("br8"), Is.False);
    }

    [Test]
    public async Task Gn_InABridge_SharesItWithOthers()
    {
        await using var rig = await TwoMachines.CreateAsync("ping");
        var wired = await rig.AddMachineAsync();
        await rig.Server.IpAsync("link add br7 type bridge");
        await rig.Server.IpAsync("link set br7 up");
        await Machine.ConnectAsync(rig.Server, "w0", [], wired, "w1", ["10.9.0.7/24"]);
        await rig.Server.IpAsync("link set w0 master br7");
        var (gn, address) = await rig.ServeAsync("gn", "--bridge", "br7");
        var panu = rig.Start(rig.Client, "client", "panu", address, "--to", "gn", "--address", "10.9.0.2/24");
        await panu.WaitAsync("pan-connected");
        await Machine.WaitAsync("the wired machine", () => rig.Client.PingsAsync("10.9.0.7"));
        Assert.That(await gn.StopAsync(), Is.Zero, gn.Story);
        Assert.That(await rig.Server.HasInterfaceAsync("br7"), Is.True, "who did not make the bridge does not remove it");
    }

    [Test]
    public async Task Nap_InUserMode_LeadsOutWithoutAnInterface()
    {
        if (!NetDevices.UserMode.UserModePort.IsAvailable(out _, out var problem))
        {
            Assert.Ignore(problem);
        }

        await using var rig = await TwoMachines.CreateAsync();
        var internet = await AddInternetAsync(rig);
        var (nap, address) = await rig.ServeAsync("nap", "--user-mode");
        var panu = rig.Start(rig.Client, "client", "panu", address, "--to", "nap", "--default-route");
        await panu.WaitAsync("address", static item => TwoMachines.Text(item, "source") == "dhcp");
        using var server = internet.Serve(IPAddress.Parse(Internet));
        Assert.That(await rig.Client.AskAsync(server.LocalEndPoint!), Is.EqualTo("203.0.113.1"));
        Assert.That(await rig.Server.SettingAsync("ipv4/ip_forward"), Is.EqualTo("0"), "nothing of the machine is touched");
        Assert.That(await panu.StopAsync(), Is.Zero, panu.Story);
        Assert.That(await nap.StopAsync(), Is.Zero, nap.Story);
    }

    private static async Task<Machine> AddInternetAsync(TwoMachines rig)
    {
        var internet = await rig.AddMachineAsync();
        await Machine.ConnectAsync(
            rig.Server, "up0", ["203.0.113.1/24", "2001:db8:77::1/64"], internet, "i0", [$"{Internet}/24", $"{Internet6}/64"]);
        await rig.Server.IpAsync($"route add default via {Internet}");
        await rig.Server.IpAsync($"-6 route add default via {Internet6}");
        return internet;
    }

    private static async Task AssertNothingStaysAsync(Machine machine)
    {
        Assert.That(await machine.HasInterfaceAsync("hs-nap0"), Is.False);
        Assert.That((await machine.RunAsync("nft", "list", "tables")).Trim(), Is.Empty);
        Assert.That(await machine.SettingAsync("ipv4/ip_forward"), Is.EqualTo("0"));
        Assert.That(await machine.SettingAsync("ipv6/conf/all/forwarding"), Is.EqualTo("0"));
        Assert.That(await machine.RunAsync("ss", "-lun"), Does.Not.Contain(":67"));
    }

    // RFC 4291, appendix A: the MAC address with FF FE in its middle, one bit turned.
    private static string LinkLocal(string mac)
    {
        var octets = Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal));
        return $"fe80::{octets[0] ^ 2:x2}{octets[1]:x2}:{octets[2]:x2}ff:fe{octets[3]:x2}:{octets[4]:x2}{octets[5]:x2}";
    }
}
