using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.L2cap.Signaling;

/// <summary>What becomes of a PDU on a channel below 0x0040.</summary>
internal enum FixedChannelUse
{
    /// <summary>No such channel here: dropped and counted.</summary>
    Unknown = 0,

    /// <summary>Goes to the signalling channel.</summary>
    Signaling,

    /// <summary>Connectionless data, which no service here takes: dropped and counted.</summary>
    Connectionless,

    /// <summary>The withdrawn AMP protocol: ignored whatever it holds.</summary>
    AmpManager,

    /// <summary>SMP over BR/EDR, whose bit in the fixed channel mask is clear: discarded.</summary>
    SecurityManager,
}

/// <summary>The fixed channels (Core, Vol 3, Part A, 2.1, table 2.1), by kind of link.</summary>
internal static class FixedChannels
{
    /// <summary>The withdrawn AMP Manager Protocol.</summary>
    public const ushort AmpManager = 0x0003;

    /// <summary>The Attribute Protocol on LE.</summary>
    public const ushort Attribute = 0x0004;

    /// <summary>The Security Manager on LE.</summary>
    public const ushort LeSecurityManager = 0x0006;

    /// <summary>The Security Manager on BR/EDR.</summary>
    public const ushort BrEdrSecurityManager = 0x0007;

    /// <summary>The mask of an information response: signalling, and nothing that is not served (4.13).</summary>
    public const ulong BrEdrMask = 1UL << 1;

    /// <summary>What a PDU on a fixed channel is for.</summary>
    public static FixedChannelUse For(LinkKind kind, ChannelId channel) => (kind, channel.Value) switch
    {
        (LinkKind.BrEdr, 0x0001) => FixedChannelUse.Signaling,
        (LinkKind.BrEdr, 0x0002) => FixedChannelUse.Connectionless,
        (LinkKind.BrEdr, AmpManager) => FixedChannelUse.AmpManager,
        (LinkKind.BrEdr, BrEdrSecurityManager) => FixedChannelUse.SecurityManager,
        (LinkKind.Le, 0x0005) => FixedChannelUse.Signaling,
        _ => FixedChannelUse.Unknown,
    };
}
