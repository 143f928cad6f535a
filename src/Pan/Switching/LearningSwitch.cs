using HostStack.Ethernet;
using HostStack.Hci.Loop;
using HostStack.Pan.Ports;

namespace HostStack.Pan.Switching;

/// <summary>The Ethernet switch of a NAP or a GN (PAN 1.0, 5.3 and 6.3: forwarding as of IEEE 802.1D).</summary>
/// <remarks>
/// <para>Frames to a known address leave by its port; broadcast, multicast and unknown ones leave by every port but their
/// own. Nothing returns where it came from. Loop only; nothing waits; a frame costs no allocation.</para>
/// <para>One address table serves all VLANs: tags travel unchanged and are not looked at.</para>
/// </remarks>
internal sealed class LearningSwitch
{
    private static readonly TimeSpan ClockGrain = TimeSpan.FromSeconds(1);

    private readonly SwitchOptions _options;
    private readonly TimeProvider _time;
    private readonly MacTable _table;
    private readonly LoopTimer _clock;
    private readonly long _start;
    private SwitchPort[] _ports = [];
    private int _now;

    /// <summary>Makes a switch without ports.</summary>
    /// <param name="options">Its rules.</param>
    /// <param name="timers">The loop's timers.</param>
    /// <param name="time">The loop's clock.</param>
    public LearningSwitch(SwitchOptions options, TimerQueue timers, TimeProvider time)
    {
        _options = options;
        _time = time;
        _table = new MacTable(options.Capacity, options.Ageing);
        _start = time.GetTimestamp();
        // The clock is read once a second while frames come, not once a frame.
        _clock = timers.Create(static () => { });
    }

    /// <summary>The first spoofed frame of a port; later ones are only counted.</summary>
    public Action<SwitchPort, MacAddress>? SpoofSeen { get; set; }

    /// <summary>Ports, in order of arrival.</summary>
    public IReadOnlyList<SwitchPort> Ports => _ports;

    /// <summary>Addresses in the table.</summary>
    public int KnownAddresses => _table.Count;

    /// <summary>Adds the port of the machine: trusted, may have many addresses behind it.</summary>
    public SwitchPort AddLocal(string name, MacAddress address, ISwitchEgress egress) =>
        Add(new SwitchPort(name, address, isPeer: false, SourceBinding.Open, egress));

    /// <summary>Adds a peer.</summary>
    /// <param name="name">What people see.</param>
    /// <param name="address">Its device address as a unicast address.</param>
    /// <param name="egress">Where its frames leave.</param>
    public SwitchPort AddPeer(string name, MacAddress address, ISwitchEgress egress) =>
        Add(new SwitchPort(name, address, isPeer: true, _options.SourceBinding, egress));

    /// <summary>Takes a port away, with all that was learned on it. Idempotent.</summary>
    public void Remove(SwitchPort port)
    {
        // A new array each time: a flood that is under way keeps its own.
        _ports = Array.FindAll(_ports, other => !ReferenceEquals(other, port));
        _table.Forget(port);
        foreach (var other in _ports)
        {
            if (other.Address == port.Address)
            {
                _table.Pin(other.Address, other);
            }
        }
    }

    /// <summary>Takes one frame from a port and puts it where it belongs.</summary>
    /// <param name="ingress">Where it came in.</param>
    /// <param name="frame">Borrowed.</param>
    /// <param name="extensions">Unknown BNEP extension headers that came with it; borrowed.</param>
    /// <param name="buffer">Where the frame's buffer can be had, for the one egress of a unicast frame; null: nowhere.</param>
    public void Forward(
        SwitchPort ingress, in EthernetFrame frame, ReadOnlySpan<byte> extensions, IFrameBuffer? buffer = null)
    {
        var counters = ingress.Counters;
        counters.FramesIn++;
        counters.OctetsIn += frame.Length;
        if (!AdmitSource(ingress, frame.Source))
        {
            return;
        }

        if (IsLinkLocal(frame.Destination))
        {
            counters.ReservedDestination++;
            return;
        }

        if (!frame.Destination.IsMulticast && _table.Find(frame.Destination, _now) is { } target)
        {
            ForwardTo(ingress, target, frame, extensions, buffer);
            return;
        }

        Flood(ingress, frame, extensions);
    }

