namespace HostStack.NetDevices.Addressing;

/// <summary>An address that a DHCP server gave at an earlier time.</summary>
/// <param name="Address">The address.</param>
/// <param name="IsGood">Whether its time is not over.</param>
internal readonly record struct RememberedLease(uint Address, bool IsGood);
