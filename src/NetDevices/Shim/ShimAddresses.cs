using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Shim;

/// <summary>An address of the machine, as the shim answers for it.</summary>
internal sealed class ShimAddress
{
    public required InternetAddress Address { get; init; }

    /// <summary>Bits that its network shares.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>Whether the shim made it: then the machine is told.</summary>
    public bool IsOwn { get; init; }

    /// <summary>When its test for duplicates ends; null where it is over.</summary>
    public TimeSpan? TentativeUntil { get; set; }

    /// <summary>When it ends; null never.</summary>
    public TimeSpan? EndsAt { get; set; }
}

/// <summary>The addresses of the machine and the networks they make neighbours of.</summary>
internal sealed class ShimAddresses
{
    /// <summary>Addresses that are kept; the machine has a handful.</summary>
    public const int Capacity = 32;

    private readonly List<ShimAddress> _all = [];

    public IReadOnlyList<ShimAddress> All => _all;

    /// <summary>Adds an address.</summary>
    /// <returns>False where it is there, or there are too many.</returns>
    public bool Add(ShimAddress address)
    {
        if (_all.Count >= Capacity || Find(address.Address) is not null)
        {
            return false;
        }

        _all.Add(address);
        return true;
    }

    /// <summary>Removes an address.</summary>
    public bool Remove(InternetAddress address) => Find(address) is { } found && _all.Remove(found);

    /// <summary>Finds an address; null where it is not the machine's.</summary>
    public ShimAddress? Find(InternetAddress address)
    {
        foreach (var own in _all)
        {
            if (own.Address == address)
            {
                return own;
            }
        }

        return null;
    }

    /// <summary>Whether the machine has the address, for sure.</summary>
    public bool Has(InternetAddress address) => Find(address) is { TentativeUntil: null };

    /// <summary>Whether an address is in a network of one of ours.</summary>
    public bool IsNeighbour(InternetAddress address)
    {
        foreach (var own in _all)
        {
            if (own.Address.IsIPv4 == address.IsIPv4 && Shares(own, address))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether an IPv4 address is the last of a network of ours.</summary>
    public bool IsDirectedBroadcast(InternetAddress address)
    {
        const int FirstPointToPoint = 31;
        foreach (var own in _all)
        {
            if (own.Address.IsIPv4
                && own.PrefixLength < FirstPointToPoint
                && Shares(own, address)
                && (address.V4 | IPv4Prefix.Mask(own.PrefixLength)) == uint.MaxValue)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address to ask a neighbour from: of its network, else any of its family.</summary>
    public InternetAddress? SourceFor(InternetAddress neighbour)
    {
        InternetAddress? any = null;
        foreach (var own in _all)
        {
            if (own.Address.IsIPv4 == neighbour.IsIPv4 && own.TentativeUntil is null)
            {
                if (Shares(own, neighbour))
                {
                    return own.Address;
                }

                any ??= own.Address;
            }
        }

        return any;
    }

    private static bool Shares(ShimAddress own, InternetAddress address) =>
        own.Address.IsIPv4
            ? IPv4Prefix.Shares(own.Address.V4, address.V4, own.PrefixLength)
            : ((own.Address.Value ^ address.Value) & RouterAdvertisement.Mask(own.PrefixLength)) == 0;
}
