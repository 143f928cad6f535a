using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Startup;

/// <summary>Whose chip a controller is: decides which start-up it needs.</summary>
public enum ChipFamily
{
    /// <summary>Not known, or one that needs nothing.</summary>
    Unknown = 0,

    /// <summary>Cambridge Silicon Radio, and those who copy it.</summary>
    Csr,

    /// <summary>Realtek.</summary>
    Realtek,

    /// <summary>Broadcom and Cypress, today Infineon.</summary>
    Broadcom,

    /// <summary>Intel.</summary>
    Intel,
}

/// <summary>What a controller gets wrong, as far as this host has to do something about it.</summary>
[Flags]
public enum ControllerQuirks
{
    /// <summary>Nothing that is known.</summary>
    None = 0,

    /// <summary>ACL data does not come before the device has slept once.</summary>
    SuspendOnce = 1,
}

/// <summary>A USB controller that is known by its ids: also one whose class says nothing.</summary>
/// <param name="Id">Maker and product.</param>
/// <param name="Family">Whose chip it is.</param>
/// <param name="Chip">The chip, as people know it.</param>
/// <param name="Quirks">What it gets wrong.</param>
/// <param name="Source">Where the facts come from.</param>
public sealed record KnownController(UsbId Id, ChipFamily Family, string Chip, ControllerQuirks Quirks, string Source)
{
    /// <summary>bcdDevice, where the entry is for one release only.</summary>
    public ushort? Release { get; init; }
}
