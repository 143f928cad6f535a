// Pairs with a device, joins its group network, and pings an address in it:
//   dotnet run --project samples/Panu -- h4:unix:/tmp/radio 00:1B:DC:00:01:01 fe80::21b:dcff:fe00:101
using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;

namespace HostStack.Samples.Panu;

internal static class Program
{
    public static Task Main(string[] arguments) => RunAsync(
        ControllerSources.CreateDefault().Open(arguments[0]), BdAddr.Parse(arguments[1]), IPAddress.Parse(arguments[2]), Console.Out);

    internal static async Task RunAsync(IControllerSource source, BdAddr peer, IPAddress target, TextWriter output)
    {
        await using var host = await BluetoothHost.OpenAsync(source, new BluetoothHostOptions { Name = "Sample PANU" });
        await using var port = new MemoryEthernetPort("panu0", new MacAddress(host.Address.Value).AsUnicast());
        using var endpoint = new IpEndpoint(port);
        await host.PairAsync(new PeerAddress(peer));
        await using var connection = await host.ConnectAsync(new PeerAddress(peer), PanRole.Gn, port);
        var ping = await endpoint.PingAsync(target);
        await output.WriteLineAsync($"{target}: {ping.Status} in {ping.RoundTrip.TotalMilliseconds:0.000} ms");
    }
}
