using HostStack.Hci.Wire;
using HostStack.Replay.Traces;

namespace HostStack.Replay.Engine;

/// <summary>Drives a host by a trace: the controller's packets are the stimulus, the host's are the expectation.</summary>
/// <remarks>Matching is tolerant where the air cannot tell: handles are the trace's, channel numbers and identifiers are
/// mapped, independent commands may come in any order or not at all. What the peer can tell is a divergence. The run ends
/// where this host accepts a channel that the recorded host refused: from there the trace tells another story.</remarks>
internal sealed class ReplayRun
{
    // How far ahead a host's packet may be expected: more than any burst between two stimuli in practice.
    private const int Window = 48;

    // A stack answers at once on a virtual clock; what has not come after this is not coming.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly IReadOnlyList<ReplayStep> _steps;
    private readonly bool[] _done;
    private readonly ReplayTransport _transport;
    private readonly IReplayClock _clock;
    private readonly Action<byte[]> _virtualController;
    private readonly ChannelMap _channels = new();
    private readonly Dictionary<ushort, int> _unanswered = [];
    private readonly Dictionary<ushort, BdAddr> _peers = [];
    private readonly SdpContinuations _continuations = new();
    private readonly HashSet<string> _heldBack = [];
    private readonly List<Difference> _divergences = [];
    private readonly List<Difference> _tolerated = [];
    private readonly List<string> _synthesised = [];
    private int _cursor;
    private int _matched;
    private AcceptedWhereRefused? _accepted;
    private bool _started;

    public ReplayRun(Trace trace, ReplayTransport transport, IReplayClock clock, Action<byte[]> virtualController)
    {
        Trace = trace;
        _steps = ReplayScript.From(trace);
        _done = new bool[_steps.Count];
        _transport = transport;
        _clock = clock;
        _virtualController = virtualController;
    }

    public Trace Trace { get; }

    /// <summary>PDUs that the host sent after the run had ended: the scripted peer's to read.</summary>
    public Queue<HostItem> Beyond { get; } = new();

    /// <summary>The peer at the other end of a link of the trace.</summary>
    public BdAddr PeerOf(ushort handle) => _peers.GetValueOrDefault(handle);

    /// <summary>Looks at what the host has sent; called whenever the host has settled.</summary>
    public void Absorb()
    {
        while (_transport.Outbox.TryDequeue(out var item))
        {
            if (item.Handle is not { } handle)
            {
                AbsorbCommand(item);
            }
            else if (_accepted is not null)
            {
                Beyond.Enqueue(item);
            }
            else
            {
                AbsorbPdu(handle, item.Octets);
            }
        }
    }

    /// <summary>Runs the trace; the host has finished its bring-up.</summary>
    public ReplayReport Run(ulong seed)
    {
        _started = true;
        for (_cursor = 0; _cursor < _steps.Count && _accepted is null; _cursor++)
        {
            var step = _steps[_cursor];
            Settle();
            if (_done[_cursor])
            {
                continue;
            }

            if (!step.IsExpectation)
            {
                Deliver(step);
                Settle();
            }
            else if (!WaitFor(_cursor))
            {
                NotSent(step);
            }
        }

        var expectations = _steps.Take(_cursor).Count(static step => step.IsExpectation);
        return new ReplayReport
        {
            Source = Trace.Source,
            Seed = seed,
            Steps = _steps.Count,
            Expectations = expectations,
            Matched = _matched,
            Divergences = _divergences,
            Tolerated = _tolerated,
            Synthesised = [.. _synthesised.Distinct()],
            Supplied = Trace.Supplied,
            Accepted = _accepted,
        };
    }

    /// <summary>Lets the host do all it can now.</summary>
    public void Settle()
    {
        do
        {
            Absorb();
            _clock.Settle();
        }
        while (_transport.Outbox.Count > 0);
    }

    private bool WaitFor(int index)
    {
        // Controller-wide commands belong to the recorded host's own set-up: nobody waits for them.
        if (_steps[index].Kind == ReplayStepKind.Command && !LinkCommands.Concerns(_steps[index].OpCode))
        {
            return false;
        }

        _clock.Advance(Patience);
        Settle();
        return _done[index];
    }

    private void Deliver(ReplayStep step)
    {
        _done[_cursor] = true;
        if (step.Kind == ReplayStepKind.PduFromPeer)
        {
            DeliverPdu(step);
            return;
        }

        if (step.IsCompletedPackets)
        {
            return;
        }

        if (step.IsAnswer)
        {
            // An answer to a command that this host did not send means nothing to it.
            if (_unanswered.GetValueOrDefault(step.OpCode) == 0)
            {
                return;
            }

            _unanswered[step.OpCode]--;
        }

        Note(step.Octets.Span);
        _transport.DeliverEvent(step.Octets.Span);
    }

    private void DeliverPdu(ReplayStep step)
    {
        var recorded = step.Octets.Span;
        var pdu = recorded.ToArray();
        if (!_channels.Rewrite(step.Handle, pdu))
        {
            _heldBack.Add(PduMatch.QuestionKey(step.Handle, recorded));
            return;
        }

        var view = new L2capView(recorded);
        if (!view.IsSignal && _continuations.Rewrite(step.Handle, _channels.PeerChannelOf(step.Handle, view.Cid), pdu) is var asked)
        {
            if (asked is null)
            {
                _heldBack.Add(PduMatch.QuestionKey(step.Handle, recorded));
                return;
            }

            pdu = asked;
        }

        _transport.DeliverPdu(step.Handle, pdu);
    }

