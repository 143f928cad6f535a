using System.Globalization;
using HostStack.Cli.Terminal;

namespace HostStack.Cli.Status;

/// <summary>Shows a status to people as tables, and to programs as objects.</summary>
internal static class StatusView
{
    private const double Kilo = 1000;

    public static void Tell(this IReport report, StatusDocument status)
    {
        TellControllers(report, status);
        foreach (var controller in status.Controllers)
        {
            TellLinks(report, controller);
            TellNetworks(report, controller);
            TellConnections(report, controller);
            TellRefusals(report, controller);
            TellCounters(report, controller);
        }
    }

    /// <summary>Octets a second in words: <c>1.2 MB/s</c>.</summary>
    public static string Rate(double? rate) => rate is { } value ? Amount(value) + "/s" : "–";

    /// <summary>Octets in words: <c>1.2 MB</c>.</summary>
    public static string Amount(double octets)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var unit = 0;
        while (octets >= Kilo && unit < units.Length - 1)
        {
            octets /= Kilo;
            unit++;
        }

        return octets.ToString(unit == 0 || octets >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <summary>A time in words: <c>3 h 12 min</c>.</summary>
    public static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, TimeSpan.MaxValue.TotalSeconds / 2));
        return time switch
        {
            { TotalDays: >= 1 } => $"{(int)time.TotalDays} d {time.Hours} h",
            { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} min",
            { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
            _ => $"{time.Seconds} s",
        };
    }

    private static int? KeySize(SecurityEntry security) => security.KeySize > 0 ? security.KeySize : null;

    // "unauthenticated key (P-256)" is too long for a cell.
    private static string KeyType(SecurityEntry security) =>
        Text(security.KeyType).Replace(" key (", ", ", StringComparison.Ordinal).TrimEnd(')');

    private static string Peer(string address, string? name) =>
        name is { Length: > 0 } ? $"{address} {PlainText.Of(name)}" : address;

    private static string Text(string? text) => text is null ? "–" : PlainText.Of(text);

    private static void TellControllers(IReport report, StatusDocument status) =>
        report.Table(
            "controller",
            $"hoststack {Text(status.Program)} {Text(status.Command)}, process {status.Process}, up {Time(status.Uptime)}",
            ["Controller", "Address", "State", "Epoch", "Buffers"],
            [.. status.Controllers.Select(controller => new ReportRow(
                [
                    Controller(controller), controller.Address ?? "–", State(controller), controller.Epoch,
                    $"{controller.FreeBuffers} of {controller.Buffers}",
                ],
                ("process", status.Process),
                ("command", status.Command),
                ("uptime", status.Uptime),
                ("uri", controller.Uri),
                ("address", controller.Address),
                ("device", controller.Device),
                ("name", controller.Name),
                ("state", controller.State),
                ("problem", controller.Problem),
                ("epoch", controller.Epoch),
                ("buffers", controller.Buffers),
                ("freeBuffers", controller.FreeBuffers),
                ("bufferSize", controller.BufferSize),
                ("discoverable", controller.Discoverable),
                ("connectable", controller.Connectable),
                ("pairingWindow", controller.PairingWindow),
                ("bonds", controller.Bonds.Count),
                ("refusals", controller.RefusalCount)))]);

    private static string Controller(ControllerEntry controller) =>
        controller.Device is { } device ? $"{Text(controller.Uri)} ({PlainText.Of(device)})" : Text(controller.Uri);

    private static string State(ControllerEntry controller) => controller is { State: "up", PairingWindow: true } ? "pairing" : Text(controller.State);

    private static void TellLinks(IReport report, ControllerEntry controller) =>
        report.Table(
            "link",
            $"Links of {Text(controller.Name)}",
            ["Peer", "Role", "Cipher", "Octets", "Key"],
            [.. controller.Links.Select(link => new ReportRow(
                [Peer(link.Peer, link.Name), link.Role, link.Security.Encryption, KeySize(link.Security), KeyType(link.Security)],
                ("controller", controller.Uri),
                ("peer", link.Peer),
                ("name", link.Name),
                ("role", link.Role),
                ("encryption", link.Security.Encryption),
                ("keySize", link.Security.KeySize),
                ("keyType", link.Security.KeyType),
                ("channels", link.Channels)))]);

    private static void TellNetworks(IReport report, ControllerEntry controller)
    {
        report.Table(
            "network",
            $"Networks of {Text(controller.Name)}",
            ["Role", "Port", "Peers", "In", "Out", "Dropped"],
            [.. controller.Networks.Select(network => new ReportRow(
                [
                    network.Role, Text(network.Port), $"{network.Peers.Count} of {network.MaximumPeers}",
                    Rate(network.Traffic.RateIn), Rate(network.Traffic.RateOut), network.Traffic.Dropped,
                ],
                [
                    ("controller", controller.Uri), ("role", network.Role), ("port", network.Port), ("peers", network.Peers.Count),
                    ("maximumPeers", network.MaximumPeers), ("knownAddresses", network.KnownAddresses), .. Fields(network.Traffic),
                ]))]);
        report.Table(
            "peer",
            $"Peers on the networks of {Text(controller.Name)}",
            ["Peer", "Role", "In", "Out", "Sent", "Received"],
            [.. controller.Networks.SelectMany(network => network.Peers.Select(peer => new ReportRow(
                [
                    Peer(peer.Peer, peer.Name), $"{peer.Role} of {network.Role}", Rate(peer.Traffic.RateIn), Rate(peer.Traffic.RateOut),
                    Amount(peer.Traffic.OctetsOut), Amount(peer.Traffic.OctetsIn),
                ],
                [
                    ("controller", controller.Uri), ("network", network.Role), ("peer", peer.Peer), ("name", peer.Name), ("role", peer.Role),
                    ("mac", peer.Mac), ("encryption", peer.Security.Encryption), ("keySize", peer.Security.KeySize),
                    ("keyType", peer.Security.KeyType), .. Fields(peer.Traffic),
                ])))]);
    }

    private static void TellConnections(IReport report, ControllerEntry controller) =>
        report.Table(
            "connection",
            $"Connections of {Text(controller.Name)}",
            ["To", "State", "Port", "In", "Out", "Losses"],
            [.. controller.Connections.Select(connection => new ReportRow(
                [
                    $"{connection.Role} of {Peer(connection.Peer, connection.Name)}", connection.State, Text(connection.Port),
                    Rate(connection.Traffic.RateIn), Rate(connection.Traffic.RateOut), connection.Losses,
                ],
                [
                    ("controller", controller.Uri), ("peer", connection.Peer), ("name", connection.Name), ("role", connection.Role),
                    ("port", connection.Port), ("state", connection.State), ("losses", connection.Losses),
                    ("encryption", connection.Security.Encryption), ("keySize", connection.Security.KeySize),
                    ("keyType", connection.Security.KeyType), .. Fields(connection.Traffic),
                ]))]);

    // Sentences are too long for cells: each refusal is a line of its own.
    private static void TellRefusals(IReport report, ControllerEntry controller)
    {
        if (controller.Problem is { } problem)
        {
            report.Note("problem", $"{Text(controller.Uri)}: {Text(problem)}", Tone.Bad, ("controller", controller.Uri), ("problem", problem));
        }

        foreach (var refusal in controller.Refusals)
        {
            report.Note(
                "refusal",
                $"{Time(refusal.Ago)} ago {(refusal.ByPeer ? "the peer refused" : "refused")}{(refusal.Role is { } role ? $" {Text(role)}" : "")} "
                    + $"at {Text(refusal.Layer)}, {Text(refusal.Peer)}{(refusal.Times > 1 ? $", {refusal.Times} times" : "")}: {Text(refusal.Rule)}. {Text(refusal.Remedy)}",
                Tone.Bad,
                ("controller", controller.Uri),
                ("ago", refusal.Ago),
                ("layer", refusal.Layer),
                ("rule", refusal.Rule),
                ("peer", refusal.Peer),
                ("role", refusal.Role),
                ("keyType", refusal.KeyType),
                ("byPeer", refusal.ByPeer),
                ("times", refusal.Times),
                ("remedy", refusal.Remedy));
        }
    }

    private static void TellCounters(IReport report, ControllerEntry controller)
    {
        (string Name, object? Value)[] counters = [.. controller.Counters.Select(static counter => (counter.Key, (object?)counter.Value))];
        var words = controller.Counters.Where(static counter => counter.Value != 0).Select(static counter => $"{Text(counter.Key)} {counter.Value}");
        report.Note(
            "counters",
            $"{Text(controller.Name)}: {string.Join(", ", words.DefaultIfEmpty("nothing counted yet"))}",
            Tone.Plain,
            [("controller", controller.Uri), .. counters]);
    }

    private static (string Name, object? Value)[] Fields(TrafficEntry traffic) =>
    [
        ("rateIn", traffic.RateIn), ("rateOut", traffic.RateOut), ("framesIn", traffic.FramesIn), ("octetsIn", traffic.OctetsIn),
        ("framesOut", traffic.FramesOut), ("octetsOut", traffic.OctetsOut), ("dropped", traffic.Dropped), ("filtered", traffic.Filtered),
    ];
}
