namespace HostStack.Pan.Switching;

/// <summary>Which source addresses a peer's frames may carry.</summary>
public enum SourceBinding
{
    /// <summary>Only the peer's own device address (group bit cleared): what a PANU without a bridge behind it
    /// uses.</summary>
    DeviceAddress = 0,

    /// <summary>The peer's device address, and further ones that nobody else uses, first come, first served, up to
    /// <see cref="SwitchOptions.AddressesPerPeer"/>: for a PANU with a bridge or virtual machines behind it.</summary>
    Learned,

    /// <summary>Any address except those that are pinned to somebody else; addresses move with the last frame.</summary>
    Open,
}

/// <summary>A token bucket for flooded frames of one peer.</summary>
/// <param name="FramesPerSecond">Frames that may be flooded in a second, in the long run; at least 1.</param>
/// <param name="Burst">Frames that may be flooded at once after a quiet time; at least 1.</param>
public readonly record struct StormLimit(int FramesPerSecond, int Burst);

/// <summary>How the switch of a NAP or GN behaves.</summary>
public sealed record SwitchOptions
{
    /// <summary>How long an address stays known after its last frame (IEEE 802.1D, 7.9.2: 300 s).</summary>
    public TimeSpan Ageing { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Addresses that the whole table holds; frames to others are flooded.</summary>
    public int Capacity { get; init; } = 1024;

    /// <summary>Addresses that one peer may have besides its own, under <see cref="SourceBinding.Learned"/>.</summary>
    public int AddressesPerPeer { get; init; } = 8;

    /// <summary>Which source addresses are taken from peers.</summary>
    public SourceBinding SourceBinding { get; init; }

    /// <summary>Keeps peers from each other: each reaches the local port only.</summary>
    public bool ClientIsolation { get; init; }

    /// <summary>Bounds what one peer may have flooded (broadcast, multicast, unknown unicast); null: no bound.</summary>
    public StormLimit? StormControl { get; init; }
}
