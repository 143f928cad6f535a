using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Startup;

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

    /// <summary>The name under which it is sold; null where it has none, or too many.</summary>
    public string? Product { get; init; }

    /// <summary>The firmware that it is given, as the firmware folders name it: <c>rtl_bt/rtl8761bu_fw.bin</c>; null where it
    /// needs none.</summary>
    public string? Firmware { get; init; }
}

/// <summary>A maker all of whose Bluetooth controllers have chips of one family.</summary>
/// <param name="Vendor">idVendor.</param>
/// <param name="Family">Whose chips.</param>
/// <param name="Source">Where the facts come from.</param>
public sealed record KnownMaker(ushort Vendor, ChipFamily Family, string Source);
