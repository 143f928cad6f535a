using System.Collections.Concurrent;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Security;

/// <summary>A hash and a randomizer of one curve (Core, Vol 2, Part H, 7.2.2). Never printed.</summary>
/// <param name="Hash">C: commits to the device's public key.</param>
/// <param name="Randomizer">R: proves that the other side has the data; zero where none was given.</param>
public readonly record struct OobPair(OobValue Hash, OobValue Randomizer);

/// <summary>A device's out-of-band data, to be carried by NFC or another way.</summary>
/// <param name="P192">For Secure Simple Pairing; null: none.</param>
/// <param name="P256">For Secure Connections; null: none.</param>
public sealed record OobData(OobPair? P192, OobPair? P256);

/// <summary>Where the out-of-band data of peers comes from. Asked on the loop: the answer must be at hand.</summary>
public interface IOobDataSource
{
    /// <summary>Data of a peer.</summary>
    /// <param name="peer">The peer.</param>
    /// <returns>Null: none is held.</returns>
    OobData? Find(PeerAddress peer);
}

/// <summary>Out-of-band data in memory. Any thread.</summary>
public sealed class OobDataTable : IOobDataSource
{
    private readonly ConcurrentDictionary<PeerAddress, OobData> _data = new();

    /// <summary>Sets or, with null, forgets the data of a peer. Use data once.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="data">Its data.</param>
    public void Set(PeerAddress peer, OobData? data)
    {
        if (data is null)
        {
            _data.TryRemove(peer, out _);
        }
        else
        {
            _data[peer] = data;
        }
    }

    /// <inheritdoc/>
    public OobData? Find(PeerAddress peer) => _data.GetValueOrDefault(peer);
}
