using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HostStack.NetDevices.Tests.Linux;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>A real machine behind the NAT: Linux's own IP stack and programs, in namespaces of the test's own.</summary>
[TestFixture]
internal sealed class UserModeTrafficTests
{
    private const string Static = "10.0.2.15/24";
    private const int Megabyte = 1 << 20;
    private const int Seed = 20;

    [Test]
    public async Task Machine_AsksForEverything_GetsAddressRouteAndAWebPage()
    {
        await using var rig = new NatRig();
        if (!Shell.Has("busybox"))
        {
            Assert.Ignore("busybox: install busybox-static.");
        }

        using var script = new UdhcpcScript();
        rig.RunInside("busybox", "udhcpc", "-i", NatRig.Interface, "-n", "-q", "-f", "-t", "60", "-T", "1", "-s", script.Path);
        Assert.That(TapRig.Addresses(rig.InsideName, NatRig.Interface), Does.Contain("10.0.2.15/24"));
        Assert.That(
            Shell.Run("ip", "-n", rig.InsideName, "route", "show", "default"), Does.StartWith($"default via {rig.Port.Gateway} "));
        Assert.That(script.Said(), Does.Contain("dns=10.0.2.3"));

        using var server = rig.ListenOutside(NatRig.World);
        var serving = ServePageAsync(server, "a page of the world");
        var page = rig.RunInside("busybox", "wget", "-q", "-O", "-", $"http://{server.LocalEndPoint}/");
        Assert.That(page, Is.EqualTo("a page of the world"));
        Assert.That(await serving, Does.StartWith("GET / HTTP/1."));
    }

    [Test]
    public async Task Machine_PingsTheWorld_IsAnswered()
    {
        await using var rig = new NatRig(null, Static);
        TapRig.RequirePing();

        AddDefaultRoute(rig);
        rig.RunInside("ping", "-c", "3", "-i", "0.05", "-w", "60", NatRig.World.ToString());
    }

    [Test]
    public async Task Bulk_BothWays_ArrivesUnchanged([Values] bool outwards)
    {
        await using var rig = new NatRig(null, Static);
        AddDefaultRoute(rig);
        using var server = rig.ListenOutside(NatRig.World);
        var (client, accepted) = await PairAsync(rig.ConnectInsideAsync(server.LocalEndPoint!), server);
        await AssertCarriesAsync(outwards ? client : accepted, outwards ? accepted : client, 32 * Megabyte);
        Assert.That(rig.Port.Counters.PeerErrors, Is.Zero);
    }

    [Test]
    public async Task Bulk_SixConnectionsAtOnce_AllArriveUnchanged()
    {
        await using var rig = new NatRig(null, Static);
        AddDefaultRoute(rig);
        using var server = rig.ListenOutside(NatRig.World);
        var transfers = new List<Task>();
        for (var i = 0; i < 6; i++)
        {
            var (client, accepted) = await PairAsync(rig.ConnectInsideAsync(server.LocalEndPoint!), server);
            transfers.Add(AssertCarriesAsync(i % 2 == 0 ? client : accepted, i % 2 == 0 ? accepted : client, 4 * Megabyte));
        }

        await Task.WhenAll(transfers);
    }

    [Test]
    public async Task IPv6_Advertised_GivesAnAddressAndAWayOut()
    {
        await using var rig = new NatRig();
        var address = rig.UntilAutoconfigured();
        TapRig.Until(
            () => Shell.Run("ip", "-n", rig.InsideName, "-6", "route", "show", "default").Contains("via fe80::2", StringComparison.Ordinal),
            "the default route of the advertisement");
        using var server = rig.ListenOutside(NatRig.World6);
        var (client, accepted) = await PairAsync(rig.ConnectInsideAsync(server.LocalEndPoint!), server);
        Assert.That(((IPEndPoint)client.LocalEndPoint!).Address, Is.EqualTo(address));
        await AssertCarriesAsync(accepted, client, 8 * Megabyte);
    }

    [Test]
    public async Task Forward_OfTheLoopback_LeadsToTheMachine()
    {
        await using var rig = new NatRig(new UserModeOptions { Forwards = [Forward("tcp:8080:80")] }, Static);
        using var server = rig.ListenInside(IPAddress.Any, 80);
        var (client, accepted) = await PairAsync(rig.ConnectOutsideAsync(new IPEndPoint(IPAddress.Loopback, 8080)), server);
        Assert.That(
            ((IPEndPoint)accepted.RemoteEndPoint!).Address, Is.EqualTo(rig.Port.Gateway), "what comes from the machine itself");
        await AssertCarriesAsync(client, accepted, 8 * Megabyte);
    }

