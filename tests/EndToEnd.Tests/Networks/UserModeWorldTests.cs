using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.Host;
using HostStack.NetDevices.Addressing;
using HostStack.NetDevices.Linux;
using HostStack.NetDevices.UserMode;
using HostStack.Pan;

namespace HostStack.EndToEnd.Tests.Networks;

/// <summary>A machine with nothing but Bluetooth joins a NAP in user mode and is in the world: an address by DHCP, a web
/// service outside, and a way in. Two hosts on virtual controllers; the machine and the world are network namespaces.</summary>
[TestFixture]
internal sealed class UserModeWorldTests
{
    private const string World = "203.0.113.1";
    private const int ForwardedPort = 8080;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Panu_OfAUserModeNap_IsLeasedAnAddressAndReachesTheWorldBothWays()
    {
        if (!UserModePort.IsAvailable(out _, out var problem))
        {
            Assert.Ignore(problem);
        }

        using var networks = new LinuxNetworks();
        var (world, machine) = (networks.Add(), networks.Add());
        LinuxNetworks.Run("-n", world.Name, "addr", "add", $"{World}/32", "dev", "lo");
        await using var outside = new RestService(world);
        await using var inside = new RestService(machine);
        var forward = new PortForward(PortForwardProtocol.Tcp, IPAddress.Loopback, ForwardedPort, null, inside.Port);
        await using var nat = world.Run(() => UserModePort.Open(new UserModeOptions { Forwards = [forward] }));

        await using var piconet = await Piconet.OpenAsync();
        await using var network = await piconet.Server.ServeAsync(PanRole.Nap, nat);
        var peer = await piconet.AddPeerAsync();
        await using var port = AddressedPort(peer, machine);
        var leased = new TaskCompletionSource<AddressAssignment>(TaskCreationOptions.RunContinuationsAsynchronously);
        port.AddressChanged += (_, assignment) => leased.TrySetResult(assignment);
        await using var connection = await peer.ConnectAsync(piconet.ServerAddress, PanRole.Nap, port).WaitAsync(Limit);

        var lease = await leased.Task.WaitAsync(Limit);
        Assert.That(lease.Source, Is.EqualTo(AddressSource.Dhcp));
        Assert.That(lease.Address, Is.EqualTo(nat.FirstLease));
        Assert.That(lease.Gateway, Is.EqualTo(nat.Gateway));
        Assert.That(lease.DnsServers, Is.EqualTo(new[] { nat.DnsServer }));

        await UntilRoutedAsync(machine);
        using var http = Client(machine);
        var file = await http.GetByteArrayAsync(Address(World, outside.Port, RestService.FilePath));
        Assert.That(file, Is.EqualTo(outside.File), "a file of the world");
        using var visitor = Client(world);
        var answer = await visitor.GetFromJsonAsync<RestAnswer>(Address("127.0.0.1", ForwardedPort, "/hello"));
        Assert.That(
            answer, Is.EqualTo(new RestAnswer("/hello", nat.Gateway.ToString(), lease.Address.ToString())), "a visitor of the machine");
        Assert.That((await connection.GetStatusAsync()).Counters.OctetsIn, Is.GreaterThan(file.Length), "over the air");
    }

    private static AddressedPort AddressedPort(BluetoothHost host, LinuxNetworkNamespace place) => new(
        LinuxTapPort.Create(new TapOptions
        {
            Name = "hs-pan%d",
            NetworkNamespace = place.Name,
            Address = new MacAddress(host.Address.Value).AsUnicast(),
        }),
        new AddressingOptions { UseDhcp = true, DefaultRouteMetric = 10 });

    // The route follows the address.
    private static async Task UntilRoutedAsync(LinuxNetworkNamespace place)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        using var deadline = new CancellationTokenSource(Limit);
        while (LinuxNetworks.Run("-n", place.Name, "route", "show", "default").Length == 0)
        {
            Assert.That(deadline.IsCancellationRequested, Is.False, $"waited {Limit.TotalSeconds} s for the default route");
            await timer.WaitForNextTickAsync();
        }
    }

    private static Uri Address(string host, int port, string path) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{port}{path}"));

    // A program in the namespace.
    private static HttpClient Client(LinuxNetworkNamespace place)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellation) =>
            {
                var socket = place.Run(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                try
                {
                    await socket.ConnectAsync(IPEndPoint.Parse(context.DnsEndPoint.Host + ":" + context.DnsEndPoint.Port), cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new HttpClient(handler) { Timeout = Limit };
    }
}
