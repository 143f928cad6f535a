using HostStack.Ethernet;
using HostStack.Pan.Switching;

namespace HostStack.Bench.Rig;

/// <summary>Where received frames end: what a network port does that hands header and payload to the system in one gathered
/// write, without the write.</summary>
internal sealed class FrameSink : ISwitchEgress
{
    private readonly byte[] _header = new byte[EthernetFrame.HeaderSize];

    /// <summary>Frames that came.</summary>
    public long Frames { get; private set; }

    /// <summary>Octets of their payloads.</summary>
    public long Octets { get; private set; }

    public void Take(in EthernetFrame frame)
    {
        frame.WriteHeader(_header);
        Frames++;
        Octets += frame.Payload.Length;
    }

    public EgressResult Transmit(in EthernetFrame frame, ReadOnlySpan<byte> extensions)
    {
        Take(frame);
        return EgressResult.Sent;
    }
}
