namespace HostStack.Bnep.Control;

/// <summary>The first octet of a control message (BNEP 1.0, 2.6.1, table 2).</summary>
internal enum BnepControlType : byte
{
    /// <summary>The answer to a message whose type is reserved.</summary>
    CommandNotUnderstood = 0x00,

    /// <summary>Asks for the connection, or for other roles on it.</summary>
    SetupConnectionRequest = 0x01,

    /// <summary>Answers a setup request.</summary>
    SetupConnectionResponse = 0x02,

    /// <summary>Says which network types its sender wants.</summary>
    FilterNetTypeSet = 0x03,

    /// <summary>Answers a network type filter.</summary>
    FilterNetTypeResponse = 0x04,

    /// <summary>Says which multicast addresses its sender wants.</summary>
    FilterMultiAddrSet = 0x05,

    /// <summary>Answers a multicast filter.</summary>
    FilterMultiAddrResponse = 0x06,
}

/// <summary>What is common to control messages.</summary>
internal static class ControlMessage
{
    private const int FixedResponseSize = 3;
    private const int SetupUuidsOffset = 2;

    /// <summary>Whether the specification leaves a type for later.</summary>
    public static bool IsReserved(byte type) => type > (byte)BnepControlType.FilterMultiAddrResponse;

    /// <summary>How many octets a message of a known type takes by its own account.</summary>
    /// <param name="octets">The message, perhaps with extension headers behind it; its type is not reserved.</param>
    /// <param name="size">The octets, at most those given.</param>
    /// <returns>False where the message is longer than the octets.</returns>
    public static bool TryMeasure(ReadOnlySpan<byte> octets, out int size)
    {
        size = (BnepControlType)octets[0] switch
        {
            BnepControlType.CommandNotUnderstood => CommandNotUnderstood.Size,
            BnepControlType.SetupConnectionRequest when octets.Length >= SetupUuidsOffset =>
                SetupUuidsOffset + (2 * octets[1]),
            BnepControlType.FilterNetTypeSet or BnepControlType.FilterMultiAddrSet
                when octets.Length >= FilterList.HeaderSize => FilterList.HeaderSize + FilterList.ReadLength(octets),
            BnepControlType.SetupConnectionResponse
                or BnepControlType.FilterNetTypeResponse
                or BnepControlType.FilterMultiAddrResponse => FixedResponseSize,
            _ => int.MaxValue,
        };
        return size <= octets.Length;
    }
}
