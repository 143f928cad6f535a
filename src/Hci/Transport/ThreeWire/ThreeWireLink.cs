using HostStack.Hci.Wire;

namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>One side of a three-wire link (Core, Vol 4, Part D): frames and calls in, packets and frames out.</summary>
/// <remarks>Pure: no stream, no thread, no clock. Its owner gives each call the time, wakes it at <see cref="Deadline"/>
/// by <see cref="Tick"/>, and pulls frames by <see cref="WriteNext"/> as its line takes them: a slow line piles up
/// nothing, and every frame carries the newest acknowledgement. Nothing is allocated after the constructor.</remarks>
internal sealed class ThreeWireLink
{
    /// <summary>The room that <see cref="WriteNext"/> needs.</summary>
    public static readonly int LongestFrame = Slip.LongestFrame(ThreeWireSize.Longest);

    private const int UnreliableOctets = 4 * 1024;
    private const int WakeupTries = 100;

    // What makes the other side send a packet again damages up to half of its window with it.
    private const int DamagedFramesOfATry = 4;

    private readonly ThreeWireOptions _options;
    private readonly ResendWindow _reliable;
    private readonly SendQueue _unreliable = new(UnreliableOctets, packets: 16);
    private readonly Acknowledger _acknowledger = new();
    private LinkConfiguration? _peerConfiguration;
    private LinkConfiguration _agreed = LinkConfiguration.Least;
    private LinkActions _pending;
    private TimeSpan? _repeatAt;
    private TimeSpan? _wakeAt;
    private TimeSpan? _pausedUntil;
    private int _repeats;
    private int _wakeups;
    private int _damagedInARow;
    private bool _peerSleeps;
    private bool _heardBcsp;

    /// <summary>Makes a link that is not established.</summary>
    /// <param name="options">What it asks for.</param>
    public ThreeWireLink(ThreeWireOptions options)
    {
        _options = options;
        _reliable = new ResendWindow(options.QueuedOctets);
        SetSpeed(options.BaudRate);
    }

    /// <summary>How far the link is.</summary>
    public LinkPhase Phase { get; private set; }

    /// <summary>Why it is over.</summary>
    public LinkEnd End { get; private set; }

    /// <summary>What both sides can do; meaningful once <see cref="Phase"/> is active.</summary>
    public LinkConfiguration Agreed => _agreed;

    /// <summary>Whether the other side said that it sleeps.</summary>
    public bool PeerSleeps => _peerSleeps;

    /// <summary>Whether everything is sent and acknowledged, in both directions.</summary>
    public bool IsSettled => _reliable.IsEmpty && _unreliable.Count == 0 && !_acknowledger.IsOwed && _pending == LinkActions.Ignore;

    /// <summary>Frames whose header, length or check is wrong.</summary>
    public long BadFrames { get; private set; }

    /// <summary>Frames that are whole and have no place now: late, twice, out of order, or of an unknown kind.</summary>
    public long Ignored { get; private set; }

    /// <summary>Unreliable packets that found no room.</summary>
    public long Dropped { get; private set; }

    /// <summary>Packets that were sent again.</summary>
    public long Resent => _reliable.Resent;

    /// <summary>When <see cref="Tick"/> is due; null: not before something comes.</summary>
    public TimeSpan? Deadline => Phase == LinkPhase.Ended
        ? null
        : Earliest(Earliest(_repeatAt, _wakeAt), Earliest(_pausedUntil, Earliest(_reliable.Deadline, _acknowledger.Deadline)));

    /// <summary>Begins to establish the link.</summary>
    public void Start(TimeSpan now) => Repeat(now);

    /// <summary>Goes by another speed of the line from now on.</summary>
    /// <param name="baudRate">Bits per second.</param>
    public void SetSpeed(int baudRate)
    {
        var timing = LinkTiming.For(baudRate);
        _reliable.Timeout = timing.Resend;
        _acknowledger.Delay = timing.Acknowledge;
    }

    /// <summary>How many packets of data always find room, commands besides.</summary>
    /// <param name="payload">Octets of the longest of them, without the type octet.</param>
    public int RoomFor(int payload) => _reliable.RoomFor(payload);

    /// <summary>Takes a packet, type octet first.</summary>
    /// <returns>False where the queue is full: try again when acknowledgements have come. A synchronous packet that
    /// finds no room is dropped, as the air would.</returns>
    public bool TrySend(ReadOnlySpan<byte> packet)
    {
        if (packet.Length - 1 > ThreeWireHeader.MaximumPayload)
        {
            Finish(LinkEnd.PacketTooLong);
            return true;
        }

        if (Phase == LinkPhase.Ended || packet.IsEmpty)
        {
            return true;
        }

        var type = (ThreeWirePacketType)packet[0];
        if (type is not (ThreeWirePacketType.SynchronousData or ThreeWirePacketType.IsoData))
        {
            return _reliable.TryAdd(type, packet[1..]);
        }

        Dropped += _unreliable.TryAdd(type, packet[1..]) ? 0 : 1;
        return true;
    }

