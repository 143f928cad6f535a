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

    /// <summary>Unsupported Remote Feature.</summary>
    UnsupportedRemoteFeature = 0x1A,

    /// <summary>Unspecified Error.</summary>
    Unspecified = 0x1F,

    /// <summary>Role Change Not Allowed.</summary>
    RoleChangeNotAllowed = 0x21,

    /// <summary>LMP or LL Response Timeout.</summary>
    LmpResponseTimeout = 0x22,

    /// <summary>LMP Error Transaction Collision.</summary>
    LmpTransactionCollision = 0x23,

    /// <summary>Encryption Mode Not Acceptable.</summary>
    EncryptionModeNotAcceptable = 0x25,

    /// <summary>Pairing with Unit Key Not Supported.</summary>
    UnitKeyNotSupported = 0x29,

    /// <summary>Different Transaction Collision.</summary>
    DifferentTransactionCollision = 0x2A,

    /// <summary>Insufficient Security.</summary>
    InsufficientSecurity = 0x2F,

    /// <summary>Role Switch Pending.</summary>
    RoleSwitchPending = 0x32,

    /// <summary>Role Switch Failed.</summary>
    RoleSwitchFailed = 0x35,

    /// <summary>Secure Simple Pairing Not Supported by Host.</summary>
    SspNotSupportedByHost = 0x37,

    /// <summary>Host Busy - Pairing.</summary>
    HostBusyPairing = 0x38,

    /// <summary>Connection Rejected due to No Suitable Channel Found.</summary>
    RejectedNoSuitableChannel = 0x39,
}
