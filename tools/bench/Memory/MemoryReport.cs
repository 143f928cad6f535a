using System.Diagnostics;
using HostStack.Ethernet;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;
using HostStack.Pan.Authorization;

namespace HostStack.Bench.Memory;

/// <summary>The report of <c>--memory</c>: what a process holds that is a host with seven peers and nothing else. Radio,
/// controllers and peers live in another process.</summary>
internal static class MemoryReport
{
    private const double Mebibyte = 1024 * 1024;
    private const double Goal = 128;

    private static readonly TimeSpan s_window = TimeSpan.FromMinutes(5);

    /// <summary>Measures and prints.</summary>
    /// <param name="output">Where to.</param>
    /// <returns>False where something failed or the goal was missed.</returns>
    public static async Task<bool> PrintAsync(TextWriter output)
    {
        var folder = Directory.CreateTempSubdirectory("hoststack-bench").FullName;
        try
        {
            var socket = Path.Combine(folder, "hci");
            using var peers = StartPeers(socket);
            await output.WriteLineAsync($"{"the host's process",-44} {"resident",9} {"GC heap",9}");
            var sound = await ServeAsync(output, socket, peers);
            peers.StandardInput.Close();
            await peers.WaitForExitAsync();
            return sound;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> ServeAsync(TextWriter output, string socket, Process peers)
    {
        if (!await HearAsync(output, peers, MemoryNetwork.Listening))
        {
            return false;
        }

        Line(output, "before anything");
        await using var host = await BluetoothHost.OpenAsync(new UnixControllerSource(socket), MemoryNetwork.Options("host"));
        await using var port = new MemoryEthernetPort("host", new MacAddress(host.Address.Value).AsUnicast());
        using var endpoint = new IpEndpoint(port, new IpEndpointOptions { IPv4Address = MemoryNetwork.HostIp });
        await using var network = await host.ServeAsync(
            PanRole.Nap, port, new PanServiceOptions { Authorization = AuthorizationRule.All });
        await host.OpenPairingWindowAsync(s_window);
        Line(output, "network served, no peer");
        await peers.StandardInput.WriteLineAsync(MemoryNetwork.Serving);
        if (!await HearAsync(output, peers, MemoryNetwork.Connected))
        {
            return false;
        }

        Line(output, $"{MemoryNetwork.Peers} peers paired and connected");
        if (!await HearAsync(output, peers, MemoryNetwork.Done))
        {
            return false;
        }

        var resident = Line(output, "after their pings");
        using var process = Process.GetCurrentProcess();
        await output.WriteLineAsync($"peak {process.PeakWorkingSet64 / Mebibyte:0.0} MiB; the goal is {Goal:0} MiB");
        return resident < Goal;
    }

    private static Process StartPeers(string socket)
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(typeof(MemoryReport).Assembly.Location);
        }

        start.ArgumentList.Add(MemoryNetwork.PeersOption);
        start.ArgumentList.Add(socket);
        return Process.Start(start)!;
    }

    private static async Task<bool> HearAsync(TextWriter output, Process peers, string expected)
    {
        var heard = await peers.StandardOutput.ReadLineAsync();
        if (heard?.StartsWith(expected, StringComparison.Ordinal) == true)
        {
            if (heard.Length > expected.Length)
            {
                await output.WriteLineAsync(heard[expected.Length..].Trim());
            }

            return true;
        }

        await output.WriteLineAsync($"The peers' process said '{heard ?? "nothing"}' where '{expected}' was expected.");
        return false;
    }

    private static double Line(TextWriter output, string what)
    {
        using var process = Process.GetCurrentProcess();
        var resident = process.WorkingSet64 / Mebibyte;
        output.WriteLine($"{what,-44} {resident,5:0.0} MiB {GC.GetTotalMemory(forceFullCollection: false) / Mebibyte,5:0.0} MiB");
        return resident;
    }
}
