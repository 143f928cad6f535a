using System.Diagnostics;

namespace HostStack.NetDevices.Tests.Linux.Addressing;

/// <summary>A DHCP server of the real kind in a network namespace; gone at the end.</summary>
internal sealed class DnsmasqRig : IDisposable
{
    private readonly Process _process;
    private readonly string _folder = Directory.CreateTempSubdirectory("hoststack-dhcp-").FullName;
    private readonly List<string> _log = [];

    public DnsmasqRig(string network, string device, string first, string last, params string[] more)
    {
        if (!Shell.Has("dnsmasq"))
        {
            Directory.Delete(_folder);
            Assert.Ignore("dnsmasq: install dnsmasq-base.");
        }

        _process = Process.Start(new ProcessStartInfo("ip",
            [
                "netns", "exec", network, "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--user=root", "--pid-file=",
                "--bind-interfaces", $"--interface={device}", $"--dhcp-leasefile={LeaseFile}", "--log-dhcp", "--no-ping", "--dhcp-authoritative",
                $"--dhcp-range={first},{last},255.255.255.0,2m", "--dhcp-option=option:dns-server,10.31.0.53",
                "--dhcp-option=option:domain-name,pan.test", "--dhcp-option=option:mtu,1400",
                "--dhcp-option=option:classless-static-route,10.32.0.0/16,10.31.0.9,0.0.0.0/0,10.31.0.1",
                .. more,
            ])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        try
        {
            TapRig.Until(() => Count("started, version") > 0, "dnsmasq to serve");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Leases => File.Exists(LeaseFile) ? File.ReadAllText(LeaseFile) : "";

    /// <summary>How often the server said it had done something: <c>DHCPACK(hs-t0)</c>.</summary>
    public int Count(string text)
    {
        lock (_log)
        {
            return _log.Count(line => line.Contains(text, StringComparison.Ordinal));
        }
    }

    /// <summary>What the server said.</summary>
    public string Log()
    {
        lock (_log)
        {
            return string.Join('\n', _log);
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string LeaseFile => Path.Combine(_folder, "leases");

    private void Keep(string? line)
    {
        lock (_log)
        {
            _log.Add(line ?? "");
        }
    }
}
