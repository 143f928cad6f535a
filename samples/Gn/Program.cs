// Serves a group network (GN) until Ctrl-C, and prints what happens:
//   ./hoststack virtual serve --listen h4:unix:/tmp/radio      (or any other controller that speaks H4)
//   dotnet run --project samples/Gn -- h4:unix:/tmp/radio
using HostStack.Ethernet;
using HostStack.Hci.Security;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;

namespace HostStack.Samples.Gn;

internal static class Program
{
    public static async Task Main(string[] arguments)
    {
        using var ending = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            ending.Cancel();
        };
        await RunAsync(ControllerSources.CreateDefault().Open(arguments[0]), Console.Out, ending.Token);
    }

    internal static async Task RunAsync(IControllerSource source, TextWriter output, CancellationToken stop)
    {
        var options = new BluetoothHostOptions { Name = "Sample GN", Discoverable = true, PairingAgent = new JustWorksAgent() };
        await using var host = await BluetoothHost.OpenAsync(source, options, cancellationToken: stop);
        await using var port = new MemoryEthernetPort("gn0", new MacAddress(host.Address.Value).AsUnicast());
        using var endpoint = new IpEndpoint(port);
        await using var network = await host.ServeAsync(PanRole.Gn, port);
        await host.OpenPairingWindowAsync(TimeSpan.FromMinutes(5));
        using var events = host.Events.Subscribe();
        await output.WriteLineAsync($"{host.Address} serves a GN and answers pings at {endpoint.LinkLocalAddress}");
        stop.Register(events.Dispose);
        await foreach (var happened in events)
        {
            await output.WriteLineAsync(happened.ToString());
        }
    }
}
