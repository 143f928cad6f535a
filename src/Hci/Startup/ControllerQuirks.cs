namespace HostStack.Hci.Startup;

/// <summary>What a controller gets wrong, as far as somebody has to do something about it. <see cref="QuirkRemedies"/> says
/// which commands are left out for each.</summary>
[Flags]
public enum ControllerQuirks
{
    /// <summary>Nothing that is known.</summary>
    None = 0,

    /// <summary>ACL data does not come before the device has slept once. The USB door lets it sleep, where its ids or a host ask for it.</summary>
    SuspendOnce = 1 << 0,

    /// <summary>It says that it is a chip of another maker, and is not.</summary>
    Clone = 1 << 1,

    /// <summary>Read, Write and Delete Stored Link Key are told of and do not work.</summary>
    StoredLinkKeys = 1 << 2,

    /// <summary>Read and Write Default Erroneous Data Reporting are told of and do not work.</summary>
    ErroneousDataReporting = 1 << 3,

    /// <summary>Set Event Filter does not work, not even to clear all filters.</summary>
    EventFilter = 1 << 4,

    /// <summary>Read Voice Setting is answered too short.</summary>
    ShortVoiceSetting = 1 << 5,

    /// <summary>Read Page Scan Type is answered too short.</summary>
    ShortPageScanType = 1 << 6,

    /// <summary>Read Encryption Key Size is told of and does not work: key sizes cannot be checked, so that no link of it is
    /// secure enough for a service unless the operator allows unknown sizes.</summary>
    EncryptionKeySize = 1 << 7,

    /// <summary>Page 2 of the extended features is nonsense: it is not asked for, and Secure Connections stay off.</summary>
    FeaturesPage2 = 1 << 8,

    /// <summary>A single octet may follow an event, in a transfer of its own; it is no packet.</summary>
    StrayOctet = 1 << 9,

    /// <summary>Reset takes it off its bus. It is not sent at opening, so that the controller begins as its last host left it, but
    /// when it is closed, and after a failure: then it comes back and is opened again.</summary>
    LeavesBusAtReset = 1 << 10,
}