    /// <summary>Takes a frame.</summary>
    /// <param name="frame">Unescaped; its header is overwritten where it holds a packet.</param>
    /// <param name="now">The time.</param>
    /// <returns>The HCI packet in it, type octet first, within <paramref name="frame"/>; empty where there is none.</returns>
    public ReadOnlySpan<byte> Receive(Span<byte> frame, TimeSpan now)
    {
        if (frame.Length < ThreeWireHeader.Size
            || !ThreeWireHeader.TryParse(frame[..ThreeWireHeader.Size], out var header)
            || !ThreeWireFrame.IsWhole(frame, header))
        {
            TakeDamaged();
            return default;
        }

        var payload = frame.Slice(ThreeWireHeader.Size, header.Length);
        if (header.Type == ThreeWirePacketType.LinkControl)
        {
            Take(LinkMessages.Read(payload, out var configuration), configuration, now);
            return default;
        }

        if (Phase != LinkPhase.Active)
        {
            _heardBcsp |= Bcsp.IsSync(frame);
            Ignored++;
            return default;
        }

        _reliable.Acknowledge(header.Acknowledgement, now);
        if (header.IsReliable && !_acknowledger.Accept(header.Sequence, _agreed.Window, now))
        {
            Ignored++;
            return default;
        }

        if (header.Type is < ThreeWirePacketType.Command or > ThreeWirePacketType.IsoData)
        {
            Ignored += header.Type == ThreeWirePacketType.Acknowledgement ? 0 : 1;
            return default;
        }

        PeerIsAwake(); // It would not send otherwise.
        _damagedInARow = 0;
        frame[ThreeWireHeader.Size - 1] = (byte)header.Type;
        return frame.Slice(ThreeWireHeader.Size - 1, 1 + header.Length);
    }

    /// <summary>Learns whether the other side holds this one back by XOFF.</summary>
    public void SetPaused(bool isPaused, TimeSpan now) =>
        _pausedUntil = !isPaused ? null : _pausedUntil ?? now + LinkTiming.LongestPause;

    /// <summary>Gives acknowledgements their whole time again, from now on: nothing was read meanwhile.</summary>
    public void Postpone(TimeSpan now) => _reliable.Postpone(now + _reliable.Timeout);

    /// <summary>Does what is due.</summary>
    public void Tick(TimeSpan now)
    {
        if (_pausedUntil is { } until)
        {
            _reliable.Postpone(Later(until, _reliable.Deadline));
            _pausedUntil = until <= now ? null : until;
        }

        if (_repeatAt <= now)
        {
            Repeat(now);
        }

        if (_wakeAt <= now)
        {
            _wakeAt = null;
        }

        _acknowledger.Expire(now);
        _reliable.Expire(now);
        if (_reliable.Tries > _options.ResendTries)
        {
            Finish(LinkEnd.NotAcknowledged);
        }
    }

    /// <summary>Acknowledges now what was received, without waiting for a packet to carry it.</summary>
    public void AcknowledgeNow() => _acknowledger.Hurry();

    /// <summary>Writes the next frame that the line shall carry.</summary>
    /// <param name="destination">Has room for <see cref="LongestFrame"/>.</param>
    /// <param name="now">The time.</param>
    /// <returns>Its octets; 0 where there is nothing to send now.</returns>
    public int WriteNext(Span<byte> destination, TimeSpan now)
    {
        if (Phase == LinkPhase.Ended || _pausedUntil is not null)
        {
            return 0;
        }

        if (_pending != LinkActions.Ignore)
        {
            return WriteMessage(destination);
        }

        if (Phase != LinkPhase.Active || !HasPackets)
        {
            return 0;
        }

        if (_peerSleeps)
        {
            return WriteWakeup(destination, now);
        }

        if (_unreliable.Count > 0)
        {
            var octets = _unreliable.Peek(0, out var kind);
            var written = WriteFrame(destination, 0, isReliable: false, kind, octets);
            _unreliable.Remove(1);
            return written;
        }

        if (_reliable.CanSend)
        {
            var payload = _reliable.Send(now, out var sequence, out var type);
            return WriteFrame(destination, sequence, isReliable: true, type, payload);
        }

        return WriteFrame(destination, 0, isReliable: false, ThreeWirePacketType.Acknowledgement, default);
    }

    private bool HasPackets => _reliable.CanSend || _unreliable.Count > 0 || _acknowledger.IsDue;

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private static TimeSpan Later(TimeSpan one, TimeSpan? other) => other > one ? other.Value : one;

