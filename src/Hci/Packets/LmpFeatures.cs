namespace HostStack.Hci.Packets;

/// <summary>Page 1 of the features: what the host has turned on (Core, Vol 2, Part C, 3.3).</summary>
[Flags]
public enum LmpFeaturePage1 : ulong
{
    /// <summary>No feature.</summary>
    None = 0,

    /// <summary>Secure Simple Pairing.</summary>
    SecureSimplePairingHost = 1UL << 0,

    /// <summary>LE.</summary>
    LeSupportedHost = 1UL << 1,

    /// <summary>Secure Connections.</summary>
    SecureConnectionsHost = 1UL << 3,
}

/// <summary>Page 2 of the features (Core, Vol 2, Part C, 3.3).</summary>
[Flags]
public enum LmpFeaturePage2 : ulong
{
    /// <summary>No feature.</summary>
    None = 0,

    /// <summary>Connectionless broadcast, transmitter.</summary>
    ConnectionlessPeripheralBroadcastTransmitter = 1UL << 0,

    /// <summary>Connectionless broadcast, receiver.</summary>
    ConnectionlessPeripheralBroadcastReceiver = 1UL << 1,

    /// <summary>Synchronization train.</summary>
    SynchronizationTrain = 1UL << 2,

    /// <summary>Synchronization scan.</summary>
    SynchronizationScan = 1UL << 3,

    /// <summary>The Inquiry Response Notification event.</summary>
    InquiryResponseNotificationEvent = 1UL << 4,

    /// <summary>Generalized interlaced scan.</summary>
    GeneralizedInterlacedScan = 1UL << 5,

    /// <summary>Coarse clock adjustment.</summary>
    CoarseClockAdjustment = 1UL << 6,

    /// <summary>Secure Connections, controller.</summary>
    SecureConnectionsController = 1UL << 8,

    /// <summary>LMP ping.</summary>
    Ping = 1UL << 9,

    /// <summary>Slot availability mask.</summary>
    SlotAvailabilityMask = 1UL << 10,

    /// <summary>Train nudging.</summary>
    TrainNudging = 1UL << 11,
}

/// <summary>What a device can do: its three pages of features (Core, Vol 2, Part C, 3.3). A page not read is zero.</summary>
/// <param name="Page0">The controller's features.</param>
/// <param name="Page1">What the host has turned on.</param>
/// <param name="Page2">Later features of the controller.</param>
public readonly record struct LmpFeatures(LmpFeaturePage0 Page0, LmpFeaturePage1 Page1 = 0, LmpFeaturePage2 Page2 = 0)
{
    /// <summary>The highest page that has a meaning here.</summary>
    public const byte LastPage = 2;

    /// <summary>Whether controller and host both do Secure Simple Pairing.</summary>
    public bool SecureSimplePairing => Has(LmpFeaturePage0.SecureSimplePairing) && Has(LmpFeaturePage1.SecureSimplePairingHost);

    /// <summary>Whether controller and host both do Secure Connections.</summary>
    public bool SecureConnections =>
        Has(LmpFeaturePage2.SecureConnectionsController) && Has(LmpFeaturePage1.SecureConnectionsHost);

    /// <summary>Whether every given feature of page 0 is there.</summary>
    /// <param name="feature">One feature or several.</param>
    public bool Has(LmpFeaturePage0 feature) => (Page0 & feature) == feature;

    /// <summary>Whether every given feature of page 1 is there.</summary>
    /// <param name="feature">One feature or several.</param>
    public bool Has(LmpFeaturePage1 feature) => (Page1 & feature) == feature;

    /// <summary>Whether every given feature of page 2 is there.</summary>
    /// <param name="feature">One feature or several.</param>
    public bool Has(LmpFeaturePage2 feature) => (Page2 & feature) == feature;

    /// <summary>The 64 bits of a page; zero for a page above <see cref="LastPage"/>.</summary>
    /// <param name="number">The page.</param>
    public ulong Page(byte number) => number switch
    {
        0 => (ulong)Page0,
        1 => (ulong)Page1,
        2 => (ulong)Page2,
        _ => 0,
    };

    /// <summary>The same features with one page replaced; a page above <see cref="LastPage"/> changes nothing.</summary>
    /// <param name="number">The page.</param>
    /// <param name="bits">Its 64 bits.</param>
    public LmpFeatures With(byte number, ulong bits) => number switch
    {
        0 => this with { Page0 = (LmpFeaturePage0)bits },
        1 => this with { Page1 = (LmpFeaturePage1)bits },
        2 => this with { Page2 = (LmpFeaturePage2)bits },
        _ => this,
    };
}
