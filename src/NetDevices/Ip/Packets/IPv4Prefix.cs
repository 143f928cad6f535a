using System.Numerics;

namespace HostStack.NetDevices.Ip.Packets;

/// <summary>Arithmetic of IPv4 prefixes and masks (RFC 4632).</summary>
internal static class IPv4Prefix
{
    /// <summary>Bits of an address.</summary>
    public const int MaximumLength = 32;

    /// <summary>The mask with a number of leading ones.</summary>
    /// <param name="length">0 to 32.</param>
    public static uint Mask(int length) => length == 0 ? 0 : uint.MaxValue << (MaximumLength - length);

    /// <summary>The number of leading ones of a mask.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="length">How many.</param>
    /// <returns>False where ones follow zeros, or there are none.</returns>
    public static bool TryLength(uint mask, out int length)
    {
        length = BitOperations.LeadingZeroCount(~mask);
        return mask != 0 && mask == Mask(length);
    }

    /// <summary>Whether two addresses are in one network.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <param name="length">Prefix length of the network.</param>
    public static bool Shares(uint left, uint right, int length) => ((left ^ right) & Mask(length)) == 0;

    /// <summary>Whether a whole network is of one of the private blocks (RFC 1918).</summary>
    /// <param name="address">An address in it.</param>
    /// <param name="length">Its prefix length.</param>
    public static bool IsPrivate(uint address, int length) =>
        (length >= 8 && Shares(address, 0x0A00_0000, 8))
        || (length >= 12 && Shares(address, 0xAC10_0000, 12))
        || (length >= 16 && Shares(address, 0xC0A8_0000, 16));

    /// <summary>Whether a host may have the address: no loopback, group, reserved or "this network" address (RFC 6890), and
    /// neither the first nor the last of its network, where that has more than two.</summary>
    /// <param name="address">The address.</param>
    /// <param name="length">Prefix length of its network.</param>
    public static bool IsHost(uint address, int length)
    {
        const int FirstPointToPoint = 31;
        var first = address >> 24;
        var host = address & ~Mask(length);
        return first is not (0 or 127 or >= 224)
            && (length >= FirstPointToPoint || (host != 0 && host != ~Mask(length)));
    }
}
