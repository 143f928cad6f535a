using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;

namespace HostStack.Interop.Tests.BlueZ;

/// <summary>BlueZ is the PANU, our host serves.</summary>
[TestFixture]
internal sealed class BlueZJoinsOursTests
{
    [Test]
    public async Task Gn_PairedFromScratch_PingsBothFamilies()
    {
        var bluez = await BlueZRig.PeerAsync();
        var controller = BlueZRig.Radio.Add();
        await using var host = await BluetoothHost.OpenAsync(
            controller.Source, new BluetoothHostOptions { Name = "ours", Discoverable = true, PairingAgent = new JustWorksAgent() });
        var port = new MemoryEthernetPort("gn", new MacAddress(host.Address.Value).AsUnicast());
        using var endpoint = new IpEndpoint(port, new IpEndpointOptions { IPv4Address = IPAddress.Parse("10.9.0.1") });
        await using var network = await host.ServeAsync(PanRole.Gn, port);
        await host.OpenPairingWindowAsync(TimeSpan.FromMinutes(2));
        var us = new PeerAddress(host.Address);
        await bluez.DiscoverAsync(us);
        await bluez.PairAsync(us);
        await bluez.JoinAsync(us, "gn");
        await bluez.Guest.DoAsync("ip addr add 10.9.0.2/24 dev bnep0; ping -c 3 10.9.0.1");
        await TestContext.Out.WriteLineAsync(await bluez.Guest.DoAsync("ip addr; cat /tmp/bt-network.log; btmgmt info </dev/null; bluetoothctl show"));
        Assert.That((await endpoint.PingAsync(IPAddress.Parse("10.9.0.2"))).Status, Is.EqualTo(PingStatus.Reply));
    }
}
