using System.Buffers.Binary;
using System.Net;
using HostStack.Ethernet;

namespace HostStack.NetDevices.Ip.Packets;

/// <summary>An IPv4 or IPv6 address as a value; IPv4 is held in the mapped form ::ffff:a.b.c.d.</summary>
/// <param name="Value">The 128 bits, first octet on the wire most significant.</param>
internal readonly record struct InternetAddress(UInt128 Value)
{
    /// <summary>Octets of an IPv4 address.</summary>
    public const int Size4 = 4;

    /// <summary>Octets of an IPv6 address.</summary>
    public const int Size6 = 16;

    private const ulong Mapped = 0x0000_FFFF_0000_0000;
    private const ulong LinkLocalPrefix = 0xFE80_0000_0000_0000;
    private const ulong MulticastPrefix = 0xFF02_0000_0000_0000;
    private const ulong SolicitedNodeSuffix = 0x0000_0001_FF00_0000;
    private const ulong UniversalBit = 0x0200_0000_0000_0000;
    private const ulong Eui64Filler = 0x0000_00FF_FE00_0000;

    /// <summary>The unspecified IPv6 address.</summary>
    public static InternetAddress Unspecified => default;

    /// <summary>All nodes on the link, ff02::1.</summary>
    public static InternetAddress AllNodes => new(new UInt128(MulticastPrefix, 1));

    /// <summary>All routers on the link, ff02::2.</summary>
    public static InternetAddress AllRouters => new(new UInt128(MulticastPrefix, 2));

    /// <summary>Whether this is an IPv6 link-local address, fe80::/10.</summary>
    public bool IsLinkLocal6 => (ulong)(Value >> 118) == LinkLocalPrefix >> 54;

    /// <summary>Whether this is an IPv4 address.</summary>
    public bool IsIPv4 => (ulong)(Value >> 32) == Mapped >> 32;

    /// <summary>The IPv4 address as a number.</summary>
    public uint V4 => (uint)Value;

    /// <summary>Whether this is a group or broadcast address.</summary>
    public bool IsMulticast => IsIPv4 ? V4 >> 28 == 0xE || V4 == uint.MaxValue : (byte)(Value >> 120) == 0xFF;

    /// <summary>The group on which a neighbour with this IPv6 address listens for solicitations (RFC 4291, 2.7.1).</summary>
    public InternetAddress SolicitedNode =>
        new(new UInt128(MulticastPrefix, SolicitedNodeSuffix | ((ulong)Value & 0xFF_FFFF)));

    /// <summary>An IPv4 address.</summary>
    /// <param name="value">The address as a number.</param>
    public static InternetAddress FromV4(uint value) => new(new UInt128(0, Mapped | value));

    /// <summary>The link-local IPv6 address that follows from a MAC address (RFC 4291, Appendix A).</summary>
    /// <param name="mac">The MAC address.</param>
    public static InternetAddress LinkLocal(MacAddress mac)
    {
        var upper = (mac.Value & 0xFFFF_FF00_0000) << 16;
        var lower = mac.Value & 0xFF_FFFF;
        return new InternetAddress(new UInt128(LinkLocalPrefix, (upper | Eui64Filler | lower) ^ UniversalBit));
    }

    /// <summary>Reads an address.</summary>
    /// <param name="octets">4 or 16 octets.</param>
    public static InternetAddress Read(ReadOnlySpan<byte> octets) =>
        octets.Length == Size4
            ? FromV4(BinaryPrimitives.ReadUInt32BigEndian(octets))
            : new InternetAddress(BinaryPrimitives.ReadUInt128BigEndian(octets));

    /// <summary>Takes an address of the framework.</summary>
    /// <param name="address">IPv4 or IPv6.</param>
    public static InternetAddress From(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[Size6];
        return address.TryWriteBytes(octets, out var length)
            ? Read(octets[..length])
            : throw new ArgumentException($"{address} is neither an IPv4 nor an IPv6 address.", nameof(address));
    }

    /// <summary>The group address of Ethernet for a multicast address (RFC 1112, 6.4; RFC 2464, 7).</summary>
    public MacAddress MulticastMac() =>
        IsIPv4
            ? V4 == uint.MaxValue ? MacAddress.Broadcast : new MacAddress(0x0100_5E00_0000 | ((ulong)V4 & 0x7F_FFFF))
            : new MacAddress(0x3333_0000_0000 | ((ulong)Value & 0xFFFF_FFFF));

    /// <summary>Writes the address.</summary>
    /// <param name="destination">4 octets for IPv4, 16 for IPv6.</param>
    public void Write(Span<byte> destination)
    {
        if (IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(destination, V4);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(destination, Value);
        }
    }

    /// <summary>The address as the framework holds it.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> octets = stackalloc byte[IsIPv4 ? Size4 : Size6];
        Write(octets);
        return new IPAddress(octets);
    }

    /// <inheritdoc/>
    public override string ToString() => ToIPAddress().ToString();
}
