namespace HostStack.Hci.Packets;

/// <summary>What a user can see and type (Core, Vol 4, Part E, 7.1.29).</summary>
public enum IoCapability : byte
{
    /// <summary>Sees digits.</summary>
    DisplayOnly = 0x00,

    /// <summary>Sees digits and says yes or no.</summary>
    DisplayYesNo = 0x01,

    /// <summary>Types digits.</summary>
    KeyboardOnly = 0x02,

    /// <summary>Neither.</summary>
    NoInputNoOutput = 0x03,
}

/// <summary>Which out-of-band data of the peer is held (Core, Vol 4, Part E, 7.1.29).</summary>
public enum OobDataPresent : byte
{
    /// <summary>None.</summary>
    NotPresent = 0x00,

    /// <summary>For P-192; in IO Capability Response: some.</summary>
    P192 = 0x01,

    /// <summary>For P-256.</summary>
    P256 = 0x02,

    /// <summary>For both.</summary>
    P192AndP256 = 0x03,
}

/// <summary>Bonding, and protection against a man in the middle (Core, Vol 4, Part E, 7.1.29).</summary>
public enum AuthenticationRequirements : byte
{
    /// <summary>No bonding, no protection asked.</summary>
    NoBonding = 0x00,

    /// <summary>No bonding, protection required.</summary>
    NoBondingMitm = 0x01,

    /// <summary>Dedicated bonding, no protection asked.</summary>
    DedicatedBonding = 0x02,

    /// <summary>Dedicated bonding, protection required.</summary>
    DedicatedBondingMitm = 0x03,

    /// <summary>General bonding, no protection asked.</summary>
    GeneralBonding = 0x04,

    /// <summary>General bonding, protection required.</summary>
    GeneralBondingMitm = 0x05,
}

/// <summary>What was pressed while a passkey is typed (Core, Vol 4, Part E, 7.3.63).</summary>
public enum KeypressNotificationType : byte
{
    /// <summary>Typing has begun.</summary>
    Started = 0x00,

    /// <summary>A digit was typed.</summary>
    DigitEntered = 0x01,

    /// <summary>A digit was erased.</summary>
    DigitErased = 0x02,

    /// <summary>All digits were erased.</summary>
    Cleared = 0x03,

    /// <summary>Typing has ended.</summary>
    Completed = 0x04,
}
