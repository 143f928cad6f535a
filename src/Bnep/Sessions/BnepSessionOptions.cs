using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Bnep.Frames;

namespace HostStack.Bnep.Sessions;

/// <summary>How the headers of sent frames are chosen.</summary>
public enum HeaderCompression
{
    /// <summary>The shortest header that says all, frame by frame.</summary>
    Automatic = 0,

    /// <summary>Both addresses in every frame.</summary>
    GeneralOnly,
}

/// <summary>The choices of one BNEP connection.</summary>
public sealed record BnepSessionOptions
{
    /// <summary>How long a setup response may take, Tcrt: 1 to 30 s (BNEP 1.0, 2.6.3).</summary>
    public TimeSpan SetupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an unanswered setup request is sent again before the connection is given up.</summary>
    public int SetupRetries { get; init; } = 2;

    /// <summary>How long a filter response may take, Tfrt: 1 to 30 s (BNEP 1.0, 2.6.4).</summary>
    public TimeSpan FilterTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an unanswered filter is sent again before the connection is given up; at least once.</summary>
    public int FilterRetries { get; init; } = 2;

    /// <summary>How long a setup request of the peer waits for <see cref="BnepSession.Answer"/> before it is answered with
    /// <see cref="SetupResponseCode.NotAllowed"/>. Peers repeat a request for about 30 s.</summary>
    public TimeSpan AuthorizationTimeout { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long a peer that opened the channel may stay without a setup request under decision.</summary>
    public TimeSpan SetupWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The form of the UUIDs in setup requests; a longer one is taken where this one cannot hold them.</summary>
    public BnepUuidSize SetupUuidSize { get; init; } = BnepUuidSize.Bits16;

    /// <summary>How headers of sent frames are chosen.</summary>
    public HeaderCompression Compression { get; init; } = HeaderCompression.Automatic;

    /// <summary>The administrator's network type filter for what is sent to the peer, in force until the peer sets one and
    /// after it sets an empty one; none: everything passes (BNEP 1.0, 2.6.5).</summary>
    public IReadOnlyList<NetworkTypeRange> DefaultNetworkTypes { get; init; } = [];

    /// <summary>The administrator's multicast filter, likewise (BNEP 1.0, 2.6.6).</summary>
    public IReadOnlyList<MulticastRange> DefaultMulticast { get; init; } = [];

    /// <summary>Network type ranges taken from the peer; more are answered with
    /// <see cref="FilterResponseCode.TooManyFilters"/>, and with zero all with
    /// <see cref="FilterResponseCode.UnsupportedRequest"/>.</summary>
    public int NetworkTypeRangeLimit { get; init; } = BnepLimits.MaximumNetworkTypeRanges;

    /// <summary>Multicast ranges taken from the peer, likewise.</summary>
    public int MulticastRangeLimit { get; init; } = BnepLimits.MaximumMulticastRanges;

    /// <summary>Checks what the specification bounds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside.</exception>
    internal void Validate()
    {
        CheckTimer(SetupTimeout, nameof(SetupTimeout));
        CheckTimer(FilterTimeout, nameof(FilterTimeout));
        CheckTimer(AuthorizationTimeout, nameof(AuthorizationTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SetupWait, TimeSpan.Zero, nameof(SetupWait));
        ArgumentOutOfRangeException.ThrowIfNegative(SetupRetries, nameof(SetupRetries));
        ArgumentOutOfRangeException.ThrowIfLessThan(FilterRetries, 1, nameof(FilterRetries));
        ArgumentOutOfRangeException.ThrowIfNegative(NetworkTypeRangeLimit, nameof(NetworkTypeRangeLimit));
        ArgumentOutOfRangeException.ThrowIfNegative(MulticastRangeLimit, nameof(MulticastRangeLimit));
    }

    private static void CheckTimer(TimeSpan value, string name)
    {
        if (value < TimeSpan.FromSeconds(1) || value > TimeSpan.FromSeconds(30))
        {
            throw new ArgumentOutOfRangeException(name, value, "BNEP timers lie between 1 and 30 seconds.");
        }
    }
}
