namespace HostStack.Hci.Packets;

/// <summary>Page 0 of the features (Core, Vol 2, Part C, 3.3).</summary>
[Flags]
public enum LmpFeaturePage0 : ulong
{
    /// <summary>No feature.</summary>
    None = 0,

    /// <summary>3-slot packets.</summary>
    ThreeSlotPackets = 1UL << 0,

    /// <summary>5-slot packets.</summary>
    FiveSlotPackets = 1UL << 1,

    /// <summary>Encryption.</summary>
    Encryption = 1UL << 2,

    /// <summary>Slot offset.</summary>
    SlotOffset = 1UL << 3,

    /// <summary>Timing accuracy.</summary>
    TimingAccuracy = 1UL << 4,

    /// <summary>Role switch.</summary>
    RoleSwitch = 1UL << 5,

    /// <summary>Hold mode.</summary>
    HoldMode = 1UL << 6,

    /// <summary>Sniff mode.</summary>
    SniffMode = 1UL << 7,

    /// <summary>Power control requests.</summary>
    PowerControlRequests = 1UL << 9,

    /// <summary>Channel quality driven data rate.</summary>
    ChannelQualityDrivenDataRate = 1UL << 10,

    /// <summary>SCO link.</summary>
    ScoLink = 1UL << 11,

    /// <summary>HV2 packets.</summary>
    Hv2Packets = 1UL << 12,

    /// <summary>HV3 packets.</summary>
    Hv3Packets = 1UL << 13,

    /// <summary>Mu-law log synchronous data.</summary>
    MuLawLog = 1UL << 14,

    /// <summary>A-law log synchronous data.</summary>
    ALawLog = 1UL << 15,

    /// <summary>CVSD synchronous data.</summary>
    Cvsd = 1UL << 16,

    /// <summary>Paging parameter negotiation.</summary>
    PagingParameterNegotiation = 1UL << 17,

    /// <summary>Power control.</summary>
    PowerControl = 1UL << 18,

    /// <summary>Transparent synchronous data.</summary>
    TransparentSynchronousData = 1UL << 19,

    /// <summary>Flow control lag, bit 0 of 3.</summary>
    FlowControlLag0 = 1UL << 20,

    /// <summary>Flow control lag, bit 1 of 3.</summary>
    FlowControlLag1 = 1UL << 21,

    /// <summary>Flow control lag, bit 2 of 3.</summary>
    FlowControlLag2 = 1UL << 22,

    /// <summary>Broadcast encryption.</summary>
    BroadcastEncryption = 1UL << 23,

    /// <summary>Enhanced Data Rate ACL, 2 Mb/s.</summary>
    EnhancedDataRate2Mbps = 1UL << 25,

    /// <summary>Enhanced Data Rate ACL, 3 Mb/s.</summary>
    EnhancedDataRate3Mbps = 1UL << 26,

    /// <summary>Enhanced inquiry scan.</summary>
    EnhancedInquiryScan = 1UL << 27,

    /// <summary>Interlaced inquiry scan.</summary>
    InterlacedInquiryScan = 1UL << 28,

    /// <summary>Interlaced page scan.</summary>
    InterlacedPageScan = 1UL << 29,

    /// <summary>RSSI with inquiry results.</summary>
    RssiWithInquiryResults = 1UL << 30,

    /// <summary>Extended SCO link (EV3).</summary>
    Ev3Packets = 1UL << 31,

    /// <summary>EV4 packets.</summary>
    Ev4Packets = 1UL << 32,

    /// <summary>EV5 packets.</summary>
    Ev5Packets = 1UL << 33,

    /// <summary>Adaptive frequency hopping as peripheral.</summary>
    AfhCapablePeripheral = 1UL << 35,

    /// <summary>AFH classification as peripheral.</summary>
    AfhClassificationPeripheral = 1UL << 36,

    /// <summary>BR/EDR is not supported.</summary>
    BrEdrNotSupported = 1UL << 37,

    /// <summary>LE is supported by the controller.</summary>
    LeSupportedController = 1UL << 38,

    /// <summary>3-slot Enhanced Data Rate ACL packets.</summary>
    ThreeSlotEdrPackets = 1UL << 39,

    /// <summary>5-slot Enhanced Data Rate ACL packets.</summary>
    FiveSlotEdrPackets = 1UL << 40,

    /// <summary>Sniff subrating.</summary>
    SniffSubrating = 1UL << 41,

    /// <summary>Pause encryption.</summary>
    PauseEncryption = 1UL << 42,

    /// <summary>Adaptive frequency hopping as central.</summary>
    AfhCapableCentral = 1UL << 43,

    /// <summary>AFH classification as central.</summary>
    AfhClassificationCentral = 1UL << 44,

    /// <summary>Enhanced Data Rate eSCO, 2 Mb/s.</summary>
    EdrEsco2Mbps = 1UL << 45,

    /// <summary>Enhanced Data Rate eSCO, 3 Mb/s.</summary>
    EdrEsco3Mbps = 1UL << 46,

    /// <summary>3-slot Enhanced Data Rate eSCO packets.</summary>
    ThreeSlotEdrEscoPackets = 1UL << 47,

    /// <summary>Extended inquiry response.</summary>
    ExtendedInquiryResponse = 1UL << 48,

    /// <summary>LE and BR/EDR to one device at once.</summary>
    SimultaneousLeAndBrEdr = 1UL << 49,

    /// <summary>Secure Simple Pairing, controller.</summary>
    SecureSimplePairing = 1UL << 51,

    /// <summary>Encapsulated PDU.</summary>
    EncapsulatedPdu = 1UL << 52,

    /// <summary>Erroneous data reporting.</summary>
    ErroneousDataReporting = 1UL << 53,

    /// <summary>Non-flushable packet boundary flag.</summary>
    NonFlushablePacketBoundary = 1UL << 54,

    /// <summary>The Link Supervision Timeout Changed event.</summary>
    LinkSupervisionTimeoutChangedEvent = 1UL << 56,

    /// <summary>Variable power of inquiry responses.</summary>
    VariableInquiryTxPower = 1UL << 57,

    /// <summary>Enhanced power control.</summary>
    EnhancedPowerControl = 1UL << 58,

    /// <summary>There are further pages.</summary>
    ExtendedFeatures = 1UL << 63,
}
