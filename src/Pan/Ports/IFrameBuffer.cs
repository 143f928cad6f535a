using HostStack.Hci.Wire;

namespace HostStack.Pan.Ports;

/// <summary>Holds the frame that is on its way from a port, in a buffer that an egress may take over instead of copying it.
/// Loop only.</summary>
internal interface IFrameBuffer
{
    /// <summary>Gives the buffer, a whole Ethernet frame with headroom for BNEP, away. Once at most for a frame, and only
    /// within the call that passed it; views of the frame are good until the buffer is written or released.</summary>
    PacketBuffer Take();
}
