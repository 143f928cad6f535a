using HostStack.Ethernet;

namespace HostStack.NetDevices.Memory;

/// <summary>The machine's side of a <see cref="MemoryEthernetPort"/>.</summary>
public interface IMemoryPortUser
{
    /// <summary>One frame from the network; called on the network's thread; borrows the frame for the call.</summary>
    /// <param name="frame">The frame.</param>
    void FrameReceived(in EthernetFrame frame);

    /// <summary>The network has come or gone.</summary>
    /// <param name="up">True while at least one peer is connected.</param>
    void CarrierChanged(bool up);
}
