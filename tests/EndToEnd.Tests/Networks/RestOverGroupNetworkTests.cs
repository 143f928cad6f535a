using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using HostStack.Ethernet;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;
using HostStack.Pan;
using HostStack.Testing;
using HostStack.VirtualController.Radio;

namespace HostStack.EndToEnd.Tests.Networks;

/// <summary>A REST service on the machine of a GN answers a program on the machine of a PANU: two hosts in real time over
/// virtual controllers, each with a TAP interface in a network namespace, the kernel's own TCP/IP between.</summary>
[TestFixture]
public sealed class RestOverGroupNetworkTests
{
    private const string ServerIPv6 = "fd00:60::1";
    private const string ServerIPv4 = "10.60.0.1";
    private const string ClientIPv6 = "fd00:60::2";
    private const string ClientIPv4 = "10.60.0.2";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly List<IAsyncDisposable> _hosts = [];
    private LinuxNetworks? _networks;
    private VirtualRadio? _radio;
    private RestService? _service;
    private LinuxNetworkNamespace _serverPlace = null!;
    private LinuxNetworkNamespace _clientPlace = null!;
    private LinuxTapPort? _serverPort;
    private LinuxTapPort? _clientPort;
    private PanConnection? _connection;

    [OneTimeSetUp]
    public async Task OpenAsync()
    {
        _networks = new LinuxNetworks();
        (_serverPlace, _clientPlace) = (_networks.Add(), _networks.Add());
        _radio = new VirtualRadio();
        _radio.Start();
        var server = await HostAsync("server");
        _serverPort = Port(server, _serverPlace, ServerIPv4, ServerIPv6);
        _hosts.Add(await server.ServeAsync(PanRole.Gn, _serverPort));
        await server.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        _service = new RestService(_serverPlace);

        var client = await HostAsync("client");
        _clientPort = Port(client, _clientPlace, ClientIPv4, ClientIPv6);
        var peer = new PeerAddress(server.Address);
        var paired = await client.PairAsync(peer);
        Assert.That(paired.Succeeded, Is.True, paired.ToString());
        _connection = await client.ConnectAsync(peer, PanRole.Gn, _clientPort);
        _hosts.Add(_connection);
        await ReadyAsync(_serverPlace, _serverPort);
        await ReadyAsync(_clientPlace, _clientPort);
    }

    [OneTimeTearDown]
    public async Task CloseAsync()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await host.DisposeAsync();
        }

        if (_clientPort is not null)
        {
            await _clientPort.DisposeAsync();
        }

        if (_serverPort is not null)
        {
            await _serverPort.DisposeAsync();
        }

        _radio?.Dispose();
        _networks?.Dispose();
    }

    [TestCase(ServerIPv6, ClientIPv6, TestName = "Get_OverIPv6UniqueLocal_AnswersInJson")]
    [TestCase(ServerIPv4, ClientIPv4, TestName = "Get_OverIPv4_AnswersInJson")]
    public async Task Get_OverFixedAddresses_AnswersInJson(string to, string from)
    {
        var answer = await GetAsync(IPAddress.Parse(to), "/temperature");
        Assert.That(answer, Is.EqualTo(new RestAnswer("/temperature", from, to)));
    }

    [Test]
    public async Task Get_OverIPv6LinkLocal_AnswersInJson()
    {
        var (to, from) = (LinkLocal(_serverPlace, _serverPort!), LinkLocal(_clientPlace, _clientPort!));
        var index = (long)LinuxNetworks.Interface(_clientPlace, _clientPort!.Name)["ifindex"]!;
        var scoped = new IPAddress(IPAddress.Parse(to).GetAddressBytes(), index);
        Assert.That(await GetAsync(scoped, "/where"), Is.EqualTo(new RestAnswer("/where", from, to)));
    }

    [Test]
    public async Task Get_OfAFile_ComesWholeAndOverTheAir()
    {
        var before = (await _connection!.GetStatusAsync()).Counters;
        using var http = Client(IPAddress.Parse(ServerIPv6));
        var file = await http.GetByteArrayAsync(Address(RestService.FilePath));
        Assert.That(file, Is.EqualTo(_service!.File));
        Assert.That((await _connection!.GetStatusAsync()).Counters.OctetsIn - before.OctetsIn, Is.GreaterThan(file.Length));
    }

    [Test]
    public void Interfaces_OfBothSides_CarryTheDevicesAddresses()
    {
        Assert.That(Mac(_serverPlace, _serverPort!), Is.EqualTo(_serverPort!.Address.ToString()).IgnoreCase);
        Assert.That(Mac(_clientPlace, _clientPort!), Is.EqualTo(_clientPort!.Address.ToString()).IgnoreCase);
        Assert.That(_serverPort.IsCarrierUp && _clientPort.IsCarrierUp, Is.True);

        static string? Mac(LinuxNetworkNamespace place, LinuxTapPort port) =>
            (string?)LinuxNetworks.Interface(place, port.Name)["address"];
    }

    // The link-local address comes with the carrier, and each is detected to be nobody else's before it is used: who calls
    // earlier may call from an address to which no answer comes, and TCP keeps it.
    private static Task ReadyAsync(LinuxNetworkNamespace place, LinuxTapPort port) => Eventually.IsTrueAsync(
        () =>
        {
            var addresses = Addresses(place, port);
            return addresses.Any(IsLinkLocal) && addresses.All(static one => one!["tentative"] is null);
        },
        $"the addresses of {port.Name} may be used");

    private static string LinkLocal(LinuxNetworkNamespace place, LinuxTapPort port) =>
        (string)Addresses(place, port).Single(IsLinkLocal)!["local"]!;

    private static JsonArray Addresses(LinuxNetworkNamespace place, LinuxTapPort port) =>
        LinuxNetworks.Interface(place, port.Name)["addr_info"]!.AsArray();

    private static bool IsLinkLocal(JsonNode? address) => (string)address!["scope"]! == "link";

    private async Task<BluetoothHost> HostAsync(string name)
    {
        var host = await BluetoothHost.OpenAsync(
            _radio!.Add().Source, new BluetoothHostOptions { Name = name, PairingAgent = new JustWorksAgent() });
        _hosts.Add(host);
        return host;
    }

    private static LinuxTapPort Port(BluetoothHost host, LinuxNetworkNamespace place, params string[] addresses)
    {
        return LinuxTapPort.Create(new TapOptions
        {
            Name = "hs-pan%d",
            NetworkNamespace = place.Name,
            Address = new MacAddress(host.Address.Value).AsUnicast(),
            Addresses = [.. addresses.Select(static one => InterfaceAddress.Parse(one.Contains(':') ? $"{one}/64" : $"{one}/24"))],
        });
    }

    private async Task<RestAnswer> GetAsync(IPAddress server, string path)
    {
        using var http = Client(server);
        return (await http.GetFromJsonAsync<RestAnswer>(Address(path)))!;
    }

    private Uri Address(string path) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://gn.test:{_service!.Port}{path}"));

    // A program of the client's machine: its sockets are of that namespace, and go where the name would resolve to.
    private HttpClient Client(IPAddress server)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = _clientPlace.Run(() => new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp));
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(server, context.DnsEndPoint.Port), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { Timeout = Patience };
    }
}
