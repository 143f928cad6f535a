using System.Diagnostics.Metrics;

namespace HostStack.Sdp.Server;

/// <summary>Shows what an SDP server counts to whoever listens to the meter <c>HostStack.Sdp</c>. Costs the server nothing: its
/// counts are read when a listener asks, and are those of a moment ago.</summary>
public sealed class SdpMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "HostStack.Sdp";

    private readonly Meter _meter;

    /// <summary>Shows counts until it is disposed.</summary>
    /// <param name="server">Whose.</param>
    /// <param name="controller">The controller's URI, the tag of every value.</param>
    public SdpMeter(SdpServer server, string controller)
    {
        ArgumentNullException.ThrowIfNull(server);
        _meter = new Meter(Name, version: null, [new KeyValuePair<string, object?>("controller", controller)]);
        _meter.CreateObservableCounter("sdp.requests", () => server.Requests, "{request}", "Requests that were answered or refused");
        _meter.CreateObservableCounter("sdp.requests.refused", () => server.Refused, "{request}", "Requests that were refused with an error");
        _meter.CreateObservableCounter("sdp.sdus.dropped", () => server.Dropped, "{sdu}", "SDUs that got no answer");
        _meter.CreateObservableCounter("sdp.channels.refused", () => server.ChannelsRefused, "{channel}", "Channels for which there was no place");
        _meter.CreateObservableUpDownCounter("sdp.channels", () => server.Channels, "{channel}", "Channels that are served");
        _meter.CreateObservableUpDownCounter(
            "sdp.responses.pending", () => server.PendingOctets, "By", "Octets of responses that clients have not taken in full");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
