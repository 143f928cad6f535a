// Looks for devices, pairs with each, and prints what it offers:
//   dotnet run --project samples/PairAndBrowse -- h4:unix:/tmp/radio
using HostStack.Hci.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Sdp.Client;

namespace HostStack.Samples.PairAndBrowse;

internal static class Program
{
    public static Task Main(string[] arguments) => RunAsync(ControllerSources.CreateDefault().Open(arguments[0]), Console.Out);

    internal static async Task RunAsync(IControllerSource source, TextWriter output)
    {
        await using var host = await BluetoothHost.OpenAsync(source, new BluetoothHostOptions { Name = "Sample browser" });
        foreach (var device in await host.InquireAsync(new InquiryRequest { Duration = TimeSpan.FromSeconds(2.56) }))
        {
            var peer = new PeerAddress(device.Address);
            var pairing = await host.PairAsync(peer);
            await output.WriteLineAsync($"{peer} {device.Name}: {(pairing.Succeeded ? $"paired, {pairing.KeyType}" : $"not paired, {pairing.Shortfall}")}");
            var records = await host.BrowseAsync(peer);
            foreach (var record in records.Value ?? [])
            {
                await output.WriteAsync(RecordDescription.ToText(RecordDescription.Describe(record)));
            }
        }
    }
}
