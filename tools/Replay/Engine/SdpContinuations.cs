namespace HostStack.Replay.Engine;

/// <summary>Continuation states are the answering host's own (Core, Vol 3, Part B, 4.3): a peer that goes on must give back
/// ours, not the recorded host's.</summary>
internal sealed class SdpContinuations
{
    private const int Header = 5;
    private const byte SearchAttributeRequest = 0x06;
    private const byte SearchAttributeResponse = 0x07;
    private const byte AttributeResponse = 0x05;
    private const byte AttributeRequest = 0x04;

    // The last answer of this host by link and peer's channel: null where it was complete.
    private readonly Dictionary<(ushort Handle, ushort PeerChannel), byte[]> _states = [];

    /// <summary>Learns from an answer of this host.</summary>
    public void Learn(ushort handle, ReadOnlySpan<byte> pdu)
    {
        var view = new L2capView(pdu);
        var payload = view.Payload;
        if (payload.Length < Header + 3 || payload[0] is not (SearchAttributeResponse or AttributeResponse))
        {
            return;
        }

        // Byte count, that many octets of attributes, then length and octets of the state.
        var at = Header + 2 + ((payload[Header] << 8) | payload[Header + 1]);
        if (at < payload.Length)
        {
            _states[(handle, view.Cid)] = payload[(at + 1)..].ToArray();
        }
    }

    /// <summary>The peer's request with our state in the place of the recorded one.</summary>
    /// <param name="handle">The link.</param>
    /// <param name="peerChannel">The peer's channel, by which our answers are known.</param>
    /// <param name="pdu">The request.</param>
    /// <returns>The request to deliver; null where our answer was complete, so that nothing is left to ask for.</returns>
    public byte[]? Rewrite(ushort handle, ushort peerChannel, byte[] pdu)
    {
        var payload = new L2capView(pdu).Payload;
        if (payload.Length <= Header || payload[0] is not (SearchAttributeRequest or AttributeRequest)
            || StateAt(payload) is not { } at || payload[at] == 0)
        {
            return pdu;
        }

        if (!_states.TryGetValue((handle, peerChannel), out var state) || state.Length == 0)
        {
            return null;
        }

        var parameters = (ushort)(at - Header + 1 + state.Length);
        var length = (ushort)(Header + parameters);
        return
        [
            (byte)length, (byte)(length >> 8), pdu[2], pdu[3],
            payload[0], payload[1], payload[2], (byte)(parameters >> 8), (byte)parameters,
            .. payload[Header..at], (byte)state.Length, .. state,
        ];
    }

    // Behind the pattern or handle, the byte count and the attribute list stands the length of the state. Lists are data
    // elements with a length of one or two octets (0x35, 0x36).
    private static int? StateAt(ReadOnlySpan<byte> payload)
    {
        var at = Header;
        if (payload[0] == SearchAttributeRequest)
        {
            at += ListSize(payload, at);
        }
        else
        {
            at += 4;
        }

        at += 2;
        at += ListSize(payload, at);
        return at < payload.Length ? at : null;
    }

    private static int ListSize(ReadOnlySpan<byte> payload, int at) =>
        at + 2 >= payload.Length ? payload.Length : payload[at] switch
        {
            0x35 => 2 + payload[at + 1],
            0x36 => 3 + ((payload[at + 1] << 8) | payload[at + 2]),
            _ => payload.Length,
        };
}
