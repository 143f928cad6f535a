using System.Buffers.Binary;
using System.Net;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>Messages about the addresses of a link.</summary>
internal static class AddressMessages
{
    private const byte AF_INET = 2;
    private const byte AF_INET6 = 10;
    private const byte UniverseScope = 0;
    private const byte LinkScope = 253;
    private const byte NoFlags = 0;
    private const byte NoDuplicateDetection = 0x2;

    // A network of one or two addresses has no broadcast address (RFC 3021).
    private const int LongestPrefixWithBroadcast = 30;

    /// <summary>The number of the family that an address belongs to.</summary>
    public static byte FamilyOf(bool isIPv6) => isIPv6 ? AF_INET6 : AF_INET;

    /// <summary>Puts an address on a link.</summary>
    public static Span<byte> Add(Span<byte> buffer, int index, in InterfaceAddress address, bool detectDuplicates)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.NewAddress, NetlinkFlags.Create | NetlinkFlags.Exclusive);
        var flags = address.IsIPv6 && !detectDuplicates ? NoDuplicateDetection : NoFlags;
        writer.Address(FamilyOf(address.IsIPv6), (byte)address.PrefixLength, flags, ScopeOf(address), index);
        writer.Attribute(AddressAttribute.Local, address.Address);
        if (!address.IsIPv6 && address.PrefixLength <= LongestPrefixWithBroadcast)
        {
            writer.Attribute(AddressAttribute.Broadcast, BroadcastOf(address));
        }

        writer.Attribute(AddressAttribute.Address, address.Address);
        return writer.Finish();
    }

    /// <summary>Takes an address off a link.</summary>
    public static Span<byte> Remove(Span<byte> buffer, int index, in InterfaceAddress address)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.DeleteAddress, NetlinkFlags.None);
        writer.Address(FamilyOf(address.IsIPv6), (byte)address.PrefixLength, NoFlags, ScopeOf(address), index);
        writer.Attribute(AddressAttribute.Local, address.Address);
        writer.Attribute(AddressAttribute.Address, address.Address);
        return writer.Finish();
    }

    private static IPAddress BroadcastOf(in InterfaceAddress address)
    {
        Span<byte> octets = stackalloc byte[4];
        address.Address.TryWriteBytes(octets, out _);
        var value = BinaryPrimitives.ReadUInt32BigEndian(octets);
        BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)(value | (uint.MaxValue >> address.PrefixLength)));
        return new IPAddress(octets);
    }

    private static byte ScopeOf(in InterfaceAddress address) =>
        address.Address.IsIPv6LinkLocal || IsIPv4LinkLocal(address) ? LinkScope : UniverseScope;

    // 169.254.0.0/16 (RFC 3927).
    private static bool IsIPv4LinkLocal(in InterfaceAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        return !address.IsIPv6 && address.Address.TryWriteBytes(octets, out _) && octets[0] == 169 && octets[1] == 254;
    }
}
