using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.Pan.Tests.Rig;

/// <summary>One end of a channel whose other end is in the same process: what is sent arrives at the next turn of the
/// loop. Room is in the test's hand.</summary>
internal sealed class PairedChannel(EventLoop loop, IAclLink link, bool isInitiator) : IL2capChannel
{
    private readonly PacketPool _pool = new(headroom: 32, payload: 4096);

    public PairedChannel Other { get; private set; } = null!;

    public IChannelObserver Observer { get; set; } = null!;

    public IAclLink Link { get; } = link;

    public Psm Psm => Psm.Bnep;

    public ChannelId LocalId => new(0x0040);

    public ChannelId RemoteId => new(0x0040);

    public bool IsInitiator { get; } = isInitiator;

    public bool IsOpen { get; private set; } = true;

    public int OutgoingMtu => 1691;

    public int IncomingMtu => 1691;

    public bool HasRoom { get; private set; } = true;

    /// <summary>Buffers that were rented and not released.</summary>
    public int Outstanding => _pool.Rented;

    public static (PairedChannel Initiator, PairedChannel Acceptor) Create(EventLoop loop, IAclLink from, IAclLink to)
    {
        var initiator = new PairedChannel(loop, from, isInitiator: true);
        var acceptor = new PairedChannel(loop, to, isInitiator: false) { Other = initiator };
        initiator.Other = acceptor;
        return (initiator, acceptor);
    }

    public PacketBuffer Rent() => _pool.Rent();

    public bool Send(PacketBuffer sdu, EgressClass egressClass)
    {
        var octets = sdu.Span.ToArray();
        sdu.Release();
        if (!IsOpen)
        {
            return false;
        }

        if (!HasRoom && egressClass == EgressClass.Data)
        {
            return false;
        }

        loop.Post((_, _) => Other.Deliver(octets));
        return true;
    }

    public void Disconnect()
    {
        if (IsOpen)
        {
            loop.Post((_, _) => Close(ChannelCloseReason.LocalRequest, ChannelCloseReason.RemoteRequest));
        }
    }

    public void SetRoom(bool room)
    {
        var wasFull = !HasRoom;
        HasRoom = room;
        if (room && wasFull)
        {
            Observer.Writable(this);
        }
    }

    public void Close(ChannelCloseReason here, ChannelCloseReason there)
    {
        if (!IsOpen)
        {
            return;
        }

        IsOpen = false;
        Other.IsOpen = false;
        Observer.Closed(this, here);
        Other.Observer.Closed(Other, there);
    }

    private void Deliver(byte[] octets)
    {
        if (IsOpen)
        {
            Observer.Received(this, octets);
        }
    }
}
