namespace HostStack.Hci.Packets;

/// <summary>The octet in front of a packet that says what it is (Core, Vol 4, Part A, 2).</summary>
public enum H4PacketType : byte
{
    /// <summary>Command, host to controller.</summary>
    Command = 0x01,

    /// <summary>ACL data, both ways.</summary>
    AclData = 0x02,

    /// <summary>Synchronous data, both ways.</summary>
    SynchronousData = 0x03,

    /// <summary>Event, controller to host.</summary>
    Event = 0x04,

    /// <summary>Isochronous data, both ways.</summary>
    IsoData = 0x05,
}
