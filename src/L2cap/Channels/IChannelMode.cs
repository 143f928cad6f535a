using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.L2cap.Channels;

/// <summary>How SDUs become PDUs on an open channel, and back: the seam for modes beyond Basic.</summary>
internal interface IChannelMode
{
    /// <summary>Takes the information payload of one PDU; borrowed.</summary>
    void Receive(ReadOnlySpan<byte> payload);

    /// <summary>Sends one SDU, which fits the peer's MTU. Takes the buffer, whatever it returns.</summary>
    bool Send(PacketBuffer sdu, EgressClass egressClass);

    /// <summary>The link has room again.</summary>
    void EgressReady();

    /// <summary>The channel has ended: timers and queues are given up.</summary>
    void Close();
}