    // Connection Complete and Disconnection Complete: which peer a handle means.
    private void Note(ReadOnlySpan<byte> happened)
    {
        const byte ConnectionComplete = 0x03;
        const byte DisconnectionComplete = 0x05;
        var handle = happened.Length >= 5 ? (ushort)(happened[3] | (happened[4] << 8)) : (ushort)0;
        if (happened[0] == DisconnectionComplete)
        {
            _channels.Forget(handle);
        }
        else if (happened[0] == ConnectionComplete && happened.Length >= 11)
        {
            _peers[handle] = BdAddr.Read(happened[5..]);
        }
    }

    private void NotSent(ReplayStep step)
    {
        _done[_cursor] = true;
        var isPdu = step.Kind == ReplayStepKind.PduFromHost;
        var what = isPdu ? PduMatch.Describe(step.Handle, step.Octets.Span, _channels) : step.Title;
        var difference = new Difference(step.Number, DifferenceKind.NotSent, $"the recorded host sent {what}; this host did not");
        // What a host does of its own accord is its own affair; an answer is missed by the peer, unless the question
        // belongs to what this host never began.
        var isMissed = isPdu && PduMatch.IsAnswer(step.Handle, step.Octets.Span, _channels)
            && !_heldBack.Contains(PduMatch.AnswerKey(step.Handle, step.Octets.Span, _channels));
        (isMissed ? _divergences : _tolerated).Add(difference);
    }

    private void AbsorbCommand(HostItem item)
    {
        var index = _started ? Find(step => step.Kind == ReplayStepKind.Command && step.OpCode == item.OpCode) : -1;
        if (index >= 0)
        {
            _done[index] = true;
            _matched++;
            _unanswered[item.OpCode] = _unanswered.GetValueOrDefault(item.OpCode) + 1;
            if (!_steps[index].Octets.Span.SequenceEqual(item.Octets))
            {
                _tolerated.Add(new(_steps[index].Number, DifferenceKind.Answer, $"{_steps[index].Title}: other parameters"));
            }

            return;
        }

        if (SynthesizedAnswers.For(item.Octets) is { } events)
        {
            _synthesised.Add($"command 0x{item.OpCode >> 10:X2}|0x{item.OpCode & 0x3FF:X4} on a link: answered by the replay");
            foreach (var answer in events)
            {
                _transport.DeliverEvent(answer);
            }

            return;
        }

        _synthesised.Add($"command 0x{item.OpCode >> 10:X2}|0x{item.OpCode & 0x3FF:X4}: answered by the virtual controller");
        _virtualController(item.Octets);
    }

    private void AbsorbPdu(ushort handle, byte[] pdu)
    {
        var number = _cursor < _steps.Count ? _steps[_cursor].Number : _steps[^1].Number;
        var index = Find(step => step.Kind == ReplayStepKind.PduFromHost && step.Handle == handle && PduMatch.SameKind(step, pdu, _channels));
        if (index < 0)
        {
            var extra = new Difference(
                number, DifferenceKind.Extra, $"this host sent {PduMatch.Describe(handle, pdu, _channels)}; the recorded host did not");
            (PduMatch.IsAnswer(handle, pdu, _channels) ? _divergences : _tolerated).Add(extra);
            return;
        }

        var recorded = _steps[index];
        _done[index] = true;
        _matched++;
        _channels.Learn(handle, recorded.Octets.Span, pdu);
        _continuations.Learn(handle, pdu);
        if (PduMatch.Compare(recorded, pdu, _channels) is { } sentence)
        {
            Judge(index, recorded, pdu, sentence);
        }
    }

    // A different answer to a connection request: was it only "wait", or did the recorded host refuse in the end?
    private void Judge(int index, ReplayStep recorded, byte[] pdu, string sentence)
    {
        var was = new L2capView(recorded.Octets.Span);
        var now = new L2capView(pdu);
        if (now.Code == L2capView.ConnectionResponse && now.Field(2) == 0)
        {
            var finalIndex = PduMatch.FinalAnswer(_steps, index);
            var final = _steps[finalIndex];
            var finalView = new L2capView(final.Octets.Span);
            if (finalView.Field(2) == 0)
            {
                _done[finalIndex] = true;
                _matched++;
                _channels.Learn(recorded.Handle, final.Octets.Span, pdu);
                _tolerated.Add(new(recorded.Number, DifferenceKind.Answer, "the recorded host answered 'pending' first, this host at once"));
                return;
            }

            var request = PduMatch.Request(_steps, index, was.Identifier);
            sentence = $"the recorded host answered {was.Describe()} and, in record {final.Number}, {finalView.Describe()}; this host answers {now.Describe()}";
            _accepted = new(
                request?.Number ?? recorded.Number, final.Number, recorded.Handle,
                request is null ? (ushort)0 : new L2capView(request.Octets.Span).Field(0), now.Field(0), now.Field(1));
        }

        _divergences.Add(new(recorded.Number, DifferenceKind.Answer, sentence));
    }

    private int Find(Func<ReplayStep, bool> matches)
    {
        for (var i = _cursor; i < Math.Min(_steps.Count, _cursor + Window); i++)
        {
            if (!_done[i] && _steps[i].IsExpectation && matches(_steps[i]))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>The virtual clock of a replay and the host that runs by it.</summary>
internal interface IReplayClock
{
    /// <summary>Runs all work that is ready; the time stands.</summary>
    void Settle();

    /// <summary>Moves the time, stopping at every deadline on the way.</summary>
    void Advance(TimeSpan by);
}
