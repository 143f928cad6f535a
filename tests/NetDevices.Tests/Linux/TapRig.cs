using System.Text.Json.Nodes;
using HostStack.NetDevices.Linux;
using HostStack.Testing;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>Network namespaces of a test's own, and the ports in them; all of it is gone at the end.</summary>
internal sealed class TapRig : IAsyncDisposable
{
    private static int _count;

    private readonly List<string> _namespaces = [];
    private readonly List<(LinuxTapPort Port, string? Network)> _ports = [];

    public TapRig() => Require();

    /// <summary>Ignores the test where this machine cannot run it.</summary>
    public static void Require()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Linux: TAP interfaces are Linux's; run this test there.");
        }

        if (!File.Exists("/dev/net/tun"))
        {
            Assert.Ignore("/dev/net/tun: load the driver with modprobe tun.");
        }

        if (Environment.UserName != "root")
        {
            Assert.Ignore("root: interfaces and network namespaces want it; run this test as root.");
        }

        if (!Shell.Has("ip"))
        {
            Assert.Ignore("ip: install iproute2.");
        }
    }

    /// <summary>Ignores the test where there is no ping.</summary>
    public static void RequirePing()
    {
        if (!Shell.Has("ping"))
        {
            Assert.Ignore("ping: install iputils-ping.");
        }
    }

    /// <summary>Pings until so many echoes were answered; fails the test where they are not, within a minute.</summary>
    public static void Ping(string network, string address, int count, params string[] more) =>
        Shell.Run("ip", ["netns", "exec", network, "ping", "-c", $"{count}", "-w", "60", .. more, address]);

    /// <summary>Makes a namespace.</summary>
    /// <returns>Its name.</returns>
    public string AddNamespace()
    {
        var name = $"hst-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Shell.Run("ip", "netns", "add", name);
        _namespaces.Add(name);
        Shell.Run("ip", "-n", name, "link", "set", "lo", "up");
        return name;
    }

    /// <summary>Makes a port, which goes with the rig.</summary>
    public LinuxTapPort Add(TapOptions options)
    {
        var port = LinuxTapPort.Create(options);
        _ports.Add((port, options.NetworkNamespace));
        return port;
    }

    /// <summary>One interface as <c>ip</c> tells it; null where there is none.</summary>
    public static JsonNode? Link(string network, string name)
    {
        var (code, output, _) = Shell.TryRun("ip", "-n", network, "-j", "-d", "addr", "show", "dev", name);
        return code == 0 ? JsonNode.Parse(output)![0] : null;
    }

    /// <summary>The addresses of an interface, as <c>10.0.0.1/24</c>.</summary>
    public static string[] Addresses(string network, string name) =>
        [.. Link(network, name)!["addr_info"]!.AsArray().Select(static one => $"{one!["local"]}/{one["prefixlen"]}")];

    /// <summary>Whether a port's interface is where it was made.</summary>
    public bool IsThere(LinuxTapPort port) => Link(NetworkOf(port), port.Name) is not null;

    /// <summary>Frames of programs that the kernel dropped before the port, in the driver and in the queue above it.</summary>
    public long TransmitDrops(LinuxTapPort port)
    {
        var network = NetworkOf(port);
        var link = JsonNode.Parse(Shell.Run("ip", "-n", network, "-j", "-s", "link", "show", "dev", port.Name))![0]!;
        var queues = JsonNode.Parse(Shell.Run("tc", "-n", network, "-j", "-s", "qdisc", "show", "dev", port.Name))!.AsArray();
        return (long)link["stats64"]!["tx"]!["dropped"]! + queues.Sum(static queue => (long?)queue!["drops"] ?? 0);
    }

    /// <summary>Waits until the kernel, or what it carries, has made something so.</summary>
    public static void Until(Func<bool> condition, string what) => Eventually.IsTrue(condition, what);

    public async ValueTask DisposeAsync()
    {
        foreach (var (port, _) in _ports)
        {
            await port.DisposeAsync();
        }

        foreach (var name in _namespaces)
        {
            Shell.TryRun("ip", "netns", "del", name);
        }
    }

    /// <summary>The namespace that a port was made in.</summary>
    public string NetworkOf(LinuxTapPort port) => _ports.Single(one => one.Port == port).Network!;
}
