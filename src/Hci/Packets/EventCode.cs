namespace HostStack.Hci.Packets;

/// <summary>Event codes (Core, Vol 4, Part E, 7.7).</summary>
public enum EventCode : byte
{
    /// <summary>Inquiry Complete.</summary>
    InquiryComplete = 0x01,

    /// <summary>Inquiry Result.</summary>
    InquiryResult = 0x02,

    /// <summary>Connection Complete.</summary>
    ConnectionComplete = 0x03,

    /// <summary>Connection Request.</summary>
    ConnectionRequest = 0x04,

    /// <summary>Disconnection Complete.</summary>
    DisconnectionComplete = 0x05,

    /// <summary>Authentication Complete.</summary>
    AuthenticationComplete = 0x06,

    /// <summary>Remote Name Request Complete.</summary>
    RemoteNameRequestComplete = 0x07,

    /// <summary>Encryption Change, version 1.</summary>
    EncryptionChange = 0x08,

    /// <summary>Change Connection Link Key Complete.</summary>
    ChangeConnectionLinkKeyComplete = 0x09,

    /// <summary>Read Remote Supported Features Complete.</summary>
    ReadRemoteSupportedFeaturesComplete = 0x0B,

    /// <summary>Read Remote Version Information Complete.</summary>
    ReadRemoteVersionInformationComplete = 0x0C,

    /// <summary>Command Complete.</summary>
    CommandComplete = 0x0E,

    /// <summary>Command Status.</summary>
    CommandStatus = 0x0F,

    /// <summary>Hardware Error.</summary>
    HardwareError = 0x10,

    /// <summary>Flush Occurred.</summary>
    FlushOccurred = 0x11,

    /// <summary>Role Change.</summary>
    RoleChange = 0x12,

    /// <summary>Number Of Completed Packets.</summary>
    NumberOfCompletedPackets = 0x13,

    /// <summary>Mode Change.</summary>
    ModeChange = 0x14,

    /// <summary>Return Link Keys.</summary>
    ReturnLinkKeys = 0x15,

    /// <summary>PIN Code Request.</summary>
    PinCodeRequest = 0x16,

    /// <summary>Link Key Request.</summary>
    LinkKeyRequest = 0x17,

    /// <summary>Link Key Notification.</summary>
    LinkKeyNotification = 0x18,

    /// <summary>Data Buffer Overflow.</summary>
    DataBufferOverflow = 0x1A,

    /// <summary>Max Slots Change.</summary>
    MaxSlotsChange = 0x1B,

    /// <summary>Read Clock Offset Complete.</summary>
    ReadClockOffsetComplete = 0x1C,

    /// <summary>Connection Packet Type Changed.</summary>
    ConnectionPacketTypeChanged = 0x1D,

    /// <summary>QoS Violation.</summary>
    QosViolation = 0x1E,

    /// <summary>Page Scan Repetition Mode Change.</summary>
    PageScanRepetitionModeChange = 0x20,

    /// <summary>Inquiry Result with RSSI.</summary>
    InquiryResultWithRssi = 0x22,

    /// <summary>Read Remote Extended Features Complete.</summary>
    ReadRemoteExtendedFeaturesComplete = 0x23,

    /// <summary>Sniff Subrating.</summary>
    SniffSubrating = 0x2E,

    /// <summary>Extended Inquiry Result.</summary>
    ExtendedInquiryResult = 0x2F,

    /// <summary>Encryption Key Refresh Complete.</summary>
    EncryptionKeyRefreshComplete = 0x30,

    /// <summary>IO Capability Request.</summary>
    IoCapabilityRequest = 0x31,

    /// <summary>IO Capability Response.</summary>
    IoCapabilityResponse = 0x32,

    /// <summary>User Confirmation Request.</summary>
    UserConfirmationRequest = 0x33,

    /// <summary>User Passkey Request.</summary>
    UserPasskeyRequest = 0x34,

    /// <summary>Remote OOB Data Request.</summary>
    RemoteOobDataRequest = 0x35,

    /// <summary>Simple Pairing Complete.</summary>
    SimplePairingComplete = 0x36,

    /// <summary>Link Supervision Timeout Changed.</summary>
    LinkSupervisionTimeoutChanged = 0x38,

    /// <summary>Enhanced Flush Complete.</summary>
    EnhancedFlushComplete = 0x39,

    /// <summary>User Passkey Notification.</summary>
    UserPasskeyNotification = 0x3B,

    /// <summary>Keypress Notification.</summary>
    KeypressNotification = 0x3C,

    /// <summary>Remote Host Supported Features Notification.</summary>
    RemoteHostSupportedFeatures = 0x3D,

    /// <summary>LE Meta event; a sub-event code follows.</summary>
    LeMeta = 0x3E,

    /// <summary>Number Of Completed Data Blocks.</summary>
    NumberOfCompletedDataBlocks = 0x48,

    /// <summary>Encryption Change, version 2: with the key size.</summary>
    EncryptionChangeV2 = 0x59,

    /// <summary>Vendor-specific.</summary>
    Vendor = 0xFF,
}