    [Test]
    public async Task Forward_OfIPv6_LeadsToTheMachine()
    {
        const string Guest = "fd53:6c69:7270::15";
        await using var rig = new NatRig(
            new UserModeOptions { Forwards = [Forward($"tcp:[::1]:8080:[{Guest}]:80")] }, Guest + "/64");
        using var server = rig.ListenInside(IPAddress.IPv6Any, 80);
        var (client, accepted) = await PairAsync(
            rig.ConnectOutsideAsync(new IPEndPoint(IPAddress.IPv6Loopback, 8080)), server);
        await AssertCarriesAsync(client, accepted, Megabyte);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Loopback_OfTheHost_IsReachedWhereAllowed(bool isAllowed)
    {
        await using var rig = new NatRig(new UserModeOptions { AllowHostLoopback = isAllowed }, Static);
        AddDefaultRoute(rig);
        using var server = rig.ListenOutside(IPAddress.Loopback);
        var place = new IPEndPoint(rig.Port.Gateway, ((IPEndPoint)server.LocalEndPoint!).Port);
        if (isAllowed)
        {
            var (client, accepted) = await PairAsync(rig.ConnectInsideAsync(place), server);
            await AssertCarriesAsync(client, accepted, Megabyte);
        }
        else
        {
            Assert.That(async () => await rig.ConnectInsideAsync(place), Throws.InstanceOf<SocketException>());
            Assert.That(server.Poll(0, SelectMode.SelectRead), Is.False, "nobody knocked");
        }
    }

    [Test]
    public async Task Dispose_WithConnections_ClosesThem()
    {
        await using var rig = new NatRig(null, Static);
        AddDefaultRoute(rig);
        using var server = rig.ListenOutside(NatRig.World);
        var (client, accepted) = await PairAsync(rig.ConnectInsideAsync(server.LocalEndPoint!), server);
        using (client)
        using (accepted)
        {
            await rig.Port.DisposeAsync().AsTask().WaitAsync(FrameClient.Limit);
            var buffer = new byte[1];
            var ending = Task.Run(async () => await accepted.ReceiveAsync(buffer));
            Assert.That(await ending.WaitAsync(FrameClient.Limit), Is.Zero, "the world sees the end");
        }
    }

    private static void AddDefaultRoute(NatRig rig) =>
        Shell.Run("ip", "-n", rig.InsideName, "route", "add", "default", "via", rig.Port.Gateway.ToString());

    private static async Task<(Socket Client, Socket Accepted)> PairAsync(Task<Socket> connecting, Socket server)
    {
        var accepting = server.AcceptAsync();
        var client = await connecting;
        return (client, await accepting.WaitAsync(FrameClient.Limit));
    }

    private static async Task AssertCarriesAsync(Socket from, Socket to, int count)
    {
        var octets = new byte[count];
        new Random(Seed).NextBytes(octets);
        Assert.That(await NatRig.CarryAsync(from, to, octets), Is.EqualTo(SHA256.HashData(octets)), $"{count} octets of seed {Seed}");
    }

    private static async Task<string> ServePageAsync(Socket server, string page)
    {
        using var client = await server.AcceptAsync().WaitAsync(FrameClient.Limit);
        var request = new byte[4096];
        var count = await client.ReceiveAsync(request).WaitAsync(FrameClient.Limit);
        await client.SendAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {page.Length}\r\n\r\n{page}"));
        client.Shutdown(SocketShutdown.Send);
        return Encoding.ASCII.GetString(request, 0, count);
    }

    private static PortForward Forward(string text) =>
        PortForward.TryParse(text, out var forward) ? forward : throw new ArgumentException(text, nameof(text));

    /// <summary>What udhcpc runs when it has a lease: sets address and route, and writes down what it was told.</summary>
    private sealed class UdhcpcScript : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("hoststack-udhcpc-").FullName;

        public UdhcpcScript()
        {
            Path = System.IO.Path.Combine(_folder, "lease.sh");
            File.WriteAllText(
                Path,
                $"""
                #!/bin/sh
                [ "$1" = bound ] || exit 0
                set > {_folder}/said
                ip addr add "$ip/$mask" dev "$interface"
                ip route add default via "$router"

                """);
            Shell.Run("chmod", "+x", Path);
        }

        public string Path { get; }

        public string Said() => File.ReadAllText(System.IO.Path.Combine(_folder, "said")).Replace("'", "", StringComparison.Ordinal);

        public void Dispose() => Directory.Delete(_folder, recursive: true);
    }
}
