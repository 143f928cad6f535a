using System.Text.Json;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Security.Keys;

/// <summary>Which controller a key belongs to: more than its address, because clones and swapped dongles share
/// addresses.</summary>
/// <param name="Address">The controller's own address.</param>
/// <param name="Fingerprint">What else tells it from others: manufacturer, versions, features. Compared as text.</param>
public readonly record struct ControllerIdentity(BdAddr Address, string Fingerprint);

/// <summary>The key of a row in the store.</summary>
/// <param name="Controller">The local end.</param>
/// <param name="Peer">The remote end.</param>
public readonly record struct LinkKeyId(ControllerIdentity Controller, PeerAddress Peer);

/// <summary>One bond: the key that a controller of this host and a peer share, and how it came about.</summary>
/// <remarks>Printing a row never prints the key.</remarks>
public sealed record LinkKeyRow
{
    /// <summary>Whose key it is.</summary>
    public required LinkKeyId Id { get; init; }

    /// <summary>The key.</summary>
    public required LinkKey Key { get; init; }

    /// <summary>How the key was made (Core, Vol 4, Part E, 7.7.24); never <see cref="LinkKeyType.ChangedCombination"/>,
    /// a changed key keeps the type that it had.</summary>
    public required LinkKeyType Type { get; init; }

    /// <summary>Octets of the link key: 16 on BR/EDR.</summary>
    public byte Size { get; init; } = 16;

    /// <summary>Whether Secure Connections made the key: such a key must never be used with an older cipher.</summary>
    public bool MadeWithSecureConnections => Type is LinkKeyType.UnauthenticatedP256 or LinkKeyType.AuthenticatedP256;

    /// <summary>Whether the key is protected against a man in the middle.</summary>
    public bool IsAuthenticated => Type is LinkKeyType.AuthenticatedP192 or LinkKeyType.AuthenticatedP256;

    /// <summary>Whether the peer has ever shown that controller and host support Secure Connections.</summary>
    public bool PeerSupportsSecureConnections { get; init; }

    /// <summary>Whether both sides asked for bonding. Others are not written to a store.</summary>
    public bool IsBonded { get; init; } = true;

    /// <summary>The peer's name, where it is known.</summary>
    public string? Name { get; init; }

    /// <summary>Fields of the file that this version does not know, LE keys for instance: kept as they are.</summary>
    internal Dictionary<string, JsonElement>? Unknown { get; init; }
}
