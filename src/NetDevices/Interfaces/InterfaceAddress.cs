using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HostStack.NetDevices.Interfaces;

/// <summary>An address of an interface and how much of it is the network's: <c>10.0.0.1/24</c>, <c>fd00::1/64</c>.</summary>
/// <param name="Address">A unicast address, IPv4 or IPv6.</param>
/// <param name="PrefixLength">Bits that its network shares: at most 32 or 128.</param>
public readonly record struct InterfaceAddress(IPAddress Address, int PrefixLength)
{
    private const int BitsOfIPv4 = 32;
    private const int BitsOfIPv6 = 128;

    /// <summary>Whether the address is an IPv6 one.</summary>
    public bool IsIPv6 => Address.AddressFamily == AddressFamily.InterNetworkV6;

    /// <summary>Reads <c>10.0.0.1/24</c>.</summary>
    /// <param name="text">Address, slash, prefix length.</param>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static InterfaceAddress Parse(string text) =>
        TryParse(text, out var value)
            ? value
            : throw new FormatException($"'{text}' is not an address with its prefix length; write it as 10.0.0.1/24 or fd00::1/64.");

    /// <summary>Reads <c>10.0.0.1/24</c>; nothing may be missing or follow.</summary>
    /// <param name="text">Address, slash, prefix length.</param>
    /// <param name="value">The address, where the text is one.</param>
    /// <returns>Whether it is.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out InterfaceAddress value)
    {
        value = default;
        var slash = text.IndexOf('/');
        if (slash < 0
            || !IPAddress.TryParse(text[..slash], out var address)
            || !int.TryParse(text[(slash + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var prefix)
            || !IsUnicast(address)
            || prefix > BitsOf(address)
            || (!IsFullForm(text[..slash], address)))
        {
            return false;
        }

        value = new InterfaceAddress(address, prefix);
        return true;
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength}");

    /// <summary>Throws where this is not a unicast address with a prefix length that fits it.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    internal InterfaceAddress Validate(string parameter)
    {
        if (Address is null || !IsUnicast(Address) || (uint)PrefixLength > (uint)BitsOf(Address))
        {
            throw new ArgumentException($"{Address}/{PrefixLength} is not a unicast address with its prefix length.", parameter);
        }

        return this;
    }

    private static int BitsOf(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? BitsOfIPv6 : BitsOfIPv4;

    // The framework also takes "10" and "0x0A000001" for IPv4, and a zone behind IPv6.
    private static bool IsFullForm(ReadOnlySpan<char> text, IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? !text.ContainsAny('%', '[', ']') : text.SequenceEqual(address.ToString());

    private static bool IsUnicast(IPAddress address) =>
        address.AddressFamily switch
        {
            AddressFamily.InterNetworkV6 => !address.IsIPv6Multicast && !address.Equals(IPAddress.IPv6Any),
            AddressFamily.InterNetwork => !IsGroupOrNothing(address),
            _ => false,
        };

    private static bool IsGroupOrNothing(IPAddress address)
    {
        const byte firstOfMulticast = 224;
        Span<byte> octets = stackalloc byte[4];
        return !address.TryWriteBytes(octets, out _) || octets[0] >= firstOfMulticast || address.Equals(IPAddress.Any);
    }
}
