namespace HostStack.Hci.Packets;

/// <summary>ACL packet types that a link may use (Core, Vol 4, Part E, 7.1.5). The EDR bits are inverted: set means
/// that the type shall not be used.</summary>
[Flags]
public enum PacketTypes : ushort
{
    /// <summary>Nothing chosen; DM1 is always allowed.</summary>
    None = 0x0000,

    /// <summary>2-DH1 shall not be used.</summary>
    No2Dh1 = 0x0002,

    /// <summary>3-DH1 shall not be used.</summary>
    No3Dh1 = 0x0004,

    /// <summary>DM1 may be used.</summary>
    Dm1 = 0x0008,

    /// <summary>DH1 may be used.</summary>
    Dh1 = 0x0010,

    /// <summary>2-DH3 shall not be used.</summary>
    No2Dh3 = 0x0100,

    /// <summary>3-DH3 shall not be used.</summary>
    No3Dh3 = 0x0200,

    /// <summary>DM3 may be used.</summary>
    Dm3 = 0x0400,

    /// <summary>DH3 may be used.</summary>
    Dh3 = 0x0800,

    /// <summary>2-DH5 shall not be used.</summary>
    No2Dh5 = 0x1000,

    /// <summary>3-DH5 shall not be used.</summary>
    No3Dh5 = 0x2000,

    /// <summary>DM5 may be used.</summary>
    Dm5 = 0x4000,

    /// <summary>DH5 may be used.</summary>
    Dh5 = 0x8000,

    /// <summary>Every type, EDR included: 0xCC18.</summary>
    All = Dm1 | Dh1 | Dm3 | Dh3 | Dm5 | Dh5,
}
