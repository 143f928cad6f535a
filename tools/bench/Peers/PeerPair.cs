using HostStack.Ethernet;
using HostStack.Hci.Loop;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.Bench.Peers;

/// <summary>Two whole hosts on one radio in this process, in real time: one serves a GN, the other has joined it.</summary>
internal sealed class PeerPair : IAsyncDisposable
{
    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(1);

    private readonly VirtualRadio _radio;
    private readonly OpenedHost _server;
    private readonly OpenedHost _client;
    private readonly PanNetwork _network;
    private readonly PanConnection _connection;

    private PeerPair(VirtualRadio radio, OpenedHost server, OpenedHost client, PanNetwork network, PanConnection connection)
    {
        _radio = radio;
        _server = server;
        _client = client;
        _network = network;
        _connection = connection;
    }

    /// <summary>The name of the loop of the host that serves.</summary>
    public const string ServerLoop = "bench-server";

    /// <summary>The name of the loop of the host that joins.</summary>
    public const string ClientLoop = "bench-client";

    /// <summary>The network address of the host that serves.</summary>
    public static MacAddress ServerMac { get; } = new(0x00_1B_DC_0B_E0_01);

    /// <summary>The network address of the host that joins.</summary>
    public static MacAddress ClientMac { get; } = new(0x00_1B_DC_0B_E0_02);

    /// <summary>Pairs and connects two hosts.</summary>
    /// <param name="pace">How fast data crosses the air.</param>
    /// <param name="server">The port of the host that serves; it stays the caller's.</param>
    /// <param name="client">The port of the host that joins; it stays the caller's.</param>
    public static async Task<PeerPair> ConnectAsync(RadioPace pace, IEthernetPort server, IEthernetPort client)
    {
        var radio = new VirtualRadio(new RadioOptions { Pace = pace });
        radio.Start();
        var serving = await OpenedHost.OpenAsync(radio, ServerLoop, ServerMac);
        var joining = await OpenedHost.OpenAsync(radio, ClientLoop, ClientMac);
        var network = await serving.Host.ServeAsync(PanRole.Gn, server);
        var connection = await joining.Host.ConnectAsync(new PeerAddress(serving.Host.Address), PanRole.Gn, client);
        return new PeerPair(radio, serving, joining, network, connection);
    }

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _client.DisposeAsync();
        await _network.DisposeAsync();
        await _server.DisposeAsync();
        _radio.Dispose();
    }

    // A loop of its own name: its thread's time is the host's time.
    private sealed class OpenedHost(BluetoothHost host, EventLoop loop) : IAsyncDisposable
    {
        public BluetoothHost Host => host;

        public static async Task<OpenedHost> OpenAsync(VirtualRadio radio, string name, MacAddress address)
        {
            var controller = radio.Add(new ControllerOptions { Name = name, Address = new BdAddr(address.Value) });
            var loop = new EventLoop(name: name);
            loop.Start();
            var host = await BluetoothHost.OpenAsync(
                controller.Source,
                new BluetoothHostOptions
                {
                    Name = name, Loop = loop, PairingAgent = new JustWorksAgent(), CallbackScheduler = TaskScheduler.Default,
                });
            await host.OpenPairingWindowAsync(s_window);
            return new OpenedHost(host, loop);
        }

        public async ValueTask DisposeAsync()
        {
            await host.DisposeAsync();
            loop.Dispose();
        }
    }
}
