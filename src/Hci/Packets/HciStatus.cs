namespace HostStack.Hci.Packets;

/// <summary>Error codes of controller and air (Core, Vol 1, Part F).</summary>
public enum HciStatus : byte
{
    /// <summary>Success.</summary>
    Success = 0x00,

    /// <summary>Unknown HCI Command.</summary>
    UnknownCommand = 0x01,

    /// <summary>Unknown Connection Identifier.</summary>
    UnknownConnection = 0x02,

    /// <summary>Hardware Failure.</summary>
    HardwareFailure = 0x03,

    /// <summary>Page Timeout.</summary>
    PageTimeout = 0x04,

    /// <summary>Authentication Failure.</summary>
    AuthenticationFailure = 0x05,

    /// <summary>PIN or Key Missing.</summary>
    PinOrKeyMissing = 0x06,

    /// <summary>Memory Capacity Exceeded.</summary>
    MemoryCapacityExceeded = 0x07,

    /// <summary>Connection Timeout (supervision).</summary>
    ConnectionTimeout = 0x08,

    /// <summary>Connection Limit Exceeded.</summary>
    ConnectionLimitExceeded = 0x09,

    /// <summary>Synchronous Connection Limit to a Device Exceeded.</summary>
    SynchronousConnectionLimitExceeded = 0x0A,

    /// <summary>Connection Already Exists.</summary>
    ConnectionAlreadyExists = 0x0B,

    /// <summary>Command Disallowed.</summary>
    CommandDisallowed = 0x0C,

    /// <summary>Connection Rejected due to Limited Resources.</summary>
    RejectedLimitedResources = 0x0D,

    /// <summary>Connection Rejected due to Security Reasons.</summary>
    RejectedSecurity = 0x0E,

    /// <summary>Connection Rejected due to Unacceptable BD_ADDR.</summary>
    RejectedBdAddr = 0x0F,

    /// <summary>Connection Accept Timeout Exceeded.</summary>
    AcceptTimeout = 0x10,

    /// <summary>Unsupported Feature or Parameter Value.</summary>
    UnsupportedFeature = 0x11,

    /// <summary>Invalid HCI Command Parameters.</summary>
    InvalidParameters = 0x12,

    /// <summary>Remote User Terminated Connection.</summary>
    RemoteUserTerminated = 0x13,

    /// <summary>Remote Device Terminated Connection due to Low Resources.</summary>
    RemoteLowResources = 0x14,

    /// <summary>Remote Device Terminated Connection due to Power Off.</summary>
    RemotePowerOff = 0x15,

    /// <summary>Connection Terminated by Local Host.</summary>
    LocalHostTerminated = 0x16,

    /// <summary>Repeated Attempts.</summary>
    RepeatedAttempts = 0x17,

    /// <summary>Pairing Not Allowed.</summary>
    PairingNotAllowed = 0x18,

    /// <summary>Unknown LMP PDU.</summary>
    UnknownLmpPdu = 0x19,

    /// <summary>Unsupported Remote Feature.</summary>
    UnsupportedRemoteFeature = 0x1A,

    /// <summary>SCO Offset Rejected.</summary>
    ScoOffsetRejected = 0x1B,

    /// <summary>SCO Interval Rejected.</summary>
    ScoIntervalRejected = 0x1C,

    /// <summary>SCO Air Mode Rejected.</summary>
    ScoAirModeRejected = 0x1D,

    /// <summary>Invalid LMP or LL Parameters.</summary>
    InvalidLmpParameters = 0x1E,

    /// <summary>Unspecified Error.</summary>
    Unspecified = 0x1F,

    /// <summary>Unsupported LMP or LL Parameter Value.</summary>
    UnsupportedLmpParameterValue = 0x20,

    /// <summary>Role Change Not Allowed.</summary>
    RoleChangeNotAllowed = 0x21,

    /// <summary>LMP or LL Response Timeout.</summary>
    LmpResponseTimeout = 0x22,

    /// <summary>LMP Error Transaction Collision.</summary>
    LmpTransactionCollision = 0x23,

    /// <summary>LMP PDU Not Allowed.</summary>
    LmpPduNotAllowed = 0x24,

    /// <summary>Encryption Mode Not Acceptable.</summary>
    EncryptionModeNotAcceptable = 0x25,

    /// <summary>Link Key Cannot be Changed.</summary>
    LinkKeyCannotBeChanged = 0x26,

    /// <summary>Requested QoS Not Supported.</summary>
    RequestedQosNotSupported = 0x27,

    /// <summary>Instant Passed.</summary>
    InstantPassed = 0x28,

    /// <summary>Pairing with Unit Key Not Supported.</summary>
    UnitKeyNotSupported = 0x29,

    /// <summary>Different Transaction Collision.</summary>
    DifferentTransactionCollision = 0x2A,

    /// <summary>QoS Unacceptable Parameter.</summary>
    QosUnacceptableParameter = 0x2C,

    /// <summary>QoS Rejected.</summary>
    QosRejected = 0x2D,

    /// <summary>Channel Classification Not Supported.</summary>
    ChannelAssessmentNotSupported = 0x2E,

    /// <summary>Insufficient Security.</summary>
    InsufficientSecurity = 0x2F,

    /// <summary>Parameter Out of Mandatory Range.</summary>
    ParameterOutOfMandatoryRange = 0x30,

    /// <summary>Role Switch Pending.</summary>
    RoleSwitchPending = 0x32,

    /// <summary>Reserved Slot Violation.</summary>
    ReservedSlotViolation = 0x34,

    /// <summary>Role Switch Failed.</summary>
    RoleSwitchFailed = 0x35,

    /// <summary>Extended Inquiry Response Too Large.</summary>
    ExtendedInquiryResponseTooLarge = 0x36,

    /// <summary>Secure Simple Pairing Not Supported by Host.</summary>
    SspNotSupportedByHost = 0x37,

    /// <summary>Host Busy - Pairing.</summary>
    HostBusyPairing = 0x38,

    /// <summary>Connection Rejected due to No Suitable Channel Found.</summary>
    RejectedNoSuitableChannel = 0x39,

    /// <summary>Controller Busy.</summary>
    ControllerBusy = 0x3A,

    /// <summary>Connection Terminated due to MIC Failure.</summary>
    MicFailure = 0x3D,

    /// <summary>Connection Failed to be Established, or Synchronization Timeout.</summary>
    ConnectionFailedToBeEstablished = 0x3E,
}
