namespace HostStack.Ethernet;

/// <summary>The type or length field of an Ethernet frame; values below 0x0600 are IEEE 802.3 lengths.</summary>
/// <param name="Value">The field's value.</param>
public readonly record struct EtherType(ushort Value)
{
    /// <summary>IPv4.</summary>
    public static EtherType IPv4 => new(0x0800);

    /// <summary>Address Resolution Protocol.</summary>
    public static EtherType Arp => new(0x0806);

    /// <summary>IEEE 802.1Q tag: the real type follows two octets of tag control information.</summary>
    public static EtherType Vlan => new(0x8100);

    /// <summary>IPv6.</summary>
    public static EtherType IPv6 => new(0x86DD);

    /// <summary>Four hexadecimal digits with a prefix, <c>0x0800</c>.</summary>
    public override string ToString() => $"0x{Value:X4}";
}
