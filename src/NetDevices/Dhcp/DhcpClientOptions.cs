using HostStack.Ethernet;

namespace HostStack.NetDevices.Dhcp;

/// <summary>What a client says of itself.</summary>
/// <param name="HostName">The name that servers may enter in their DNS; null says none.</param>
/// <param name="MaximumMessageSize">The longest message that the client takes, as an IP packet.</param>
/// <param name="AsksForBroadcast">Whether replies are to be broadcast: only where unicast cannot reach the client.</param>
internal sealed record DhcpClientOptions(
    string? HostName = null, ushort MaximumMessageSize = EthernetFrame.StandardMtu, bool AsksForBroadcast = false);
