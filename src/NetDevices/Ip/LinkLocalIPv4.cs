using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Ip;

/// <summary>Candidates for an IPv4 link-local address (RFC 3927, 2.1): from the MAC address, so that a device gets the same
/// one each time, and another after each conflict.</summary>
internal static class LinkLocalIPv4
{
    /// <summary>Conflicts after which an endpoint gives up (RFC 3927, 9).</summary>
    public const int MaximumConflicts = 10;

    /// <summary>Probes before a candidate is taken.</summary>
    public const int Probes = 3;

    /// <summary>Between two probes: the least that the RFC allows.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(1);

    /// <summary>From the last probe to the announcement.</summary>
    public static readonly TimeSpan AnnounceWait = TimeSpan.FromSeconds(2);

    // 169.254.1.0 to 169.254.254.255; the first and the last 256 are reserved.
    private const uint First = 0xA9FE_0100;
    private const uint Count = 0xFE00;
    private const uint HashSeed = 2166136261;
    private const uint HashPrime = 16777619;

    /// <summary>A candidate.</summary>
    /// <param name="mac">The endpoint.</param>
    /// <param name="attempt">Conflicts so far.</param>
    public static InternetAddress Candidate(MacAddress mac, int attempt)
    {
        // FNV-1a over the address and the attempt.
        Span<byte> octets = stackalloc byte[MacAddress.Size + 1];
        mac.Write(octets);
        octets[MacAddress.Size] = (byte)attempt;
        var hash = HashSeed;
        foreach (var octet in octets)
        {
            hash = unchecked((hash ^ octet) * HashPrime);
        }

        return InternetAddress.FromV4(First + (hash % Count));
    }
}
