using System.Buffers.Binary;

namespace HostStack.Replay.Engine;

/// <summary>The recorded host's channel numbers and identifiers are not ours: this maps them, a link at a time.</summary>
/// <remarks>A peer's PDU is rewritten before it is delivered: channels of the recorded host become ours, and a response
/// carries the identifier of our request.</remarks>
internal sealed class ChannelMap
{
    private readonly Dictionary<(ushort Handle, ushort Recorded), ushort> _channels = [];
    private readonly Dictionary<(ushort Handle, byte Recorded), byte> _identifiers = [];
    private readonly Dictionary<(ushort Handle, ushort Recorded), ushort> _psm = [];
    private readonly Dictionary<(ushort Handle, byte Identifier), ushort> _requestedPsm = [];
    private readonly Dictionary<(ushort Handle, ushort Peer), ushort> _hostOfPeer = [];

    /// <summary>Learns from a pair of PDUs: what the recorded host sent, and what this host sent in its place.</summary>
    public void Learn(ushort handle, ReadOnlySpan<byte> recorded, ReadOnlySpan<byte> actual)
    {
        var was = new L2capView(recorded);
        var now = new L2capView(actual);
        if (!was.IsSignal || was.Code != now.Code)
        {
            return;
        }

        if (!was.IsResponse)
        {
            _identifiers[(handle, was.Identifier)] = now.Identifier;
        }

        switch (was.Code)
        {
            case L2capView.ConnectionRequest:
                _channels[(handle, was.Field(1))] = now.Field(1);
                _psm[(handle, was.Field(1))] = was.Field(0);
                break;
            case L2capView.ConnectionResponse when now.Field(0) != 0:
                _channels[(handle, was.Field(0))] = now.Field(0);
                _hostOfPeer[(handle, was.Field(1))] = was.Field(0);
                if (_requestedPsm.TryGetValue((handle, was.Identifier), out var psm))
                {
                    _psm[(handle, was.Field(0))] = psm;
                }

                break;
        }
    }

    /// <summary>This host's channel for one of the recorded host's.</summary>
    public bool TryChannel(ushort handle, ushort recorded, out ushort actual) => _channels.TryGetValue((handle, recorded), out actual);

    /// <summary>The recorded host's channel at whose other end the peer's channel <paramref name="peer"/> stands; 0 where it
    /// is not known.</summary>
    public ushort HostChannelOf(ushort handle, ushort peer) => _hostOfPeer.GetValueOrDefault((handle, peer));

    /// <summary>The peer's channel at whose other end the recorded host's channel <paramref name="host"/> stands; 0 where it
    /// is not known.</summary>
    public ushort PeerChannelOf(ushort handle, ushort host) =>
        _hostOfPeer.FirstOrDefault(pair => pair.Key.Handle == handle && pair.Value == host).Key.Peer;

    /// <summary>The service behind a channel of the recorded host; 0 where it is not known.</summary>
    public ushort PsmOf(ushort handle, ushort recorded) => _psm.GetValueOrDefault((handle, recorded));

    /// <summary>Forgets a link.</summary>
    public void Forget(ushort handle)
    {
        foreach (var key in _channels.Keys.Where(key => key.Handle == handle).ToArray())
        {
            _channels.Remove(key);
            _psm.Remove(key);
        }
    }

    /// <summary>Rewrites a peer's PDU in place for this host.</summary>
    /// <returns>False where it belongs to a channel or request that this host never had: it must not be delivered.</returns>
    public bool Rewrite(ushort handle, Span<byte> pdu)
    {
        var view = new L2capView(pdu);
        if (!view.IsSignal)
        {
            return view.Cid < 0x0040 || Replace(handle, pdu, 2);
        }

        if (view.IsResponse)
        {
            if (!_identifiers.TryGetValue((handle, view.Identifier), out var identifier))
            {
                return false;
            }

            pdu[5] = identifier;
        }

        const int FirstField = 8;
        const int SecondField = 10;
        switch (view.Code)
        {
            case L2capView.ConnectionRequest:
                _requestedPsm[(handle, view.Identifier)] = view.Field(0);
                return true;
            case L2capView.ConnectionResponse: // destination is the peer's, source is ours
                _hostOfPeer[(handle, view.Field(0))] = view.Field(1);
                return Replace(handle, pdu, SecondField);
            case L2capView.ConfigurationRequest: // destination is ours
            case L2capView.ConfigurationResponse: // source is ours
            case L2capView.DisconnectionRequest: // destination is ours
                return Replace(handle, pdu, FirstField);
            case L2capView.DisconnectionResponse: // source is ours
                return Replace(handle, pdu, SecondField);
            default:
                return true;
        }
    }

    private bool Replace(ushort handle, Span<byte> pdu, int offset)
    {
        if (pdu.Length < offset + 2
            || !_channels.TryGetValue((handle, BinaryPrimitives.ReadUInt16LittleEndian(pdu[offset..])), out var actual))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt16LittleEndian(pdu[offset..], actual);
        return true;
    }
}
