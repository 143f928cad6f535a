namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>Message types (linux/netlink.h, linux/rtnetlink.h).</summary>
internal enum NetlinkType : ushort
{
    Error = 2,
    Done = 3,
    NewLink = 16,
    DeleteLink = 17,
    GetLink = 18,
    NewAddress = 20,
    DeleteAddress = 21,
    NewRoute = 24,
    DeleteRoute = 25,
    GetRoute = 26,
}

/// <summary>Flags of a message (linux/netlink.h). Some numbers mean one thing to a get and another to a new.</summary>
[Flags]
internal enum NetlinkFlags : ushort
{
    None = 0,
    Request = 0x1,
    Multi = 0x2,
    Acknowledge = 0x4,
    Replace = 0x100,
    Exclusive = 0x200,
    Create = 0x400,
    Dump = 0x300,
}

/// <summary>Flags of an answer, which share their numbers with those of a request (linux/netlink.h).</summary>
[Flags]
internal enum AnswerFlags : ushort
{
    None = 0,

    /// <summary>The request is not repeated behind its header.</summary>
    Capped = 0x100,

    /// <summary>Attributes follow, the kernel's own words among them.</summary>
    Attributes = 0x200,
}

/// <summary>Attributes of a link (linux/if_link.h).</summary>
internal enum LinkAttribute : ushort
{
    Address = 1,
    Name = 3,
    Mtu = 4,
    Master = 10,
    TransmitQueueLength = 13,
    Info = 18,
    Alias = 20,
    FamilySpecific = 26,
    Carrier = 33,
}

/// <summary>Attributes within <see cref="LinkAttribute.Info"/>.</summary>
internal enum LinkInfoAttribute : ushort
{
    Kind = 1,
    Data = 2,
}

/// <summary>Attributes of a bridge within <see cref="LinkInfoAttribute.Data"/>.</summary>
internal enum BridgeAttribute : ushort
{
    ForwardDelay = 1,
    SpanningTree = 5,
}

/// <summary>Attributes of IPv6 within <see cref="LinkAttribute.FamilySpecific"/>.</summary>
internal enum Inet6Attribute : ushort
{
    AddressGenerationMode = 8,
}

/// <summary>Who makes an interface's link-local IPv6 address.</summary>
internal enum AddressGenerationMode : byte
{
    /// <summary>The kernel, from the MAC address.</summary>
    Eui64 = 0,

    /// <summary>Nobody: what a bridge's port wants.</summary>
    None = 1,
}

/// <summary>Attributes of an address (linux/if_addr.h).</summary>
internal enum AddressAttribute : ushort
{
    Address = 1,
    Local = 2,
    Broadcast = 4,
}

/// <summary>Attributes of a route (linux/rtnetlink.h).</summary>
internal enum RouteAttribute : ushort
{
    OutputInterface = 4,
    Gateway = 5,
    Priority = 6,
}

/// <summary>Flags of a link (linux/if.h).</summary>
[Flags]
internal enum LinkFlags : uint
{
    None = 0,
    Up = 0x1,
    LowerUp = 0x1_0000,
}
