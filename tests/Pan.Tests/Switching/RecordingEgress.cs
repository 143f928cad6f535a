using HostStack.Ethernet;
using HostStack.Pan.Switching;

namespace HostStack.Pan.Tests.Switching;

/// <summary>An egress that keeps what leaves by it.</summary>
internal sealed class RecordingEgress : ISwitchEgress
{
    public List<(MacAddress Destination, MacAddress Source, byte[] Payload, byte[] Extensions)> Frames { get; } = [];

    public EgressResult Result { get; set; }

    public bool Keep { get; set; } = true;

    public EgressResult Transmit(in EthernetFrame frame, ReadOnlySpan<byte> extensions)
    {
        if (Keep)
        {
            Frames.Add((frame.Destination, frame.Source, frame.Payload.ToArray(), extensions.ToArray()));
        }

        return Result;
    }
}

/// <summary>A switch with a local port and peers A, B, C, and the clock in the test's hand.</summary>
internal sealed class SwitchRig
{
    public static readonly MacAddress LocalAddress = new(0x00AA_0101_0042);
    public static readonly MacAddress Stranger = new(0x5CF3_7000_0001);

    public SwitchRig(SwitchOptions? options = null, int peers = 3)
    {
        Timers = new HostStack.Hci.Loop.TimerQueue(Time);
        Switch = new LearningSwitch(options ?? new SwitchOptions(), Timers, Time);
        Local = Switch.AddLocal("local", LocalAddress, LocalEgress);
        for (var i = 0; i < peers; i++)
        {
            Egress.Add(new RecordingEgress());
            Peers.Add(Switch.AddPeer($"peer {i}", AddressOf(i), Egress[i]));
        }
    }

    public HostStack.Testing.ManualTime Time { get; } = new();

    public HostStack.Hci.Loop.TimerQueue Timers { get; }

    public LearningSwitch Switch { get; }

    public SwitchPort Local { get; }

    public RecordingEgress LocalEgress { get; } = new();

    public List<SwitchPort> Peers { get; } = [];

    public List<RecordingEgress> Egress { get; } = [];

    public static MacAddress AddressOf(int peer) => new(0x001A_7D00_0000 + (ulong)peer);

    public void Advance(TimeSpan by)
    {
        Time.Advance(by);
        Timers.RunDue();
    }

    public void FromPeer(int peer, MacAddress destination, MacAddress? source = null, byte[]? extensions = null) =>
        Switch.Forward(
            Peers[peer],
            new EthernetFrame(destination, source ?? AddressOf(peer), EtherType.IPv4, [1, 2, 3]),
            extensions ?? []);

    public void FromLocal(MacAddress destination, MacAddress? source = null) =>
        Switch.Forward(Local, new EthernetFrame(destination, source ?? LocalAddress, EtherType.IPv4, [1, 2, 3]), []);

    /// <summary>How many frames each egress got since the last call: local first.</summary>
    public int[] TakeCounts()
    {
        int[] counts = [LocalEgress.Frames.Count, .. Egress.Select(egress => egress.Frames.Count)];
        LocalEgress.Frames.Clear();
        Egress.ForEach(egress => egress.Frames.Clear());
        return counts;
    }
}