    private static EgressResult Transmit(
        SwitchPort target, in EthernetFrame frame, ReadOnlySpan<byte> extensions, IFrameBuffer? buffer = null)
    {
        // Extension headers are BNEP's: between peers they are kept (BNEP 1.0, 3.1), an Ethernet port has no place for them.
        var result = buffer is null
            ? target.Egress.Transmit(frame, target.IsPeer ? extensions : [])
            : target.Egress.Transmit(frame, buffer);
        var counters = target.Counters;
        switch (result)
        {
            case EgressResult.Sent:
                counters.FramesOut++;
                counters.OctetsOut += frame.Length;
                break;
            case EgressResult.Filtered:
                counters.EgressFiltered++;
                break;
            default:
                counters.EgressDrops++;
                break;
        }

        return result;
    }

    // 01-80-C2-00-00-00 to -0F: spanning tree, pause and their like end at the next bridge (IEEE 802.1D, 7.12.6).
    private static bool IsLinkLocal(MacAddress address) => (address.Value & ~0xFUL) == 0x0180_C200_0000;

    private void ForwardTo(
        SwitchPort ingress, SwitchPort target, in EthernetFrame frame, ReadOnlySpan<byte> extensions, IFrameBuffer? buffer)
    {
        if (ReferenceEquals(target, ingress))
        {
            ingress.Counters.Reflected++;
        }
        else if (_options.ClientIsolation && ingress.IsPeer && target.IsPeer)
        {
            ingress.Counters.Isolated++;
        }
        else
        {
            Transmit(target, frame, extensions, buffer);
        }
    }

    private void Flood(SwitchPort ingress, in EthernetFrame frame, ReadOnlySpan<byte> extensions)
    {
        if (ingress.IsPeer && _options.StormControl is not null && !ingress.Storm.TryTake(_time.GetTimestamp()))
        {
            ingress.Counters.StormDrops++;
            return;
        }

        foreach (var target in _ports)
        {
            if (!ReferenceEquals(target, ingress) && !(_options.ClientIsolation && ingress.IsPeer && target.IsPeer))
            {
                Transmit(target, frame, extensions);
            }
        }
    }

    private bool AdmitSource(SwitchPort ingress, MacAddress source)
    {
        if (source.IsMulticast || source.Value == 0)
        {
            ingress.Counters.InvalidSource++;
            return false;
        }

        if (source == ingress.Address)
        {
            ReadClock();
            return true;
        }

        if (ingress.Binding == SourceBinding.DeviceAddress)
        {
            return Spoofed(ingress, source);
        }

        ReadClock();
        var limit = ingress.IsPeer ? _options.AddressesPerPeer : _options.Capacity;
        var open = ingress.Binding == SourceBinding.Open;
        switch (_table.Learn(source, ingress, limit, mayMove: open, _now))
        {
            case LearnResult.Here:
                return true;
            case LearnResult.Full when open:
                ingress.Counters.NotLearned++;
                return true;
            case LearnResult.Full:
                ingress.Counters.NotLearned++;
                return Spoofed(ingress, source);
            default:
                return Spoofed(ingress, source);
        }
    }

    private bool Spoofed(SwitchPort ingress, MacAddress source)
    {
        if (ingress.Counters.SpoofedSource++ == 0)
        {
            SpoofSeen?.Invoke(ingress, source);
        }

        return false;
    }

    private void ReadClock()
    {
        if (!_clock.IsArmed)
        {
            _now = (int)_time.GetElapsedTime(_start).TotalSeconds;
            _clock.Arm(ClockGrain);
        }
    }

    private SwitchPort Add(SwitchPort port)
    {
        if (_options.StormControl is { } limit)
        {
            port.Storm = new TokenBucket(limit, _time.TimestampFrequency, _time.GetTimestamp());
        }

        _ports = [.. _ports, port];
        _table.Pin(port.Address, port);
        return port;
    }
}
