using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.VirtualController.Radio;

namespace HostStack.EndToEnd.Tests.Networks;

/// <summary>Hosts with threads of their own on one radio, in real time: one serves, the others are paired with it.</summary>
internal sealed class Piconet : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly VirtualRadio _radio = new();
    private readonly List<BluetoothHost> _peers = [];
    private BluetoothHost? _server;

    private Piconet() => _radio.Start();

    public BluetoothHost Server => _server!;

    public PeerAddress ServerAddress => new(Server.Address);

    public static async Task<Piconet> OpenAsync()
    {
        var piconet = new Piconet();
        piconet._server = await piconet.HostAsync("server");
        return piconet;
    }

    /// <summary>A host that is paired with the server.</summary>
    public async Task<BluetoothHost> AddPeerAsync()
    {
        var peer = await HostAsync($"peer {_peers.Count + 1}");
        _peers.Add(peer);
        await Server.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var pairing = await peer.PairAsync(ServerAddress).WaitAsync(Limit);
        Assert.That(pairing.Succeeded, Is.True, pairing.ToString());
        return peer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var peer in _peers)
        {
            await peer.DisposeAsync();
        }

        await Server.DisposeAsync();
        _radio.Dispose();
    }

    private Task<BluetoothHost> HostAsync(string name) =>
        BluetoothHost.OpenAsync(
            _radio.Add().Source, new BluetoothHostOptions { Name = name, PairingAgent = new JustWorksAgent() }).WaitAsync(Limit);
}
