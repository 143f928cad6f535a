using System.Net;
using HostStack.Ethernet;
using HostStack.Hci.Capture;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;

namespace HostStack.Interop.Tests.Btvirt;

/// <summary>One of our hosts on one of btvirt's controllers, with an endpoint behind its port and a capture of its own.</summary>
internal sealed class BtvirtStation : IAsyncDisposable
{
    /// <summary>How long anything may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly BtsnoopWriter _capture;
    private readonly EventRecord _record;
    private readonly IpEndpoint _endpoint;

    private BtvirtStation(BluetoothHost host, BtsnoopWriter capture, string capturePath, byte number)
    {
        Host = host;
        _capture = capture;
        CapturePath = capturePath;
        _record = new EventRecord(host.Events);
        Port = new MemoryEthernetPort($"port {number}", new MacAddress(host.Address.Value).AsUnicast());
        _endpoint = new IpEndpoint(Port, new IpEndpointOptions { IPv4Address = new IPAddress([10, 0, 0, number]) });
    }

    public BluetoothHost Host { get; }

    public MemoryEthernetPort Port { get; }

    public PeerAddress Peer => new(Host.Address);

    /// <summary>Everything that passed between the host and btvirt; complete once the station is disposed.</summary>
    public string CapturePath { get; }

    /// <summary>Opens a host.</summary>
    /// <param name="server">Whose controller.</param>
    /// <param name="number">Of its name and its IPv4 address.</param>
    /// <param name="folder">Where its capture goes.</param>
    /// <param name="keys">Its bonds.</param>
    public static async Task<BtvirtStation> OpenAsync(BtvirtServer server, byte number, string folder, ILinkKeyStore? keys = null)
    {
        var path = Path.Combine(folder, $"station-{number}-{Guid.NewGuid():N}.btsnoop");
        var capture = BtsnoopWriter.Create(path);
        try
        {
            var host = await BluetoothHost.OpenAsync(server.NewController(), new BluetoothHostOptions
            {
                Name = $"station {number}",
                Discoverable = true,
                PairingAgent = new JustWorksAgent(),
                KeyStore = keys ?? new InMemoryLinkKeyStore(),
                Capture = capture,
            });
            return new BtvirtStation(host, capture, path, number);
        }
        catch
        {
            capture.Dispose();
            throw;
        }
    }

    /// <summary>Opens a host on the controller with an address that an earlier one had: btvirt gives the lowest free one, and
    /// frees an address only some time after its host has closed.</summary>
    /// <param name="server">Whose controller.</param>
    /// <param name="number">Of its name and its IPv4 address.</param>
    /// <param name="folder">Where its capture goes.</param>
    /// <param name="keys">Its bonds.</param>
    /// <param name="former">The address.</param>
    public static async Task<BtvirtStation> ReopenAsync(
        BtvirtServer server, byte number, string folder, ILinkKeyStore keys, PeerAddress former)
    {
        BtvirtStation? found = null;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var station = await OpenAsync(server, number, folder, keys);
                if (station.Peer == former)
                {
                    found = station;
                    return true;
                }

                await station.DisposeAsync();
                return false;
            },
            $"btvirt has freed {former}",
            Patience);
        return found!;
    }

    /// <summary>Pairs with a peer whose window this opens for the time of it.</summary>
    public async Task BondAsync(BtvirtStation acceptor)
    {
        await acceptor.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var outcome = await Host.PairAsync(acceptor.Peer);
        Assert.That(outcome.Succeeded, Is.True, outcome.ToString());
        await SeesAsync<Paired>();
        await acceptor.SeesAsync<Paired>();
        Assert.That(acceptor.Host.IsBonded(Peer) && Host.IsBonded(acceptor.Peer), Is.True, "both keep the key");
        await acceptor.Host.ClosePairingWindowAsync();
    }

    /// <summary>Pings a peer by IPv4 and by IPv6, with payloads of one fragment and of many.</summary>
    public async Task AssertReachesAsync(BtvirtStation other)
    {
        foreach (var address in new[] { other._endpoint.IPv4Address!, other._endpoint.LinkLocalAddress })
        {
            foreach (var length in new[] { 56, 1400 })
            {
                var result = await _endpoint.PingAsync(address, length, Patience);
                Assert.That(result.Status, Is.EqualTo(PingStatus.Reply), $"{Host.Options.Name} -> {address}, {length} octets");
            }
        }
    }

    /// <summary>All events so far.</summary>
    public IReadOnlyList<HostEvent> Events() => _record.All;

    /// <summary>Waits for the number of events of a kind.</summary>
    public Task<T> SeesAsync<T>(int number = 1)
        where T : HostEvent => _record.SeesAsync<T>(number, Patience);

    /// <summary>Ends every link, so that btvirt survives the end of this host, and closes it.</summary>
    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        _record.Dispose();
        _endpoint.Dispose();
        await Port.DisposeAsync();
        _capture.Dispose();
    }
}
