namespace HostStack.Cli.Status;

/// <summary>Whether a document that was read has all that its types say: the reader of JSON sees members that are null, and
/// neither elements of lists that are, nor members that are missing. Pure.</summary>
internal static class StatusShape
{
    public static bool IsWhole(this StatusDocument document) =>
        double.IsFinite(document.Uptime) && document.Controllers.All(IsWhole);

    // The word of the annotations does not hold for elements of lists and for what the document left out.
    private static bool IsWhole(ControllerEntry? controller) =>
        controller is not null
        && controller.Bonds.All(static bond => bond is { Peer: not null, KeyType: not null })
        && controller.Links.All(static link => link is { Peer: not null, Role: not null } && IsWhole(link.Security))
        && controller.Networks.All(IsWhole)
        && controller.Connections.All(static connection =>
            connection is { Peer: not null, Role: not null, Port: not null, State: not null }
            && IsWhole(connection.Security) && IsWhole(connection.Traffic))
        && controller.Refusals.All(static refusal =>
            refusal is { Layer: not null, Rule: not null, Peer: not null, Remedy: not null } && double.IsFinite(refusal.Ago));

    private static bool IsWhole(NetworkEntry? network) =>
        network is { Role: not null, Port: not null, Peers: not null }
        && IsWhole(network.Traffic)
        && network.Peers.All(static peer =>
            peer is { Peer: not null, Role: not null, Mac: not null } && IsWhole(peer.Security) && IsWhole(peer.Traffic));

    private static bool IsWhole(SecurityEntry? security) => security is { Encryption: not null };

    // A number beyond a double's range is read as infinite.
    private static bool IsWhole(TrafficEntry? traffic) =>
        traffic is not null && double.IsFinite(traffic.RateIn ?? 0) && double.IsFinite(traffic.RateOut ?? 0);
}
