using System.Diagnostics.Metrics;

namespace HostStack.Hci.Links;

/// <summary>Shows a host's counters to whoever listens to the meter <c>HostStack.Hci</c>. Costs the data path nothing: the
/// counters are read when a listener asks.</summary>
public sealed class HciMeter : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "HostStack.Hci";

    private readonly Meter _meter;

    /// <summary>Shows counters until it is disposed.</summary>
    /// <param name="counters">The host's.</param>
    /// <param name="controller">The controller's URI, the tag of every value.</param>
    public HciMeter(HciCounters counters, string controller)
    {
        ArgumentNullException.ThrowIfNull(counters);
        _meter = new Meter(Name, version: null, [new KeyValuePair<string, object?>("controller", controller)]);
        Show("hci.acl.received", "{packet}", () => counters.AclReceived);
        Show("hci.acl.sent", "{packet}", () => counters.AclSent);
        Show("hci.acl.discarded", "{packet}", () => counters.AclDiscarded + counters.AclUnknownHandle);
        Show("hci.pdu.received", "{pdu}", () => counters.PdusReceived);
        Show("hci.pdu.queued", "{pdu}", () => counters.PdusQueued);
        Show("hci.pdu.malformed", "{pdu}", () =>
            counters.PdusStale + counters.PdusOverrun + counters.PdusTooLong + counters.ContinuationsWithoutStart);
        Show("hci.pdu.dropped.queue", "{pdu}", () => counters.PdusDroppedQueueFull);
        Show("hci.pdu.dropped.link", "{pdu}", () => counters.PdusDroppedLinkDown);
        Show("hci.credit.overcompleted", "{packet}", () => counters.OverCompleted + counters.CompletionsUnknownHandle);
        Show("hci.credit.reclaimed", "{packet}", () => counters.BuffersReclaimed);
        Show("hci.command.sent", "{command}", () => counters.CommandsSent);
        Show("hci.command.unsupported", "{command}", () => counters.CommandsUnsupported);
        Show("hci.command.timeout", "{command}", () => counters.CommandTimeouts);
        Show("hci.command.unexpected", "{event}", () => counters.UnexpectedCompletions);
        Show("hci.event.received", "{event}", () => counters.Events);
        Show("hci.event.malformed", "{event}", () => counters.MalformedEvents + counters.MalformedReturns);
        Show("hci.event.ignored", "{event}", () => counters.UnhandledEvents + counters.IgnoredLinkEvents);
        Show("hci.link.up", "{link}", () => counters.LinksUp);
        Show("hci.link.down", "{link}", () => counters.LinksDown);
        Show("hci.link.rejected", "{link}", () => counters.ConnectionsRejected);
        Show("hci.controller.reset", "{reset}", () => counters.Resets);
        Show("hci.transport.framing_lost", "{loss}", () => counters.FramingLosses);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Show(string name, string unit, Func<long> read) => _meter.CreateObservableCounter(name, read, unit);
}
