using HostStack.Ethernet;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Dhcp;

/// <summary>An address that a server has given for a time, and what came with it.</summary>
/// <param name="Terms">The acknowledgement.</param>
/// <param name="NextHop">Where the acknowledgement came from: the server, or the router or relay before it. What goes to the
/// server alone goes there; where that has changed, rebinding finds the server again.</param>
internal sealed record DhcpLease(DhcpReply Terms, MacAddress NextHop)
{
    /// <summary>A shorter lease could not be renewed before it ends; it is not taken.</summary>
    public static readonly TimeSpan Minimum = TimeSpan.FromSeconds(10);

    // What RFC 791 called a network of class B; no wider one is given to the users of one device, but of a private block.
    private const int WidestPublicPrefix = 16;

    // RFC 2131, 4.4.5.
    private const double DefaultRenewal = 0.5;
    private const double DefaultRebinding = 0.875;

    /// <summary>The address.</summary>
    public uint Address => Terms.Address;

    /// <summary>How long it is good; null is for ever.</summary>
    public TimeSpan? Duration => Terms.LeaseSeconds == uint.MaxValue ? null : TimeSpan.FromSeconds(Terms.LeaseSeconds);

    /// <summary>Whether it is long enough to be used.</summary>
    public bool IsUsable => Duration is not { } duration || duration >= Minimum;

    /// <summary>Whether its network is so wide that the route to it would take what is meant for others: wider than /16, and
    /// not within a private block (RFC 1918). The widest that is taken is 10.0.0.0/8.</summary>
    public bool IsTooWide =>
        Terms.PrefixLength < WidestPublicPrefix && !IPv4Prefix.IsPrivate(Terms.Address, Terms.PrefixLength);

    /// <summary>When to ask its server for more time (T1); null never.</summary>
    public TimeSpan? RenewAfter => HasSaneTimes ? TimeSpan.FromSeconds(Terms.RenewalSeconds!.Value) : Duration * DefaultRenewal;

    /// <summary>When to ask any server for more time (T2); null never.</summary>
    public TimeSpan? RebindAfter =>
        HasSaneTimes ? TimeSpan.FromSeconds(Terms.RebindingSeconds!.Value) : Duration * DefaultRebinding;

    // Times out of order are as good as none.
    private bool HasSaneTimes =>
        Terms.LeaseSeconds != uint.MaxValue
        && Terms is { RenewalSeconds: > 0 and var renewal, RebindingSeconds: { } rebinding }
        && renewal < rebinding
        && rebinding < Terms.LeaseSeconds;
}
