namespace HostStack.Hci.Transport.Usb;

/// <summary>How many transfers a USB transport keeps, and how long it has patience.</summary>
internal sealed record UsbTransportLimits
{
    /// <summary>Interrupt-in transfers that are outstanding, each of one USB packet.</summary>
    public int Events { get; init; } = 8;

    /// <summary>Bulk-in transfers that are outstanding: one packet of 1021 octets and more, also where each is for one USB
    /// packet of 64.</summary>
    public int DataIn { get; init; } = 32;

    /// <summary>Bulk-out transfers: as many as nearly any controller has ACL buffers. No more buffers than these are used, so that
    /// the loop need not wait.</summary>
    public int DataOut { get; init; } = 16;

    /// <summary>Control transfers.</summary>
    public int Commands { get; init; } = 4;

    /// <summary>How long the loop waits for a controller that takes nothing.</summary>
    public TimeSpan Send { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long cancelled transfers may take to come back.</summary>
    public TimeSpan Reap { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>By which the two are counted; its timers are not used.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Tries of one pipe in a row that may fail.</summary>
    public int Tries { get; init; } = 8;
}
