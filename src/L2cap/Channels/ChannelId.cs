namespace HostStack.L2cap.Channels;

/// <summary>A channel's local name on a link (Core, Vol 3, Part A, 2.1).</summary>
/// <param name="Value">0 is never used; below 0x0040 fixed, from there on dynamic.</param>
public readonly record struct ChannelId(ushort Value)
{
    /// <summary>The first dynamically allocated channel.</summary>
    public const ushort FirstDynamic = 0x0040;

    /// <summary>BR/EDR signalling.</summary>
    public static ChannelId Signaling => new(0x0001);

    /// <summary>Connectionless data.</summary>
    public static ChannelId Connectionless => new(0x0002);

    /// <summary>LE signalling.</summary>
    public static ChannelId LeSignaling => new(0x0005);

    /// <summary>Whether the channel comes from a connection request.</summary>
    public bool IsDynamic => Value >= FirstDynamic;

    /// <summary>Four hexadecimal digits with a prefix.</summary>
    public override string ToString() => $"0x{Value:X4}";
}
