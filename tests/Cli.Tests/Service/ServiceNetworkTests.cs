using System.Runtime.Versioning;
using HostStack.Cli.Tests.Networks;

namespace HostStack.Cli.Tests.Service;

/// <summary>Two services as processes on machines (namespaces) of their own, with interfaces of the kernel.</summary>
[TestFixture]
[Platform("Linux")]
[SupportedOSPlatform("linux")]
[NonParallelizable]
public sealed class ServiceNetworkTests
{
    [Test]
    public async Task AccessPoint_GivesTheClientItsAddressAndWayOut_AndBothLeaveNothing()
    {
        await using var rig = await TwoMachines.CreateAsync("nft", "dnsmasq", "setpriv", "ping");
        var server = rig.StartService(rig.Server, "ap.json", """
            { "controllers": [{ "uri": "RADIO", "name": "Hub", "io": "none", "pairing": 600, "keys": "ap-keys.json",
              "networks": [
                { "role": "nap", "port": { "kind": "interface", "name": "hs-ap" }, "addresses": ["10.77.0.1/24"] },
                { "role": "gn", "port": { "kind": "interface", "name": "hs-group" }, "addresses": ["10.78.0.1/24", "fd00:78::1/64"] },
              ] }] }
            """);
        await server.WaitAsync("ready");
        var address = (await server.WaitAsync("controller-opened")).GetProperty("address").GetString()!;
        var client = rig.StartService(rig.Client, "client.json", $$"""
            { "controllers": [{ "uri": "RADIO", "name": "Tablet", "io": "none", "keys": "client-keys.json",
              "connections": [{ "peer": "{{address}}", "port": { "kind": "interface", "name": "hs-up" }, "dhcp": true, "defaultRoute": true }] }] }
            """);
        var leased = await client.WaitAsync("address", static item => TwoMachines.Text(item, "source") == "dhcp");
        Assert.That(TwoMachines.Text(leased, "address"), Does.StartWith("10.77.0."));
        Assert.That(await rig.Client.PingsAsync("10.77.0.1"), Is.True);
        Assert.That(await rig.Client.IpAsync("route"), Does.Contain("default via 10.77.0.1"));
        Assert.That(await rig.Server.IpAsync("address show dev hs-group"), Does.Contain("10.78.0.1/24").And.Contain("fd00:78::1/64"));

        Assert.That(await client.StopAsync(), Is.Zero, client.Story);
        Assert.That(await rig.Client.HasInterfaceAsync("hs-up"), Is.False);
        Assert.That(await server.StopAsync(), Is.Zero, server.Story);
        Assert.That(await rig.Server.HasInterfaceAsync("hs-ap"), Is.False);
        Assert.That(await rig.Server.HasInterfaceAsync("hs-group"), Is.False);
        Assert.That(await rig.Server.RunAsync("nft", "list", "tables"), Does.Not.Contain("hoststack"));
    }
}