    private void Take(LinkMessage message, LinkConfiguration? configuration, TimeSpan now)
    {
        var (phase, actions) = LinkTable.Step(Phase, message);
        if (actions == LinkActions.Ignore)
        {
            Ignored++;
            return;
        }

        if (actions.HasFlag(LinkActions.ReportRestart))
        {
            Finish(LinkEnd.Restarted);
            return;
        }

        if (actions.HasFlag(LinkActions.SendConfigResponse))
        {
            _peerConfiguration = configuration;
        }

        _pending |= actions & (LinkActions.SendSyncResponse | LinkActions.SendConfigResponse | LinkActions.SendWoken);
        if (actions.HasFlag(LinkActions.Activate))
        {
            _agreed = _options.Configuration.With(configuration ?? LinkConfiguration.Least);
            _reliable.Size = _agreed.Window;
        }

        if (actions.HasFlag(LinkActions.PeerWakes))
        {
            PeerIsAwake();
        }

        _peerSleeps |= actions.HasFlag(LinkActions.PeerSleeps);
        if (phase != Phase)
        {
            Phase = phase;
            _pending &= ~(LinkActions.SendSync | LinkActions.SendConfig);
            _repeats = 0;
            _repeatAt = null;
            Repeat(now);
        }
    }

    // What establishes the link goes out, again and again, until it is answered or enough.
    private void Repeat(TimeSpan now)
    {
        var message = LinkTable.Repeated(Phase);
        if (message == LinkActions.Ignore)
        {
            return;
        }

        if (_repeats++ == _options.EstablishmentTries)
        {
            Finish(message == LinkActions.SendConfig ? LinkEnd.NotConfigured
                : _heardBcsp ? LinkEnd.SpeaksBcsp : LinkEnd.NobodyAnswers);
            return;
        }

        _pending |= message;
        _repeatAt = now + LinkTiming.LinkPeriod;
    }

    // Sides that a damaged CONFIG made agree on different things lose some octets always: a packet that has one is sent again
    // for ever, and never read. Acknowledgements come through, and tell nothing.
    private void TakeDamaged()
    {
        BadFrames++;
        if (Phase == LinkPhase.Active && ++_damagedInARow > DamagedFramesOfATry * _options.ResendTries)
        {
            Finish(LinkEnd.Unreadable);
        }
    }

    private void PeerIsAwake()
    {
        _peerSleeps = false;
        _wakeups = 0;
        _wakeAt = null;
    }

    private void Finish(LinkEnd end)
    {
        if (Phase != LinkPhase.Ended)
        {
            Phase = LinkPhase.Ended;
            End = end;
        }
    }

    private int WriteWakeup(Span<byte> destination, TimeSpan now)
    {
        if (_wakeAt is not null)
        {
            return 0;
        }

        if (_wakeups++ == WakeupTries)
        {
            Finish(LinkEnd.DoesNotWake);
            return 0;
        }

        _wakeAt = now + LinkTiming.WakeupPeriod;
        return WriteMessage(destination, LinkMessage.Wakeup, field: null);
    }

    private int WriteMessage(Span<byte> destination)
    {
        var next = (LinkActions)((int)_pending & -(int)_pending);
        _pending &= ~next;
        return next switch
        {
            LinkActions.SendSync => WriteMessage(destination, LinkMessage.Sync, null),
            LinkActions.SendSyncResponse => WriteMessage(destination, LinkMessage.SyncResponse, null),
            LinkActions.SendConfig => WriteMessage(destination, LinkMessage.Config, _options.Configuration),

            // Who asked with a field is answered with what both can do; who asked without one, without one.
            LinkActions.SendConfigResponse =>
                WriteMessage(destination, LinkMessage.ConfigResponse, _peerConfiguration?.With(_options.Configuration)),
            _ => WriteMessage(destination, LinkMessage.Woken, null),
        };
    }

    private int WriteMessage(Span<byte> destination, LinkMessage message, LinkConfiguration? field)
    {
        Span<byte> payload = stackalloc byte[LinkMessages.LongestSize];
        var length = LinkMessages.Write(message, field, payload);
        var header = new ThreeWireHeader(0, 0, HasIntegrityCheck: false, IsReliable: false, ThreeWirePacketType.LinkControl, length);
        return ThreeWireFrame.Write(destination, header, payload[..length], escapesFlowControl: false);
    }

    private int WriteFrame(Span<byte> destination, int sequence, bool isReliable, ThreeWirePacketType type, ReadOnlySpan<byte> payload)
    {
        var header = new ThreeWireHeader(
            sequence, _acknowledger.Take(), _agreed.IntegrityCheck, isReliable, type, payload.Length);
        return ThreeWireFrame.Write(destination, header, payload, _agreed.FlowControl);
    }
}
