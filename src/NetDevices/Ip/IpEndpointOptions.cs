using System.Net;

namespace HostStack.NetDevices.Ip;

/// <summary>The addresses of an <see cref="IpEndpoint"/> beside its IPv6 link-local one. Every address counts as on the
/// same link: an endpoint knows no router.</summary>
public sealed record IpEndpointOptions
{
    /// <summary>A fixed IPv4 address; null for none.</summary>
    public IPAddress? IPv4Address { get; init; }

    /// <summary>A fixed IPv6 address beside the link-local one; null for none.</summary>
    public IPAddress? IPv6Address { get; init; }
}

/// <summary>How a ping ended.</summary>
public enum PingStatus
{
    /// <summary>The peer replied.</summary>
    Reply = 0,

    /// <summary>Nobody said that the address is theirs.</summary>
    NoNeighbour,

    /// <summary>The neighbour is known, and its reply did not come in time.</summary>
    NoReply,

    /// <summary>This endpoint has no address of that family.</summary>
    NoSourceAddress,

    /// <summary>The port did not take the frame: no network, or no room.</summary>
    NotSent,

    /// <summary>The endpoint was disposed meanwhile.</summary>
    Closed,
}

/// <summary>The result of a ping.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="RoundTrip">From the echo request to its reply; zero without a reply.</param>
/// <param name="PayloadLength">Octets of data in the request.</param>
public readonly record struct PingResult(PingStatus Status, TimeSpan RoundTrip, int PayloadLength)
{
    /// <summary>Whether the peer replied.</summary>
    public bool IsReply => Status == PingStatus.Reply;
}

/// <summary>What an endpoint has counted.</summary>
/// <param name="Received">Frames that were meant for it.</param>
/// <param name="Ignored">Frames for somebody else, or of a protocol that it does not speak.</param>
/// <param name="Malformed">Frames whose contents are wrong.</param>
/// <param name="Fragments">IPv4 fragments, which it does not put together.</param>
/// <param name="EchoReplies">Echo requests that it answered.</param>
/// <param name="AddressConflicts">Others that claimed an address of this endpoint.</param>
public readonly record struct IpEndpointCounters(
    long Received, long Ignored, long Malformed, long Fragments, long EchoReplies, long AddressConflicts);
