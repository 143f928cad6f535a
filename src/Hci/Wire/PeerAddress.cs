namespace HostStack.Hci.Wire;

/// <summary>What kind of address a peer has. BR/EDR has one kind; LE adds public and random ones.</summary>
public enum AddressType : byte
{
    /// <summary>The public address of a BR/EDR device.</summary>
    BrEdr = 0,

    /// <summary>LE public address.</summary>
    LePublic = 1,

    /// <summary>LE random address.</summary>
    LeRandom = 2,
}

/// <summary>The physical kind of a link, on which channel ranges and packet boundary rules depend.</summary>
public enum LinkKind : byte
{
    /// <summary>BR/EDR ACL.</summary>
    BrEdr = 0,

    /// <summary>LE ACL.</summary>
    Le = 1,
}

/// <summary>A peer is its address together with the address's type.</summary>
/// <param name="Address">The address.</param>
/// <param name="Type">Its type.</param>
public readonly record struct PeerAddress(BdAddr Address, AddressType Type = AddressType.BrEdr)
{
    /// <summary>The address, with its type where that is not BR/EDR.</summary>
    public override string ToString() => Type == AddressType.BrEdr ? Address.ToString() : $"{Address} ({Type})";
}
