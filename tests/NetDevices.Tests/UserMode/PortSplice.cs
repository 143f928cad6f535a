using HostStack.Ethernet;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>Joins two ports with a cable: what one machine sends the other gets. A full port makes the sender lose the frame,
/// as a cable without flow control does.</summary>
internal sealed class PortSplice : IDisposable
{
    private readonly IEthernetPort _one;
    private readonly IEthernetPort _other;

    public PortSplice(IEthernetPort one, IEthernetPort other)
    {
        (_one, _other) = (one, other);
        one.Start(new End(other));
        other.Start(new End(one));
        one.SetCarrier(true);
        other.SetCarrier(true);
    }

    public void Dispose()
    {
        _one.SetCarrier(false);
        _other.SetCarrier(false);
        _one.Stop();
        _other.Stop();
    }

    private sealed class End(IEthernetPort far) : IEthernetPortSink
    {
        public bool FrameReceived(in EthernetFrame frame)
        {
            far.Send(frame);
            return true;
        }
    }
}
