namespace HostStack.Replay.Engine;

/// <summary>When two PDUs of two hosts are the same step, and when they differ in what the peer can tell.</summary>
internal static class PduMatch
{
    private const ushort BnepPsm = 0x000F;
    private const byte InformationRequest = 0x0A;

    /// <summary>Whether <paramref name="actual"/> is this host's form of a recorded PDU.</summary>
    public static bool SameKind(ReplayStep recorded, ReadOnlySpan<byte> actual, ChannelMap channels)
    {
        var was = new L2capView(recorded.Octets.Span);
        var now = new L2capView(actual);
        if (!was.IsSignal || !now.IsSignal)
        {
            // A PDU of the host carries the peer's channel number, which is the same in trace and replay.
            var psm = Psm(recorded.Handle, was.Cid, channels);
            return was.IsSignal == now.IsSignal && was.Cid == now.Cid && psm != 0
                && PayloadKind.Of(psm, was.Payload) == PayloadKind.Of(psm, now.Payload);
        }

        return was.Code == now.Code && was.Code switch
        {
            // Requests of ours: the same service, the same question.
            L2capView.ConnectionRequest or InformationRequest => was.Field(0) == now.Field(0),
            _ => !was.IsResponse || was.Identifier == now.Identifier,
        };
    }

    /// <summary>Whether a PDU of a host answers the peer, which would miss it.</summary>
    public static bool IsAnswer(ushort handle, ReadOnlySpan<byte> pdu, ChannelMap channels)
    {
        var view = new L2capView(pdu);
        return view.IsSignal ? view.IsResponse : PayloadKind.Of(Psm(handle, view.Cid, channels), view.Payload).IsAnswer;
    }

    /// <summary>A name for a peer's question, equal to <see cref="AnswerKey"/> of its answer.</summary>
    public static string QuestionKey(ushort handle, ReadOnlySpan<byte> pdu)
    {
        var view = new L2capView(pdu);
        return view.IsSignal
            ? $"{handle} signal {view.Identifier}"
            : $"{handle} data {view.Cid} {Transaction(view.Payload)}";
    }

    /// <summary>A name for a host's answer, equal to <see cref="QuestionKey"/> of its question.</summary>
    public static string AnswerKey(ushort handle, ReadOnlySpan<byte> pdu, ChannelMap channels)
    {
        var view = new L2capView(pdu);
        return view.IsSignal
            ? $"{handle} signal {view.Identifier}"
            : $"{handle} data {channels.HostChannelOf(handle, view.Cid)} {Transaction(view.Payload)}";
    }

    /// <summary>The PDU in words.</summary>
    public static string Describe(ushort handle, ReadOnlySpan<byte> pdu, ChannelMap channels)
    {
        var view = new L2capView(pdu);
        return view.IsSignal ? view.Describe() : PayloadKind.Of(Psm(handle, view.Cid, channels), view.Payload).Name;
    }

    /// <summary>Says how the two differ where the peer can tell; null where it cannot.</summary>
    public static string? Compare(ReplayStep recorded, ReadOnlySpan<byte> actual, ChannelMap channels)
    {
        var was = new L2capView(recorded.Octets.Span);
        var now = new L2capView(actual);
        var differs = was.Code switch
        {
            L2capView.ConnectionResponse or L2capView.ConfigurationResponse => was.Field(2) != now.Field(2),
            L2capView.CommandReject => was.Field(0) != now.Field(0),
            // BNEP's answers are codes: all of them must agree.
            0 => Psm(recorded.Handle, was.Cid, channels) == BnepPsm
                && PayloadKind.Of(BnepPsm, was.Payload) is { IsAnswer: true } kind
                && kind.Name.StartsWith("BNEP", StringComparison.Ordinal)
                && !was.Payload.SequenceEqual(now.Payload),
            _ => false,
        };
        return differs
            ? $"the recorded host sent {Describe(recorded.Handle, recorded.Octets.Span, channels)}; this host sends {Describe(recorded.Handle, actual, channels)}"
            : null;
    }

    /// <summary>The last answer to the request that step <paramref name="index"/> answers: after "pending" comes another.</summary>
    public static int FinalAnswer(IReadOnlyList<ReplayStep> steps, int index)
    {
        const ushort Pending = 1;
        var first = new L2capView(steps[index].Octets.Span);
        var final = index;
        for (var i = index; i < steps.Count && new L2capView(steps[final].Octets.Span).Field(2) == Pending; i++)
        {
            var view = new L2capView(steps[i].Octets.Span);
            if (steps[i].Kind == ReplayStepKind.PduFromHost && steps[i].Handle == steps[index].Handle
                && view.Code == L2capView.ConnectionResponse && view.Identifier == first.Identifier)
            {
                final = i;
            }
        }

        return final;
    }

    /// <summary>The connection request behind an answer.</summary>
    public static ReplayStep? Request(IReadOnlyList<ReplayStep> steps, int index, byte identifier)
    {
        for (var i = index - 1; i >= 0; i--)
        {
            var view = new L2capView(steps[i].Octets.Span);
            if (steps[i].Kind == ReplayStepKind.PduFromPeer && steps[i].Handle == steps[index].Handle
                && view.Code == L2capView.ConnectionRequest && view.Identifier == identifier)
            {
                return steps[i];
            }
        }

        return null;
    }

    // SDP: the transaction of question and answer.
    private static int Transaction(ReadOnlySpan<byte> payload) => payload.Length >= 3 ? (payload[1] << 8) | payload[2] : -1;

    private static ushort Psm(ushort handle, ushort peerChannel, ChannelMap channels) =>
        channels.PsmOf(handle, channels.HostChannelOf(handle, peerChannel));
}
