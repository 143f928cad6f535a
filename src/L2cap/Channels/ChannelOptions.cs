using HostStack.Hci.Links;

namespace HostStack.L2cap.Channels;

/// <summary>What one side asks of a channel.</summary>
public sealed record ChannelOptions
{
    /// <summary>The MTU that a peer means when it proposes none (Core, Vol 3, Part A, 5.1).</summary>
    public const ushort DefaultMtu = 672;

    /// <summary>The smallest MTU that a BR/EDR signalling or data channel may have.</summary>
    public const ushort MinimumMtu = 48;

    /// <summary>The largest SDU in octets that this side takes.</summary>
    public ushort IncomingMtu { get; init; } = DefaultMtu;

    /// <summary>The smallest MTU that the peer may propose for what this side sends; BNEP asks 1691.</summary>
    public ushort OutgoingMtuFloor { get; init; } = MinimumMtu;

    /// <summary>What the link must prove before the channel is admitted or asked for.</summary>
    public SecurityRequirement Security { get; init; } = SecurityRequirement.Default;
}

/// <summary>A service that listens.</summary>
public sealed record ServiceRegistration
{
    /// <summary>Where it listens.</summary>
    public required Psm Psm { get; init; }

    /// <summary>What it asks of its channels.</summary>
    public ChannelOptions Options { get; init; } = new();

    /// <summary>The observer of a new channel, or null to refuse it for want of resources (result 4). Called on the loop
    /// when security is met, before the positive response.</summary>
    public required Func<IL2capChannel, IChannelObserver?> Accept { get; init; }
}

/// <summary>Results of an L2CAP_CONNECTION_RSP (Core, Vol 3, Part A, 4.3).</summary>
public enum ConnectionResult : ushort
{
    /// <summary>Connection successful.</summary>
    Success = 0x0000,

    /// <summary>Connection pending: the status says on what.</summary>
    Pending = 0x0001,

    /// <summary>PSM not supported.</summary>
    PsmNotSupported = 0x0002,

    /// <summary>Security block.</summary>
    SecurityBlock = 0x0003,

    /// <summary>No resources available.</summary>
    NoResources = 0x0004,

    /// <summary>Invalid Source CID.</summary>
    InvalidSourceCid = 0x0006,

    /// <summary>Source CID already allocated.</summary>
    SourceCidInUse = 0x0007,
}

/// <summary>How a request for a channel ended. A refusal is a value, not an exception.</summary>
/// <param name="Channel">The open channel; null where there is none.</param>
/// <param name="Result">The peer's result; <see cref="ConnectionResult.Success"/> also where the failure came later.</param>
/// <param name="Shortfall">What the link lacked where this side's own security requirement stopped the attempt.</param>
/// <param name="CloseReason">Why the channel ended before it was open, where it did.</param>
public readonly record struct ChannelOutcome(
    IL2capChannel? Channel,
    ConnectionResult Result,
    SecurityShortfall Shortfall = SecurityShortfall.None,
    ChannelCloseReason? CloseReason = null)
{
    /// <summary>Whether there is an open channel.</summary>
    public bool IsOpen => Channel is not null;
}
