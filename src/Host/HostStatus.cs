using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.Host;

/// <summary>A link, for people.</summary>
/// <param name="Peer">Its other end.</param>
/// <param name="Role">This device's role.</param>
/// <param name="Security">What it proves.</param>
/// <param name="Channels">Channels on it.</param>
public sealed record LinkStatus(PeerAddress Peer, LinkRole Role, LinkSecurity Security, int Channels);

/// <summary>A bond, without its key.</summary>
/// <param name="Peer">With whom.</param>
/// <param name="KeyType">What the key proves.</param>
/// <param name="Name">The peer's name, where it is known.</param>
public sealed record BondInfo(PeerAddress Peer, LinkKeyType KeyType, string? Name);

/// <summary>Everything about a host that a person may want to see.</summary>
/// <param name="Uri">The controller's URI.</param>
/// <param name="State">Where the controller stands.</param>
/// <param name="Epoch">The number of its opening.</param>
/// <param name="Controller">What is known of it; null before it was ever up.</param>
/// <param name="Name">The device's name.</param>
/// <param name="Discoverable">Whether inquiries find it.</param>
/// <param name="Connectable">Whether others may connect.</param>
/// <param name="PairingWindowOpen">Whether peers may begin to pair.</param>
/// <param name="Links">Links that are up.</param>
/// <param name="Bonds">Bonds with this controller.</param>
/// <param name="Listening">PSMs that are served.</param>
/// <param name="ServiceClasses">Service classes that are offered.</param>
public sealed record HostStatus(
    string Uri,
    HciHostState State,
    int Epoch,
    ControllerInfo? Controller,
    string Name,
    bool Discoverable,
    bool Connectable,
    bool PairingWindowOpen,
    IReadOnlyList<LinkStatus> Links,
    IReadOnlyList<BondInfo> Bonds,
    IReadOnlyList<Psm> Listening,
    IReadOnlyList<ushort> ServiceClasses)
{
    /// <summary>Why the controller is not there, a sentence; null while it is.</summary>
    public string? Problem { get; init; }

    /// <summary>What an operator should know of the bonds, a sentence with its remedy; null: nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>ACL packets that the controller could take now, of <see cref="ControllerInfo.Buffers"/>.</summary>
    public int FreeBuffers { get; init; }

    /// <summary>What the host has counted since it was made; goes on counting.</summary>
    public HciCounters Counters { get; init; } = new();
}
