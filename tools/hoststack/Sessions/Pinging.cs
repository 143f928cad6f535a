using System.Net;
using HostStack.Cli.Terminal;
using HostStack.NetDevices.Ip;

namespace HostStack.Cli.Sessions;

/// <summary>The tally of some pings.</summary>
/// <param name="From">Who pinged.</param>
/// <param name="To">Whom.</param>
/// <param name="Protocol">IPv4 or IPv6.</param>
internal sealed record PingTally(string From, string To, string Protocol)
{
    /// <summary>The columns of a table of tallies.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["From", "To", "Protocol", "Sent", "Received", "Min ms", "Avg ms", "Max ms"];

    private readonly List<double> _times = [];

    public int Sent { get; private set; }

    public int Received => _times.Count;

    public bool IsComplete => Sent > 0 && Received == Sent;

    public void Add(PingResult result)
    {
        Sent++;
        if (result.IsReply)
        {
            _times.Add(result.RoundTrip.TotalMilliseconds);
        }
    }

    public object?[] ToRow() =>
    [
        From, To, Protocol, Sent, Received,
        Received > 0 ? _times.Min() : null, Received > 0 ? _times.Average() : null, Received > 0 ? _times.Max() : null,
    ];
}

/// <summary>Pings in words.</summary>
internal static class Pinging
{
    /// <summary>Tells one ping.</summary>
    public static void Tell(this IReport report, IPAddress address, PingResult result)
    {
        var milliseconds = Math.Round(result.RoundTrip.TotalMilliseconds, 3);
        report.Happened(
            "ping",
            result.IsReply
                ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"reply from {address}: {result.PayloadLength} octets in {milliseconds:0.000} ms")
                : $"{address}: {Words(result.Status)}",
            result.IsReply ? Tone.Good : Tone.Bad,
            ("to", address),
            ("status", result.Status),
            ("ms", result.IsReply ? milliseconds : null));
    }

    private static string Words(PingStatus status) => status switch
    {
        PingStatus.NoNeighbour => "nobody in the network has this address",
        PingStatus.NoReply => "no reply",
        PingStatus.NoSourceAddress => "no own address of that family; give one with --address",
        PingStatus.NotSent => "not sent: the network is not there",
        _ => "ended",
    };
}
