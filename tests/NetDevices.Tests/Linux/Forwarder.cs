using HostStack.Ethernet;

namespace HostStack.NetDevices.Tests.Linux;

/// <summary>A cable in user space: what one port's machine sends, another port's machine gets.</summary>
internal sealed class Forwarder(IEthernetPort to) : IEthernetPortSink
{
    /// <summary>Joins two ports and sets their carriers.</summary>
    public static void Join(IEthernetPort one, IEthernetPort other)
    {
        one.Start(new Forwarder(other));
        other.Start(new Forwarder(one));
        one.SetCarrier(true);
        other.SetCarrier(true);
    }

    public bool FrameReceived(in EthernetFrame frame)
    {
        to.Send(frame);
        return true;
    }
}
