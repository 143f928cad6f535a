namespace HostStack.Bnep.Frames;

/// <summary>The seven low bits of a packet's first octet (BNEP 1.0, 2.4.1, table 1).</summary>
internal enum BnepPacketType : byte
{
    /// <summary>Both addresses are in the header.</summary>
    GeneralEthernet = 0x00,

    /// <summary>A control message, and nothing for the network.</summary>
    Control = 0x01,

    /// <summary>No address: from the device that sent it to the device that received it.</summary>
    CompressedEthernet = 0x02,

    /// <summary>The source alone: for the device that received it.</summary>
    CompressedSourceOnly = 0x03,

    /// <summary>The destination alone: from the device that sent it.</summary>
    CompressedDestinationOnly = 0x04,
}

/// <summary>The sizes that the specification fixes.</summary>
public static class BnepLimits
{
    /// <summary>The smallest L2CAP MTU of a BNEP channel (BNEP 1.0, 1.2).</summary>
    public const int MinimumMtu = 1691;

    /// <summary>Octets of extension headers and payload of one packet together (BNEP 1.0, 3.1): any packet can be sent
    /// on with the longest header on a channel of the smallest MTU.</summary>
    public const int MaximumExtensionsAndPayload = 1676;

    /// <summary>Octets of the MTU that a payload of the layer above leaves free (BNEP 1.0, 2.2).</summary>
    public const int HeaderReserve = 191;

    /// <summary>The same where the payload starts with an IEEE 802.1Q tag (BNEP 1.0, 2.2).</summary>
    public const int TaggedHeaderReserve = 187;

    /// <summary>Ranges that a network type filter message can carry (BNEP 1.0, 2.6.5.1).</summary>
    public const int MaximumNetworkTypeRanges = 421;

    /// <summary>Ranges that a multicast filter message can carry (BNEP 1.0, 2.6.6.1).</summary>
    public const int MaximumMulticastRanges = 140;

    /// <summary>The longest payload that BNEP takes from the layer above on a channel.</summary>
    /// <param name="mtu">The channel's outgoing MTU in octets.</param>
    /// <param name="tagged">Whether the payload starts with an IEEE 802.1Q tag, whose four octets it counts.</param>
    public static int MaximumPayload(int mtu, bool tagged) =>
        Math.Min(mtu - (tagged ? TaggedHeaderReserve : HeaderReserve), MaximumExtensionsAndPayload);
}
