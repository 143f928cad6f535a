using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HostStack.Bench.Peers;

/// <summary>Round trips of pings.</summary>
/// <param name="Sent">Pings sent.</param>
/// <param name="Times">Round trips of those that were answered, sorted.</param>
internal sealed record PingTimes(int Sent, TimeSpan[] Times)
{
    public TimeSpan Average => TimeSpan.FromTicks((long)Times.Average(static time => time.Ticks));

    public TimeSpan At(double quantile) => Times[(int)(quantile * (Times.Length - 1))];
}

/// <summary>What iperf3 measured at the receiving end.</summary>
/// <param name="BitsPerSecond">Of payload.</param>
/// <param name="LostPercent">Datagrams lost; zero for TCP.</param>
/// <param name="Retransmits">Segments sent again; zero for UDP.</param>
internal readonly record struct IperfResult(double BitsPerSecond, double LostPercent, int Retransmits);

/// <summary>The loads: the system's own ping and iperf3, from one namespace to the other.</summary>
internal static partial class Loads
{
    /// <summary>Pings an address, some milliseconds apart.</summary>
    public static async Task<PingTimes> PingAsync(PeerNamespaces namespaces, int count)
    {
        var text = await ProgramRun.OutputAsync(
            namespaces.Client, "ping", "-c", count.ToString(CultureInfo.InvariantCulture), "-i", "0.002", PeerNamespaces.ServerAddress);
        var times = Time().Matches(text)
            .Select(static match => TimeSpan.FromMilliseconds(double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)))
            .Order().ToArray();
        return new PingTimes(count, times);
    }

    /// <summary>Runs iperf3 from the joining host to the serving one.</summary>
    /// <param name="namespaces">Where.</param>
    /// <param name="duration">For how long.</param>
    /// <param name="options">Further options of the client, such as <c>-u -b 20M</c>, <c>-R</c>.</param>
    public static async Task<IperfResult> IperfAsync(PeerNamespaces namespaces, TimeSpan duration, params string[] options)
    {
        using var server = ProgramRun.Start(namespaces.Server, "iperf3", "--server", "--one-off", "--forceflush");
        try
        {
            // It says so once it listens.
            while (await server.StandardOutput.ReadLineAsync() is { } line && !line.Contains("listening", StringComparison.Ordinal))
            {
            }

            var output = await ProgramRun.OutputAsync(
                namespaces.Client,
                [
                    "iperf3", "--client", PeerNamespaces.ServerAddress, "--json", "--time",
                    ((int)duration.TotalSeconds).ToString(CultureInfo.InvariantCulture), .. options,
                ]);
            return Read(output);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
        }
    }

    private static IperfResult Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        var end = document.RootElement.GetProperty("end");
        if (end.TryGetProperty("sum", out var datagrams))
        {
            return new IperfResult(
                datagrams.GetProperty("bits_per_second").GetDouble(), datagrams.GetProperty("lost_percent").GetDouble(), 0);
        }

        return new IperfResult(
            end.GetProperty("sum_received").GetProperty("bits_per_second").GetDouble(),
            0,
            end.GetProperty("sum_sent").TryGetProperty("retransmits", out var again) ? again.GetInt32() : 0);
    }

    [GeneratedRegex("time=([0-9.]+) ms")]
    private static partial Regex Time();
}
