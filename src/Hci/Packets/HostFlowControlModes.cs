namespace HostStack.Hci.Packets;

/// <summary>For which data the controller waits for the host (Core, Vol 4, Part E, 7.3.38).</summary>
public enum HostFlowControl : byte
{
    /// <summary>None.</summary>
    Off = 0x00,

    /// <summary>ACL.</summary>
    Acl = 0x01,

    /// <summary>Synchronous.</summary>
    Synchronous = 0x02,

    /// <summary>Both.</summary>
    AclAndSynchronous = 0x03,
}

/// <summary>What credits count (Core, Vol 4, Part E, 7.3.72).</summary>
public enum FlowControlMode : byte
{
    /// <summary>Packets.</summary>
    PacketBased = 0x00,

    /// <summary>Blocks.</summary>
    DataBlockBased = 0x01,
}
