using System.Diagnostics.Metrics;

namespace HostStack.Pan.Service;

/// <summary>The instruments of the meter <c>HostStack.Pan</c>. The data path's own are BNEP's.</summary>
internal sealed class PanMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "HostStack.Pan";

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<int> _peers;
    private readonly UpDownCounter<int> _connections;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _losses;
    private readonly Counter<long> _spoofers;

    public PanMetrics()
    {
        _peers = _meter.CreateUpDownCounter<int>("pan.peers", "{peer}", "Peers on networks that are served here");
        _connections = _meter.CreateUpDownCounter<int>("pan.connections", "{connection}", "Connections to peers' networks");
        _refused = _meter.CreateCounter<long>("pan.setups.refused", "{setup}", "Setups refused, by layer and side");
        _losses = _meter.CreateCounter<long>("pan.connections.lost", "{connection}", "Connections to peers' networks lost");
        _spoofers = _meter.CreateCounter<long>("pan.peers.spoofing", "{peer}", "Peers that sent from addresses not their own");
    }

    public void PeerEntered(PanRole role) => _peers.Add(1, Tag(role));

    public void PeerLeft(PanRole role) => _peers.Add(-1, Tag(role));

    public void Connected(PanRole remoteRole) => _connections.Add(1, Tag(remoteRole));

    public void Disconnected(PanRole remoteRole) => _connections.Add(-1, Tag(remoteRole));

    public void Lost(PanRole remoteRole) => _losses.Add(1, Tag(remoteRole));

    public void Spoofed() => _spoofers.Add(1);

    public void Refused(SetupRefused refused) => _refused.Add(
        1,
        new KeyValuePair<string, object?>("layer", refused.Layer.ToString()),
        new KeyValuePair<string, object?>("by", refused.ByPeer ? "peer" : "here"));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(PanRole role) => new("role", role.Name());
}
