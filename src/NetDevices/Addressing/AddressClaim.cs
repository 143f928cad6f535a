using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Addressing;

/// <summary>How an IPv4 address is probed before it is used.</summary>
/// <param name="FirstWait">The first probe waits up to this long.</param>
/// <param name="Probes">How many are sent; 0 takes the address without looking.</param>
/// <param name="LeastInterval">The least between two.</param>
/// <param name="MostInterval">The most between two.</param>
/// <param name="LastWait">From the last to the use of the address.</param>
internal readonly record struct ProbeTimes(
    TimeSpan FirstWait, int Probes, TimeSpan LeastInterval, TimeSpan MostInterval, TimeSpan LastWait)
{
    /// <summary>The times of RFC 5227, 1.1: 4 to 7 seconds.</summary>
    public static ProbeTimes Standard { get; } =
        new(TimeSpan.FromSeconds(1), 3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));

    /// <summary>For an address that a server gives: on a small network whose links answer in a tenth of a second, less than a
    /// second is enough.</summary>
    public static ProbeTimes Brief { get; } = new(
        TimeSpan.Zero, 3, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(400));

    /// <summary>Takes the address without looking.</summary>
    public static ProbeTimes None { get; }
}

/// <summary>What becomes of a claim.</summary>
internal enum ClaimOutcome
{
    /// <summary>Nothing new.</summary>
    None,

    /// <summary>Nobody else uses the address: it is ours.</summary>
    Won,

    /// <summary>Somebody else uses the address, or wants it at the same time: the claim is over.</summary>
    Lost,
}

/// <summary>The claim to one IPv4 address: probed, announced, defended (RFC 5227).</summary>
/// <remarks>Pure: ARP packets and the time go in, frames come out. A first conflict after the address was won is answered by
/// an announcement; a second one within ten seconds loses it (RFC 5227, 2.4, b).</remarks>
/// <param name="mac">Who claims.</param>
/// <param name="random">For the waits.</param>
/// <param name="send">Takes the frames.</param>
internal sealed class AddressClaim(MacAddress mac, Random random, Action<byte[]> send)
{
    /// <summary>How often a won address is announced.</summary>
    public const int Announcements = 2;

    /// <summary>Between two announcements.</summary>
    public static readonly TimeSpan AnnounceInterval = TimeSpan.FromSeconds(2);

    /// <summary>Two conflicts within this time lose the address.</summary>
    public static readonly TimeSpan DefendInterval = TimeSpan.FromSeconds(10);

    private ProbeTimes _times;
    private int _probesLeft;
    private int _announcementsLeft;
    private TimeSpan? _defendedAt;

    private enum Phase
    {
        None,
        Probing,
        Held,
    }

    /// <summary>The address.</summary>
    public uint Address { get; private set; }

    /// <summary>Whether it is ours.</summary>
    public bool IsHeld => State == Phase.Held;

    /// <summary>Whether there is a claim, and ARP packets matter.</summary>
    public bool IsActive => State != Phase.None;

    /// <summary>When <see cref="Advance"/> is to be called; null where nothing is waited for.</summary>
    public TimeSpan? NextDeadline { get; private set; }

    private Phase State { get; set; }

    /// <summary>Begins a claim; an earlier one is over.</summary>
    /// <param name="address">The address.</param>
    /// <param name="times">How to probe.</param>
    /// <param name="now">The time.</param>
    /// <returns>Won at once where it is not to be probed.</returns>
    public ClaimOutcome Begin(uint address, in ProbeTimes times, TimeSpan now)
    {
        Address = address;
        State = Phase.Probing;
        _times = times;
        _probesLeft = times.Probes;
        _defendedAt = null;
        NextDeadline = now + (times.FirstWait * random.NextDouble());
        return times.Probes == 0 ? Win(now) : ClaimOutcome.None;
    }

    /// <summary>Ends the claim.</summary>
    public void End()
    {
        State = Phase.None;
        NextDeadline = null;
    }

    /// <summary>Takes an ARP packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="now">The time.</param>
    public ClaimOutcome Receive(in ArpPacket packet, TimeSpan now)
    {
        if (!IsActive || packet.SenderMac == mac)
        {
            return ClaimOutcome.None;
        }

        var uses = packet.SenderIp == Address;
        var wants = packet is { SenderIp: 0, Operation: ArpOperation.Request } && packet.TargetIp == Address;
        if (State == Phase.Probing && (uses || wants))
        {
            End();
            return ClaimOutcome.Lost;
        }

        if (State != Phase.Held || !uses)
        {
            return ClaimOutcome.None;
        }

        if (_defendedAt is { } before && now - before < DefendInterval)
        {
            End();
            return ClaimOutcome.Lost;
        }

        _defendedAt = now;
        Say(Address);
        return ClaimOutcome.None;
    }

    /// <summary>Lets time pass.</summary>
    /// <param name="now">The time.</param>
    public ClaimOutcome Advance(TimeSpan now)
    {
        if (NextDeadline is not { } deadline || deadline > now)
        {
            return ClaimOutcome.None;
        }

        if (State == Phase.Held)
        {
            Announce(now);
            return ClaimOutcome.None;
        }

        if (_probesLeft == 0)
        {
            return Win(now);
        }

        // A probe has no sender: it must not change what the others know (RFC 5227, 2.1.1).
        Say(0);
        _probesLeft--;
        NextDeadline = now + (_probesLeft == 0
            ? _times.LastWait
            : _times.LeastInterval + ((_times.MostInterval - _times.LeastInterval) * random.NextDouble()));
        return ClaimOutcome.None;
    }

    private ClaimOutcome Win(TimeSpan now)
    {
        State = Phase.Held;
        _announcementsLeft = Announcements;
        Announce(now);
        return ClaimOutcome.Won;
    }

    private void Announce(TimeSpan now)
    {
        Say(Address);
        NextDeadline = --_announcementsLeft > 0 ? now + AnnounceInterval : null;
    }

    private void Say(uint sender)
    {
        var frame = new byte[EthernetFrame.HeaderSize + ArpPacket.Size];
        new EthernetFrame(MacAddress.Broadcast, mac, EtherType.Arp, default).WriteHeader(frame);
        new ArpPacket(ArpOperation.Request, mac, sender, default, Address).Write(frame.AsSpan(EthernetFrame.HeaderSize));
        send(frame);
    }
}
