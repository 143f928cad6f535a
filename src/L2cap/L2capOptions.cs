namespace HostStack.L2cap;

/// <summary>How an L2CAP layer behaves. The defaults are the specification's.</summary>
public sealed record L2capOptions
{
    /// <summary>RTX: how long a response may take (Core, Vol 3, Part A, 6.2.1).</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>ERTX: how long a response may take after the peer has answered "pending" (6.2.2).</summary>
    public TimeSpan ExtendedResponseTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long both sides together may take to configure a channel.</summary>
    public TimeSpan ConfigurationTimeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How often a request without an answer is sent again. None by default: ACL-U is reliable.</summary>
    public int RequestRetransmissions { get; init; }

    /// <summary>Configuration requests of one channel that a peer may have refused, and may refuse, before the channel is
    /// ended.</summary>
    public int ConfigurationRounds { get; init; } = 8;

    /// <summary>Channels that one link may hold, pending ones included; at most 1024.</summary>
    public int ChannelsPerLink { get; init; } = 32;

    /// <summary>Tells whether this device's host supports Secure Simple Pairing at this moment, which decides what an
    /// unencrypted link is told; null: what the host's controller says, or that it does where there is no host.</summary>
    public Func<bool>? LocalHostSupportsSsp { get; init; }

    /// <summary>Octets of the largest SDU that this side sends, whatever more a peer would take: what a pooled buffer
    /// holds.</summary>
    public int MaximumOutgoingSdu { get; init; } = 4096;
}
