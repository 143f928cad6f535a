using HostStack.Ethernet;

namespace HostStack.NetDevices.Tests.Memory;

/// <summary>A network that keeps the frames it takes, and asks for a pause when a test wants it.</summary>
internal sealed class RecordingSink : IEthernetPortSink
{
    public List<string> Taken { get; } = [];

    public bool Accepts { get; set; } = true;

    public int Offered { get; private set; }

    /// <summary>Called with each offered frame, before it is taken or refused.</summary>
    public Action? OnFrame { get; set; }

    public bool FrameReceived(in EthernetFrame frame)
    {
        Offered++;
        var octets = new byte[frame.Length];
        frame.CopyTo(octets);
        OnFrame?.Invoke();
        if (Accepts)
        {
            Taken.Add(Convert.ToHexString(octets));
        }

        return Accepts;
    }
}
