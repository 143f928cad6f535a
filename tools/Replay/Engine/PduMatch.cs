namespace HostStack.Replay.Engine;

/// <summary>When two PDUs of two hosts are the same step, and when they differ in what the peer can tell.</summary>
internal static class PduMatch
{
    private const ushort SdpPsm = 0x0001;
    private const ushort BnepPsm = 0x000F;
    private const byte BnepControl = 0x01;

    /// <summary>Whether <paramref name="actual"/> is this host's form of a recorded PDU.</summary>
    public static bool SameKind(ReplayStep recorded, ReadOnlySpan<byte> actual, ChannelMap channels)
    {
        var was = new L2capView(recorded.Octets.Span);
        var now = new L2capView(actual);
        if (was.IsSignal != now.IsSignal)
        {
            return false;
        }

        if (!was.IsSignal)
        {
            return channels.TryChannel(recorded.Handle, channels.HostChannelOf(recorded.Handle, was.Cid), out _)
                && SamePayloadKind(recorded, was, now, channels);
        }

        if (was.Code != now.Code)
        {
            return false;
        }

        return was.Code switch
        {
            // Requests of ours: the same service, the same question.
            L2capView.ConnectionRequest or 0x0A => was.Field(0) == now.Field(0),
            _ => !was.IsResponse || was.Identifier == now.Identifier,
        };
    }

    /// <summary>Says how the two differ where the peer can tell; null where it cannot.</summary>
    public static string? Compare(ReplayStep recorded, ReadOnlySpan<byte> actual, ChannelMap channels)
    {
        var was = new L2capView(recorded.Octets.Span);
        var now = new L2capView(actual);
        var differs = was.Code switch
        {
            L2capView.ConnectionResponse => was.Field(2) != now.Field(2),
            L2capView.ConfigurationResponse => was.Field(2) != now.Field(2),
            L2capView.CommandReject => was.Field(0) != now.Field(0),
            0 when channels.PsmOf(recorded.Handle, channels.HostChannelOf(recorded.Handle, was.Cid)) == BnepPsm => !SameBnepAnswer(was.Payload, now.Payload),
            _ => false,
        };
        return differs ? $"the recorded host sent {was.Describe()}; this host sends {now.Describe()}" : null;
    }

    /// <summary>The last answer to the request that step <paramref name="index"/> answers: after "pending" comes another.</summary>
    public static ReplayStep FinalAnswer(IReadOnlyList<ReplayStep> steps, int index)
    {
        var first = new L2capView(steps[index].Octets.Span);
        var final = steps[index];
        for (var i = index; i < steps.Count; i++)
        {
            var view = new L2capView(steps[i].Octets.Span);
            if (steps[i].Kind == ReplayStepKind.PduFromHost && steps[i].Handle == final.Handle
                && view.Code == L2capView.ConnectionResponse && view.Identifier == first.Identifier)
            {
                final = steps[i];
                if (view.Field(2) != 1)
                {
                    break;
                }
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

    // A PDU of the host carries the peer's channel number, which is the same in trace and replay.
    private static bool SamePayloadKind(ReplayStep recorded, L2capView was, L2capView now, ChannelMap channels)
    {
        if (was.Cid != now.Cid || was.Payload.IsEmpty || now.Payload.IsEmpty)
        {
            return false;
        }

        return channels.PsmOf(recorded.Handle, channels.HostChannelOf(recorded.Handle, was.Cid)) switch
        {
            // SDP: PDU kind and transaction.
            SdpPsm => now.Payload.Length >= 3 && was.Payload[..3].SequenceEqual(now.Payload[..3]),
            // BNEP: control and control type, or any form of data.
            BnepPsm => IsControl(was.Payload) == IsControl(now.Payload)
                && (!IsControl(was.Payload) || was.Payload[1] == now.Payload[1]),
            _ => true,
        };
    }

    private static bool IsControl(ReadOnlySpan<byte> bnep) => bnep.Length > 1 && (bnep[0] & 0x7F) == BnepControl;

    private static bool SameBnepAnswer(ReadOnlySpan<byte> was, ReadOnlySpan<byte> now) => !IsControl(was) || was.SequenceEqual(now);
}
