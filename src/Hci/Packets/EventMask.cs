namespace HostStack.Hci.Packets;

/// <summary>Events that the controller may send, page 1 (Core, Vol 4, Part E, 7.3.1).</summary>
[Flags]
public enum EventMask : ulong
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary>Inquiry Complete.</summary>
    InquiryComplete = 1UL << 0,

    /// <summary>Inquiry Result.</summary>
    InquiryResult = 1UL << 1,

    /// <summary>Connection Complete.</summary>
    ConnectionComplete = 1UL << 2,

    /// <summary>Connection Request.</summary>
    ConnectionRequest = 1UL << 3,

    /// <summary>Disconnection Complete.</summary>
    DisconnectionComplete = 1UL << 4,

    /// <summary>Authentication Complete.</summary>
    AuthenticationComplete = 1UL << 5,

    /// <summary>Remote Name Request Complete.</summary>
    RemoteNameRequestComplete = 1UL << 6,

    /// <summary>Encryption Change.</summary>
    EncryptionChange = 1UL << 7,

    /// <summary>Change Connection Link Key Complete.</summary>
    ChangeConnectionLinkKeyComplete = 1UL << 8,

    /// <summary>Link Key Type Changed.</summary>
    LinkKeyTypeChanged = 1UL << 9,

    /// <summary>Read Remote Supported Features Complete.</summary>
    ReadRemoteSupportedFeaturesComplete = 1UL << 10,

    /// <summary>Read Remote Version Information Complete.</summary>
    ReadRemoteVersionInformationComplete = 1UL << 11,

    /// <summary>QoS Setup Complete.</summary>
    QosSetupComplete = 1UL << 12,

    /// <summary>Hardware Error.</summary>
    HardwareError = 1UL << 15,

    /// <summary>Flush Occurred.</summary>
    FlushOccurred = 1UL << 16,

    /// <summary>Role Change.</summary>
    RoleChange = 1UL << 17,

    /// <summary>Mode Change.</summary>
    ModeChange = 1UL << 19,

    /// <summary>Return Link Keys.</summary>
    ReturnLinkKeys = 1UL << 20,

    /// <summary>PIN Code Request.</summary>
    PinCodeRequest = 1UL << 21,

    /// <summary>Link Key Request.</summary>
    LinkKeyRequest = 1UL << 22,

    /// <summary>Link Key Notification.</summary>
    LinkKeyNotification = 1UL << 23,

    /// <summary>Loopback Command.</summary>
    LoopbackCommand = 1UL << 24,

    /// <summary>Data Buffer Overflow.</summary>
    DataBufferOverflow = 1UL << 25,

    /// <summary>Max Slots Change.</summary>
    MaxSlotsChange = 1UL << 26,

    /// <summary>Read Clock Offset Complete.</summary>
    ReadClockOffsetComplete = 1UL << 27,

    /// <summary>Connection Packet Type Changed.</summary>
    ConnectionPacketTypeChanged = 1UL << 28,

    /// <summary>QoS Violation.</summary>
    QosViolation = 1UL << 29,

    /// <summary>Page Scan Repetition Mode Change.</summary>
    PageScanRepetitionModeChange = 1UL << 31,

    /// <summary>Flow Specification Complete.</summary>
    FlowSpecificationComplete = 1UL << 32,

    /// <summary>Inquiry Result With RSSI.</summary>
    InquiryResultWithRssi = 1UL << 33,

    /// <summary>Read Remote Extended Features Complete.</summary>
    ReadRemoteExtendedFeaturesComplete = 1UL << 34,

    /// <summary>Synchronous Connection Complete.</summary>
    SynchronousConnectionComplete = 1UL << 43,

    /// <summary>Synchronous Connection Changed.</summary>
    SynchronousConnectionChanged = 1UL << 44,

    /// <summary>Sniff Subrating.</summary>
    SniffSubrating = 1UL << 45,

    /// <summary>Extended Inquiry Result.</summary>
    ExtendedInquiryResult = 1UL << 46,

    /// <summary>Encryption Key Refresh Complete.</summary>
    EncryptionKeyRefreshComplete = 1UL << 47,

    /// <summary>IO Capability Request.</summary>
    IoCapabilityRequest = 1UL << 48,

    /// <summary>IO Capability Response.</summary>
    IoCapabilityResponse = 1UL << 49,

    /// <summary>User Confirmation Request.</summary>
    UserConfirmationRequest = 1UL << 50,

    /// <summary>User Passkey Request.</summary>
    UserPasskeyRequest = 1UL << 51,

    /// <summary>Remote OOB Data Request.</summary>
    RemoteOobDataRequest = 1UL << 52,

    /// <summary>Simple Pairing Complete.</summary>
    SimplePairingComplete = 1UL << 53,

    /// <summary>Link Supervision Timeout Changed.</summary>
    LinkSupervisionTimeoutChanged = 1UL << 55,

    /// <summary>Enhanced Flush Complete.</summary>
    EnhancedFlushComplete = 1UL << 56,

    /// <summary>User Passkey Notification.</summary>
    UserPasskeyNotification = 1UL << 58,

    /// <summary>Keypress Notification.</summary>
    KeypressNotification = 1UL << 59,

    /// <summary>Remote Host Supported Features.</summary>
    RemoteHostSupportedFeatures = 1UL << 60,

    /// <summary>LE Meta.</summary>
    LeMeta = 1UL << 61,

    /// <summary>What holds after Reset: all events of version 1.2 and none that came later.</summary>
    Default = 0x0000_1FFF_FFFF_FFFF,
}

/// <summary>Events that the controller may send, page 2 (Core, Vol 4, Part E, 7.3.69).</summary>
[Flags]
public enum EventMaskPage2 : ulong
{
    /// <summary>No event.</summary>
    None = 0,

    /// <summary>Number Of Completed Data Blocks.</summary>
    NumberOfCompletedDataBlocks = 1UL << 8,

    /// <summary>Triggered Clock Capture.</summary>
    TriggeredClockCapture = 1UL << 14,

    /// <summary>Synchronization Train Complete.</summary>
    SynchronizationTrainComplete = 1UL << 15,

    /// <summary>Synchronization Train Received.</summary>
    SynchronizationTrainReceived = 1UL << 16,

    /// <summary>Inquiry Response Notification.</summary>
    InquiryResponseNotification = 1UL << 22,

    /// <summary>Authenticated Payload Timeout Expired.</summary>
    AuthenticatedPayloadTimeoutExpired = 1UL << 23,

    /// <summary>SAM Status Change.</summary>
    SamStatusChange = 1UL << 24,

    /// <summary>Encryption Change, version 2.</summary>
    EncryptionChangeV2 = 1UL << 25,
}
