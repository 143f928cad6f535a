using HostStack.Ethernet;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Addressing;

/// <summary>Claims an IPv4 link-local address, another after each conflict (RFC 3927).</summary>
/// <param name="mac">Who claims; the first candidate follows from it, so that a device gets the same address again.</param>
/// <param name="claim">The claim, used by nobody else meanwhile.</param>
internal sealed class LinkLocalClaim(MacAddress mac, AddressClaim claim)
{
    /// <summary>Prefix length of 169.254/16.</summary>
    public const int PrefixLength = 16;

    /// <summary>After too many conflicts there is one attempt in this time (RFC 3927, 2.2.1).</summary>
    public static readonly TimeSpan RateLimit = TimeSpan.FromSeconds(60);

    private int _conflicts;
    private TimeSpan? _waitUntil;

    /// <summary>Whether an address is sought or held.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The address; 0 while there is none.</summary>
    public uint Address => IsActive && claim.IsHeld ? claim.Address : 0;

    /// <summary>When <see cref="Advance"/> is to be called.</summary>
    public TimeSpan? NextDeadline => IsActive ? _waitUntil ?? claim.NextDeadline : null;

    /// <summary>Begins, with the candidate that was good the last time.</summary>
    /// <param name="now">The time.</param>
    public void Begin(TimeSpan now)
    {
        IsActive = true;
        Try(now);
    }

    /// <summary>Ends.</summary>
    public void End()
    {
        IsActive = false;
        _waitUntil = null;
        claim.End();
    }

    /// <summary>Takes an ARP packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="now">The time.</param>
    public ClaimOutcome Receive(in ArpPacket packet, TimeSpan now) => Settle(claim.Receive(packet, now), now);

    /// <summary>Lets time pass.</summary>
    /// <param name="now">The time.</param>
    public ClaimOutcome Advance(TimeSpan now)
    {
        if (_waitUntil is { } until)
        {
            if (until <= now)
            {
                Try(now);
            }

            return ClaimOutcome.None;
        }

        return Settle(claim.Advance(now), now);
    }

    private ClaimOutcome Settle(ClaimOutcome outcome, TimeSpan now)
    {
        if (outcome != ClaimOutcome.Lost)
        {
            return outcome;
        }

        _conflicts++;
        if (_conflicts > LinkLocalIPv4.MaximumConflicts)
        {
            _waitUntil = now + RateLimit;
        }
        else
        {
            Try(now);
        }

        return ClaimOutcome.Lost;
    }

    private void Try(TimeSpan now)
    {
        _waitUntil = null;
        claim.Begin(LinkLocalIPv4.Candidate(mac, _conflicts).V4, ProbeTimes.Standard, now);
    }
}
