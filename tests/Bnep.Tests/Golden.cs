using HostStack.Ethernet;

namespace HostStack.Bnep.Tests;

/// <summary>Octets from the examples of the specification (BNEP 1.0, section 5), worked out by hand, and from captures of
/// BlueZ 5.66. Spaces are for the reader.</summary>
internal static class Golden
{
    /// <summary>Figure 20: a PANU asks for a NAP by 128-bit UUIDs.</summary>
    public const string Setup128 =
        "01 01 10 00001116 0000 1000 8000 00805F9B34FB 00001115 0000 1000 8000 00805F9B34FB";

    /// <summary>Figure 20: the NAP agrees.</summary>
    public const string SetupAccepted = "01 02 0000";

    /// <summary>The first 20 octets of an IPv4 packet (an ICMP echo of the capture nap-accepted).</summary>
    public const string IPv4 = "45000054 56A64000 4001FEAE C0A83202 C0A83201";

    /// <summary>The first 40 octets of an IPv6 packet.</summary>
    public const string IPv6 =
        "60000000 0010 3A FF FE8000000000000002AA01FFFE010042 FF020000000000000000000000000002";

    /// <summary>Figure 21: an IPv4 packet from 00:AA:00:55:44:33 to 00:30:B7:45:67:89.</summary>
    public const string GeneralIPv4 = "00 0030B7456789 00AA00554433 0800 " + IPv4;

    /// <summary>Figure 22: the same between the two ends of the channel.</summary>
    public const string CompressedIPv4 = "02 0800 " + IPv4;

    /// <summary>Figure 23: a filter for IPv6 alone.</summary>
    public const string FilterIPv6 = "01 03 0004 86DD 86DD";

    /// <summary>Figure 24: a filter for IPv4 and ARP.</summary>
    public const string FilterIPv4Arp = "01 03 0008 0800 0800 0806 0806";

    /// <summary>Figure 25: a filter for one IPv4 multicast address.</summary>
    public const string FilterIPv4Multicast = "01 05 000C 01005E200000 01005E200000";

    /// <summary>Figure 26: a filter for the IPv6 multicast range.</summary>
    public const string FilterIPv6Multicast = "01 05 000C 333300000000 3333FFFFFFFF";

    /// <summary>Figure 27: an IPv6 packet with a filter for IPv6 in an extension header.</summary>
    public const string GeneralWithFilter = "80 0030B7456789 00AA00554433 86DD 00 07 03 0004 86DD 86DD " + IPv6;

    /// <summary>Figure 28: a compressed IPv4 packet with a filter for IPv4 and ARP in an extension header.</summary>
    public const string CompressedWithFilter = "82 0800 00 0B 03 0008 0800 0800 0806 0806 " + IPv4;

    /// <summary>Figure 29: a network type filter with a multicast filter in an extension header.</summary>
    public const string FilterWithFilter = "81 03 0004 86DD 86DD 00 0F 05 000C 333300000000 3333FFFFFFFF";

    /// <summary>Figure 30: a tagged IPv4 packet, and a reset of the network type filter in an extension header.</summary>
    public const string TaggedWithReset = "80 0030B7456789 00AA00554433 8100 00 03 03 0000 6001 0800 " + IPv4;

    /// <summary>The example's device A, 00:AA:00:55:44:33.</summary>
    public static MacAddress DeviceA => new(0x00AA_0055_4433);

    /// <summary>The example's device B, 00:30:B7:45:67:89.</summary>
    public static MacAddress DeviceB => new(0x0030_B745_6789);

    /// <summary>An address of neither end of the channel.</summary>
    public static MacAddress Other => new(0x0200_0000_00C1);

    /// <summary>A multicast address of IPv6 neighbour discovery.</summary>
    public static MacAddress AllNodes => new(0x3333_0000_0001);

    /// <summary>Octets from hexadecimal text with spaces.</summary>
    public static byte[] Octets(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>Hexadecimal text without its spaces.</summary>
    public static string Hex(string text) => text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>Hexadecimal texts without their spaces.</summary>
    public static string[] Hex(params string[] texts) => [.. texts.Select(Hex)];
}
