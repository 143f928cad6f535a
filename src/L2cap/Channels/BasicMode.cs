using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.L2cap.Frames;

namespace HostStack.L2cap.Channels;

/// <summary>Basic L2CAP mode: one SDU is one PDU (Core, Vol 3, Part A, 3.1).</summary>
internal sealed class BasicMode(Channel channel, L2capCounters counters) : IChannelMode
{
    public void Receive(ReadOnlySpan<byte> payload)
    {
        if (payload.Length > channel.IncomingMtu)
        {
            counters.SdusOversized++;
            return;
        }

        channel.Deliver(payload);
    }

    public bool Send(PacketBuffer sdu, EgressClass egressClass)
    {
        BasicHeader.Prepend(sdu, channel.RemoteId);
        counters.PdusSent++;
        return channel.Link.Send(sdu, egressClass);
    }

    public void EgressReady()
    {
        // Nothing is held back in this mode.
    }

    public void Close()
    {
        // There is nothing to give up in this mode.
    }
}
