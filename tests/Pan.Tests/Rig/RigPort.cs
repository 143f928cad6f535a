using HostStack.Ethernet;

namespace HostStack.Pan.Tests.Rig;

/// <summary>A network port in the test's hand.</summary>
internal sealed class RigPort(MacAddress address, string name = "rig0") : IEthernetPort
{
    private IEthernetPortSink? _sink;
    private bool _running;

    public string Name { get; } = name;

    public MacAddress Address { get; } = address;

    public int Mtu => 1500;

    public bool Carrier { get; private set; }

    public int Resumes { get; private set; }

    public int Stops { get; private set; }

    public bool HasRoom { get; set; } = true;

    public bool Keep { get; set; } = true;

    public long Count { get; private set; }

    /// <summary>Frames that came to the machine.</summary>
    public List<(MacAddress Destination, MacAddress Source, EtherType Type, byte[] Payload)> Frames { get; } = [];

    public void Start(IEthernetPortSink sink)
    {
        _sink = _running ? throw new InvalidOperationException("The port was started twice.") : sink;
        _running = true;
    }

    // The sink is kept: a frame that is on its way on another thread may still arrive.
    public void Stop()
    {
        Stops++;
        _running = false;
    }

    public bool Send(in EthernetFrame frame)
    {
        Count++;
        if (HasRoom && Keep)
        {
            Frames.Add((frame.Destination, frame.Source, frame.Type, frame.Payload.ToArray()));
        }

        return HasRoom;
    }

    public void SetCarrier(bool up) => Carrier = up;

    public void Resume() => Resumes++;

    /// <summary>The machine sends a frame; on the caller's thread.</summary>
    public bool Emit(MacAddress destination, byte[] payload, MacAddress? source = null, ushort type = 0x0800) =>
        _sink!.FrameReceived(new EthernetFrame(destination, source ?? Address, new EtherType(type), payload));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
