using System.Diagnostics;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;
using HostStack.VirtualController.Radio;

namespace HostStack.Bench.Peers;

/// <summary>The report of <c>--peers</c>: two hosts with TAP interfaces in network namespaces, and the system's own ping and
/// iperf3 between them.</summary>
internal static class PeersReport
{
    private const int Pings = 1500;
    private const double Mega = 1e6;
    private const double TcpGoal = 600;
    private const double CoreGoal = 1;

    // The default suits the air; TCP at several hundred Mbit/s sends longer bursts than that.
    private const int UnpacedQueue = 1000;
    private const double PacedCoreGoal = 0.03;

    private static readonly TimeSpan s_pingGoal = TimeSpan.FromMicroseconds(150);
    private static readonly TimeSpan s_load = TimeSpan.FromSeconds(5);
    private static readonly string[] s_programs = ["ip", "ping", "iperf3"];

    /// <summary>Measures and prints.</summary>
    /// <param name="output">Where to.</param>
    /// <returns>False where it could not run, or a frame was lost that should not be; a missed goal is only told, for it
    /// depends on the machine.</returns>
    public static async Task<bool> PrintAsync(TextWriter output)
    {
        if (Missing() is { } missing)
        {
            await output.WriteLineAsync(missing);
            return false;
        }

        await using var namespaces = await PeerNamespaces.CreateAsync();
        await output.WriteLineAsync($"two hosts, a TAP each in a namespace of its own; {Environment.ProcessorCount} processors");
        await output.WriteLineAsync($"{"load",-34} {"result",-34} {"goal",-16} {"server",7} {"client",7} {"radio",7} {"all",7}  (cores)");
        var sound = await MeasureAsync(output, namespaces, RadioPace.Unlimited, UnpacedAsync);
        return await MeasureAsync(output, namespaces, RadioPace.Dh5At3, PacedAsync) && sound;
    }

    private static string? Missing()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return "--peers makes TAP interfaces in network namespaces; run it as root on Linux.";
        }

        return s_programs.FirstOrDefault(static name => !ProgramRun.Exists(name)) is { } program
            ? $"--peers needs the program {program}; install iproute2, iputils-ping and iperf3."
            : null;
    }

    private static async Task<bool> MeasureAsync(
        TextWriter output, PeerNamespaces namespaces, RadioPace pace, Func<Meter, PeerNamespaces, Task<bool>> loads)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var queue = pace.IsUnlimited ? UnpacedQueue : TapOptions.DefaultQueueLength;
        await using var server = LinuxTapPort.Create(new TapOptions
        {
            Name = "bench-s", QueueLength = queue, Address = PeerPair.ServerMac, NetworkNamespace = namespaces.Server,
            Addresses = [InterfaceAddress.Parse(PeerNamespaces.ServerNetwork)],
        });
        await using var client = LinuxTapPort.Create(new TapOptions
        {
            Name = "bench-c", QueueLength = queue, Address = PeerPair.ClientMac, NetworkNamespace = namespaces.Client,
            Addresses = [InterfaceAddress.Parse(PeerNamespaces.ClientNetwork)],
        });
        await using var pair = await PeerPair.ConnectAsync(pace, server, client);
        return await loads(new Meter(output, pace.Name, server.Name, client.Name), namespaces);
    }

    private static async Task<bool> UnpacedAsync(Meter meter, PeerNamespaces namespaces)
    {
        await Loads.PingAsync(namespaces, Pings);
        var pings = await meter.RunAsync(
            "ping", () => Loads.PingAsync(namespaces, Pings),
            static times => $"average {Ms(times.Average)}, p50 {Ms(times.At(0.5))}, p99 {Ms(times.At(0.99))}",
            $"{Ms(s_pingGoal)}");
        await meter.RunAsync("TCP, client to server", () => Loads.IperfAsync(namespaces, s_load), Rate, $"{TcpGoal:0}, {CoreGoal} core");
        await meter.RunAsync("TCP, server to client", () => Loads.IperfAsync(namespaces, s_load, "--reverse"), Rate, $"{TcpGoal:0}, {CoreGoal} core");
        var datagrams = await meter.RunAsync(
            "UDP 20 Mbit/s", () => Loads.IperfAsync(namespaces, s_load, "--udp", "--bitrate", "20M", "--length", "1400"), Loss, "no loss");
        return pings.Times.Length == pings.Sent && datagrams.LostPercent == 0;
    }

    private static async Task<bool> PacedAsync(Meter meter, PeerNamespaces namespaces)
    {
        var goal = $"{PacedCoreGoal} core";
        await meter.RunAsync("TCP, client to server", () => Loads.IperfAsync(namespaces, s_load), Rate, goal);
        await meter.RunAsync("TCP, server to client", () => Loads.IperfAsync(namespaces, s_load, "--reverse"), Rate, goal);
        return true;
    }

    private static string Rate(IperfResult result) => $"{result.BitsPerSecond / Mega:0.00} Mbit/s, {result.Retransmits} sent again";

    private static string Loss(IperfResult result) => $"{result.BitsPerSecond / Mega:0.00} Mbit/s, {result.LostPercent:0.##} % lost";

    private static string Ms(TimeSpan time) => $"{time.TotalMilliseconds:0.000} ms";

    /// <summary>Runs a load and prints what it gave and what the threads of the two hosts took. The thread that brings a frame
    /// also does the work of what sleeps on its way, so that one host's threads may do the other's part.</summary>
    private sealed class Meter(TextWriter output, string pace, string serverPort, string clientPort)
    {
        public async Task<T> RunAsync<T>(string name, Func<Task<T>> load, Func<T, string> words, string goal)
        {
            var before = ThreadTimes.Read();
            var used = Environment.CpuUsage.TotalTime;
            var start = Stopwatch.GetTimestamp();
            var result = await load();
            var elapsed = Stopwatch.GetElapsedTime(start);
            var after = ThreadTimes.Read();
            var all = (Environment.CpuUsage.TotalTime - used) / elapsed;
            await output.WriteLineAsync(
                $"{$"{pace}: {name}",-34} {words(result),-34} {goal,-16}"
                + $" {Cores(PeerPair.ServerLoop, "tap " + serverPort),7:0.000} {Cores(PeerPair.ClientLoop, "tap " + clientPort),7:0.000} {Cores("virtual-radio"),7:0.000} {all,7:0.000}");
            return result;

            double Cores(params ReadOnlySpan<string> threads) => after.Since(before, threads) / elapsed;
        }
    }
}
