namespace HostStack.Hci.Packets;

/// <summary>Kinds of link in events (Core, Vol 4, Part E, 7.7.3).</summary>
public enum LinkType : byte
{
    /// <summary>Synchronous, connection-oriented.</summary>
    Sco = 0x00,

    /// <summary>Asynchronous: data.</summary>
    Acl = 0x01,

    /// <summary>Extended SCO; in Connection Request.</summary>
    ExtendedSco = 0x02,
}

/// <summary>What a link is doing (Mode Change event, Core, Vol 4, Part E, 7.7.20).</summary>
public enum LinkMode : byte
{
    /// <summary>At work.</summary>
    Active = 0x00,

    /// <summary>Silent for a while.</summary>
    Hold = 0x01,

    /// <summary>Meeting at anchors.</summary>
    Sniff = 0x02,
}

/// <summary>What the link manager may do with a link (Core, Vol 4, Part E, 7.2.10).</summary>
[Flags]
public enum LinkPolicySettings : ushort
{
    /// <summary>Nothing.</summary>
    None = 0x0000,

    /// <summary>Change roles.</summary>
    RoleSwitch = 0x0001,

    /// <summary>Enter hold mode.</summary>
    HoldMode = 0x0002,

    /// <summary>Enter sniff mode.</summary>
    SniffMode = 0x0004,
}

/// <summary>Which transmit power to read (Core, Vol 4, Part E, 7.3.35).</summary>
public enum TransmitPowerType : byte
{
    /// <summary>The power of this moment.</summary>
    Current = 0x00,

    /// <summary>The highest.</summary>
    Maximum = 0x01,
}
