using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;

namespace HostStack.VirtualController.Radio;

/// <summary>The time on the air of one central: its links take turns, each turn is one packet each way.</summary>
/// <remarks>Core, Vol 2, Part B, 8.6. Nothing is allocated per packet.</remarks>
internal sealed class Piconet
{
    private readonly SimulatedController _central;
    private readonly LoopTimer _exchangeEnds;
    private readonly LoopTimer _arrival;
    private readonly Queue<(LinkEnd Sender, PacketBuffer Packet, long Due)> _inFlight = new();
    private LinkEnd? _served;
    private int _turn;
    private int _forward;
    private int _backward;

    public Piconet(SimulatedController central)
    {
        _central = central;
        _exchangeEnds = central.Radio.Loop.Timers.Create(EndExchange);
        _arrival = central.Radio.Loop.Timers.Create(Arrive);
    }

    /// <summary>Begins an exchange where none goes on and a link has something to send.</summary>
    public void Kick()
    {
        if (_served is not null)
        {
            return;
        }

        var ends = _central.Links.All;
        for (var i = 0; i < ends.Count; i++)
        {
            var candidate = ends[(_turn + i) % ends.Count];
            if (candidate.Role == LinkRole.Central && (IsReady(candidate) || IsReady(candidate.Peer)))
            {
                _turn = (_turn + i + 1) % ends.Count;
                Begin(candidate);
                return;
            }
        }
    }

    private static bool IsReady(LinkEnd end) => end.HasQueued && !end.IsBlocked;

    private void Begin(LinkEnd end)
    {
        var pace = _central.Radio.Options.Pace;
        _served = end;
        if (pace.IsUnlimited)
        {
            // Latency without pace: everything that is ready leaves now.
            MoveAll(end);
            MoveAll(end.Peer);
            _served = null;
            Kick();
            return;
        }

        var slots = Load(pace, end, out _forward) + Load(pace, end.Peer, out _backward);
        _exchangeEnds.Arm(RadioPace.Slot * slots);
    }

    private static int Load(RadioPace pace, LinkEnd end, out int octets)
    {
        octets = -1;
        if (!IsReady(end))
        {
            return 1;   // POLL or NULL
        }

        var packet = pace.PacketFor(end.NextLength - end.NextProgress);
        octets = Math.Min(packet.Payload, end.NextLength - end.NextProgress);
        return packet.Slots;
    }

    private void EndExchange()
    {
        var end = _served!;
        _served = null;
        Progress(end, _forward);
        Progress(end.Peer, _backward);
        Kick();
    }

    private void Progress(LinkEnd end, int octets)
    {
        if (octets < 0 || !end.IsUp || !end.HasQueued || end.IsBlocked)
        {
            return;
        }

        end.NextProgress += octets;
        if (end.NextProgress >= end.NextLength)
        {
            Leave(end);
        }
    }

    private void MoveAll(LinkEnd end)
    {
        while (IsReady(end))
        {
            Leave(end);
        }
    }

    private void Leave(LinkEnd end)
    {
        var packet = end.TakeNext();
        var latency = _central.Radio.Options.Latency;
        if (latency == TimeSpan.Zero)
        {
            end.Cross(packet);
            return;
        }

        var timers = _central.Radio.Loop.Timers;
        var ticks = (long)(latency.TotalSeconds * _central.Radio.Loop.Time.TimestampFrequency);
        _inFlight.Enqueue((end, packet, timers.Now + ticks));
        if (!_arrival.IsArmed)
        {
            _arrival.Arm(latency);
        }
    }

    private void Arrive()
    {
        var now = _central.Radio.Loop.Timers.Now;
        while (_inFlight.TryPeek(out var first) && first.Due <= now)
        {
            _inFlight.Dequeue();
            first.Sender.Cross(first.Packet);
        }

        if (_inFlight.TryPeek(out var next))
        {
            var frequency = (double)_central.Radio.Loop.Time.TimestampFrequency;
            _arrival.Arm(TimeSpan.FromSeconds((next.Due - now) / frequency));
        }
    }
}
