using System.Diagnostics;
using System.Text.Json.Nodes;
using HostStack.NetDevices.Linux;

namespace HostStack.EndToEnd.Tests.Networks;

/// <summary>Network namespaces of a test's own, which stand for machines; gone with the test.</summary>
internal sealed class LinuxNetworks : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static int _count;

    private readonly List<LinuxNetworkNamespace> _opened = [];

    /// <summary>Ignores the test where this machine cannot run it.</summary>
    public LinuxNetworks()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Linux: network namespaces are Linux's; run this test there.");
        }

        if (!File.Exists("/dev/net/tun"))
        {
            Assert.Ignore("/dev/net/tun: load the driver with modprobe tun.");
        }

        if (Environment.UserName != "root")
        {
            Assert.Ignore("root: interfaces and network namespaces want it; run this test as root.");
        }

        if (!new[] { "/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip" }.Any(File.Exists))
        {
            Assert.Ignore("ip: install iproute2.");
        }
    }

    /// <summary>Makes a namespace.</summary>
    public LinuxNetworkNamespace Add()
    {
        var name = $"hse-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}";
        Run("netns", "add", name);
        var opened = LinuxNetworkNamespace.Open(name);
        _opened.Add(opened);
        Run("-n", name, "link", "set", "lo", "up");
        return opened;
    }

    /// <summary>An interface as <c>ip</c> tells it.</summary>
    public static JsonNode Interface(LinuxNetworkNamespace network, string name) =>
        JsonNode.Parse(Run("-n", network.Name, "-j", "addr", "show", "dev", name))![0]!;

    /// <summary>Runs <c>ip</c>.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("ip", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEnd();
        var errors = process.StandardError.ReadToEnd();
        Assert.That(process.WaitForExit(Limit) && process.ExitCode == 0, Is.True, $"ip {string.Join(' ', arguments)}: {errors}");
        return output;
    }

    public void Dispose()
    {
        foreach (var one in _opened)
        {
            one.Dispose();
            Run("netns", "del", one.Name);
        }
    }
}
