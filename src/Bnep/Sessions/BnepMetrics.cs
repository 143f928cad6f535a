using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace HostStack.Bnep.Sessions;

/// <summary>The instruments of the meter <c>HostStack.Bnep</c>: sums over the connections that are given one.</summary>
/// <remarks>Observed and not pushed, so that a frame pays nothing for them. A collector may read on any thread; it sees
/// each number as it was a moment ago.</remarks>
public sealed class BnepMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "HostStack.Bnep";

    private readonly Meter _meter = new(MeterName);
    private readonly Lock _gate = new();
    private ImmutableHashSet<BnepSession> _live = [];
    private BnepCounters _ended;

    /// <summary>Creates the instruments.</summary>
    public BnepMetrics()
    {
        Observe("bnep.frames.received", "{frame}", "Frames from peers", static c => c.FramesReceived);
        Observe("bnep.frames.sent", "{frame}", "Frames to peers", static c => c.FramesSent);
        Observe("bnep.payload.received", "By", "Payload octets from peers", static c => c.OctetsReceived);
        Observe("bnep.payload.sent", "By", "Payload octets to peers", static c => c.OctetsSent);
        Observe("bnep.frames.filtered", "{frame}", "Frames that filters stopped", static c => c.Filtered + c.HeaderOnly);
        Observe("bnep.frames.dropped", "{frame}", "Frames not sent", static c => c.TooLong + c.QueueFull + c.NotOpen);
        Observe("bnep.packets.malformed", "{packet}", "Packets that broke the format", static c => c.Malformed);
        Observe("bnep.packets.ignored", "{packet}", "Packets out of place", static c => c.Ignored + c.Reserved);
        Observe("bnep.control.received", "{message}", "Control messages from peers", static c => c.ControlReceived);
        Observe("bnep.control.sent", "{message}", "Control messages to peers", static c => c.ControlSent);
        Observe("bnep.control.retransmissions", "{message}", "Requests sent again", static c => c.Retransmissions);
        Observe("bnep.setups.refused", "{setup}", "Setup requests refused", static c => c.SetupsRefused);
        _meter.CreateObservableUpDownCounter(
            "bnep.sessions", () => (long)Live, "{session}", "Connections, established or being set up");
    }

    /// <summary>The sum over all connections, ended ones included.</summary>
    public BnepCounters Total
    {
        get
        {
            lock (_gate)
            {
                var total = _ended;
                foreach (var session in _live)
                {
                    total.Add(session.Counters);
                }

                return total;
            }
        }
    }

    /// <summary>Connections whose channel is open.</summary>
    internal int Live => Volatile.Read(ref _live).Count;

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal bool Owns(Meter meter) => ReferenceEquals(meter, _meter);

    internal void Began(BnepSession session)
    {
        lock (_gate)
        {
            _live = _live.Add(session);
        }
    }

    internal void Ended(BnepSession session)
    {
        lock (_gate)
        {
            if (_live.Contains(session))
            {
                _live = _live.Remove(session);
                _ended.Add(session.Counters);
            }
        }
    }

    private void Observe(string name, string unit, string description, Func<BnepCounters, long> value) =>
        _meter.CreateObservableCounter(name, () => value(Total), unit, description);
}
