using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Transport;

namespace HostStack.Bench.Memory;

/// <summary>The other process of <c>--memory</c>: the radio, the host's controller on a socket, and seven peers, each a whole
/// host of its own, so that nothing of them counts as the host's memory.</summary>
internal static class PeerProcess
{
    private const int PingsPerPeer = 200;
    private const int PingPayload = 1400;

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(5);

    /// <summary>Serves until the standard input ends.</summary>
    /// <param name="socket">The path of the socket.</param>
    public static async Task<int> RunAsync(string socket)
    {
        using var radio = new VirtualRadio();
        radio.Start();
        await using var server = H4SocketServer.Listen(
            radio, "h4:unix:" + socket, static _ => new ControllerOptions { Address = MemoryNetwork.HostAddress });
        await Console.Out.WriteLineAsync(MemoryNetwork.Listening);
        if (await Console.In.ReadLineAsync() != MemoryNetwork.Serving)
        {
            return 1;
        }

        var peers = new List<Peer>();
        for (var number = 0; number < MemoryNetwork.Peers; number++)
        {
            peers.Add(await Peer.JoinAsync(radio, number));
        }

        await Console.Out.WriteLineAsync(MemoryNetwork.Connected);
        var replies = await Task.WhenAll(peers.Select(static peer => peer.PingAsync()));
        await Console.Out.WriteLineAsync($"{MemoryNetwork.Done} {replies.Sum()} of {PingsPerPeer * MemoryNetwork.Peers} pings answered");
        await Console.In.ReadToEndAsync();
        foreach (var peer in peers)
        {
            await peer.DisposeAsync();
        }

        return 0;
    }

    private sealed class Peer(BluetoothHost host, MemoryEthernetPort port, IpEndpoint endpoint, PanConnection connection)
        : IAsyncDisposable
    {
        public static async Task<Peer> JoinAsync(VirtualRadio radio, int number)
        {
            var host = await BluetoothHost.OpenAsync(radio.Source($"virtual:peer{number}"), MemoryNetwork.Options($"peer {number}"));
            await host.OpenPairingWindowAsync(s_window);
            var port = new MemoryEthernetPort($"peer{number}", new MacAddress(host.Address.Value).AsUnicast());
            var endpoint = new IpEndpoint(port, new IpEndpointOptions { IPv4Address = MemoryNetwork.Ip(2 + number) });
            var connection = await host.ConnectAsync(new PeerAddress(MemoryNetwork.HostAddress), PanRole.Nap, port);
            return new Peer(host, port, endpoint, connection);
        }

        public async Task<int> PingAsync()
        {
            var replies = 0;
            for (var i = 0; i < PingsPerPeer; i++)
            {
                replies += (await endpoint.PingAsync(MemoryNetwork.HostIp, PingPayload)).IsReply ? 1 : 0;
            }

            return replies;
        }

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            await host.DisposeAsync();
            endpoint.Dispose();
            await port.DisposeAsync();
        }
    }
}
