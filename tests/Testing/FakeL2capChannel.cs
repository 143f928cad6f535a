using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.Testing;

/// <summary>A channel that keeps what is sent on it, for tests of one protocol without the layers below.</summary>
public sealed class FakeL2capChannel(IAclLink link, Psm psm, bool isInitiator, int mtu = 1691) : IL2capChannel
{
    private readonly PacketPool _pool = new(headroom: 32, payload: 4096);

    public IAclLink Link { get; } = link;

    public Psm Psm { get; } = psm;

    public ChannelId LocalId => new(0x0040);

    public ChannelId RemoteId => new(0x0041);

    public bool IsInitiator { get; } = isInitiator;

    public bool IsOpen { get; private set; } = true;

    public int OutgoingMtu { get; set; } = mtu;

    public int IncomingMtu { get; set; } = mtu;

    public bool HasRoom { get; set; } = true;

    /// <summary>Whether control SDUs are taken beyond the bound.</summary>
    public bool HasControlRoom { get; set; } = true;

    /// <summary>Copies of what was sent, oldest first; emptied by <see cref="TakeSent"/>.</summary>
    public List<byte[]> Sent { get; } = [];

    /// <summary>Switch off to let a test send without keeping copies (allocation counts).</summary>
    public bool KeepSent { get; set; } = true;

    public long SentCount { get; private set; }

    public int Disconnects { get; private set; }

    /// <summary>Buffers that were rented and not released: must be zero when a test ends.</summary>
    public int Outstanding => _pool.Rented;

    /// <summary>Buffers that were rented so far: copies that were made.</summary>
    public long Rents { get; private set; }

    public PacketBuffer Rent()
    {
        Rents++;
        return _pool.Rent();
    }

    public bool Send(PacketBuffer sdu, EgressClass egressClass)
    {
        var taken = IsOpen && (egressClass == EgressClass.Control ? HasControlRoom : HasRoom);
        if (taken)
        {
            SentCount++;
            if (KeepSent)
            {
                Sent.Add(sdu.Span.ToArray());
            }
        }

        sdu.Release();
        return taken;
    }

    public void Disconnect()
    {
        Disconnects++;
        IsOpen = false;
    }

    /// <summary>The oldest SDU that was sent and not taken yet.</summary>
    public byte[] TakeSent()
    {
        var first = Sent[0];
        Sent.RemoveAt(0);
        return first;
    }
}
