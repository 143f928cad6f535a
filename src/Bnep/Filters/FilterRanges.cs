using HostStack.Ethernet;

namespace HostStack.Bnep.Filters;

/// <summary>Network types that a device wants to receive, both ends included (BNEP 1.0, 2.6.5.1).</summary>
/// <param name="Start">The first; values up to 0x05DC are IEEE 802.3 lengths.</param>
/// <param name="End">The last; not below <paramref name="Start"/>.</param>
public readonly record struct NetworkTypeRange(EtherType Start, EtherType End)
{
    /// <summary>Whether the end is not below the start.</summary>
    public bool IsValid => Start.Value <= End.Value;
}

/// <summary>Multicast destinations that a device wants to receive, both ends included (BNEP 1.0, 2.6.6.1).</summary>
/// <remarks>Unicast addresses inside a range mean nothing: unicast frames are never filtered by address.</remarks>
/// <param name="Start">The first.</param>
/// <param name="End">The last; not below <paramref name="Start"/>.</param>
public readonly record struct MulticastRange(MacAddress Start, MacAddress End)
{
    /// <summary>Whether the end is not below the start.</summary>
    public bool IsValid => Start <= End;
}
