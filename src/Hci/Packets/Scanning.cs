namespace HostStack.Hci.Packets;

/// <summary>Whether this device can be found and paged (Core, Vol 4, Part E, 7.3.18).</summary>
[Flags]
public enum ScanEnable : byte
{
    /// <summary>Neither.</summary>
    None = 0x00,

    /// <summary>Found: discoverable.</summary>
    Inquiry = 0x01,

    /// <summary>Paged: connectable.</summary>
    Page = 0x02,

    /// <summary>Both.</summary>
    InquiryAndPage = Inquiry | Page,
}

/// <summary>How the controller scans (Core, Vol 4, Part E, 7.3.48 and 7.3.52).</summary>
public enum ScanType : byte
{
    /// <summary>One scan after another.</summary>
    Standard = 0x00,

    /// <summary>Two scans back to back: found faster.</summary>
    Interlaced = 0x01,
}

/// <summary>The form of inquiry results (Core, Vol 4, Part E, 7.3.50).</summary>
public enum InquiryMode : byte
{
    /// <summary>Inquiry Result.</summary>
    Standard = 0x00,

    /// <summary>Inquiry Result with RSSI.</summary>
    WithRssi = 0x01,

    /// <summary>Inquiry Result with RSSI, or Extended Inquiry Result.</summary>
    Extended = 0x02,
}

/// <summary>How often a device scans for pages (Core, Vol 4, Part E, 7.1.5).</summary>
public enum PageScanRepetitionMode : byte
{
    /// <summary>All the time.</summary>
    R0 = 0x00,

    /// <summary>At least every 1.28 s.</summary>
    R1 = 0x01,

    /// <summary>At least every 2.56 s.</summary>
    R2 = 0x02,
}
