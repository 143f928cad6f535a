using HostStack.Hci.Wire;

namespace HostStack.VirtualController.Controllers;

/// <summary>What the host has set by commands; HCI Reset brings the defaults back (Core, Vol 4, Part E, 7.3 and 6).</summary>
internal sealed class HostSettings
{
    /// <summary>General inquiry access code.</summary>
    public const uint GeneralInquiry = 0x9E8B33;

    /// <summary>Limited inquiry access code.</summary>
    public const uint LimitedInquiry = 0x9E8B00;

    public const int NameSize = 248;
    public const int EirSize = 240;
    private const ulong DefaultEventMask = 0x0000_1FFF_FFFF_FFFF;

    public ulong EventMask { get; set; } = DefaultEventMask;

    public ulong EventMaskPage2 { get; set; }

    public byte[] Name { get; } = new byte[NameSize];

    public byte[] Eir { get; } = new byte[EirSize];

    public bool HasEir { get; set; }

    public byte EirFecRequired { get; set; }

    public uint ClassOfDevice { get; set; }

    /// <summary>Bit 0: inquiry scan; bit 1: page scan.</summary>
    public byte ScanEnable { get; set; }

    public uint[] InquiryAccessCodes { get; set; } = [GeneralInquiry];

    public byte InquiryMode { get; set; }

    public byte InquiryScanType { get; set; }

    public byte PageScanType { get; set; }

    public ushort PageScanInterval { get; set; } = 0x0800;

    public ushort PageScanWindow { get; set; } = 0x0012;

    public ushort InquiryScanInterval { get; set; } = 0x1000;

    public ushort InquiryScanWindow { get; set; } = 0x0012;

    /// <summary>In slots of 625 us.</summary>
    public ushort PageTimeout { get; set; } = 0x2000;

    /// <summary>In slots of 625 us.</summary>
    public ushort ConnectionAcceptTimeout { get; set; } = 0x1FA0;

    public ushort DefaultLinkPolicy { get; set; }

    public ushort VoiceSetting { get; set; } = 0x0060;

    public byte PinType { get; set; }

    public byte AuthenticationEnable { get; set; }

    public bool SimplePairing { get; set; }

    public bool SimplePairingDebug { get; set; }

    public bool SecureConnections { get; set; }

    public bool LeHost { get; set; }

    public byte ErroneousDataReporting { get; set; }

    public sbyte InquiryTransmitPower { get; set; }

    public byte AfhAssessment { get; set; } = 1;

    /// <summary>Octets of an ACL buffer of the host, 0 where it has not said.</summary>
    public ushort HostAclLength { get; set; }

    public ulong LeEventMask { get; set; } = 0x1F;

    public BdAddr LeRandomAddress { get; set; }

    /// <summary>Address types and addresses of the filter accept list.</summary>
    public HashSet<(byte Type, BdAddr Address)> LeAcceptList { get; } = [];

    public bool LeAdvertising { get; set; }

    public bool LeScanning { get; set; }

    /// <summary>Whether an LE connection is being made.</summary>
    public bool LeConnecting { get; set; }

    public bool IsDiscoverable => (ScanEnable & 0x01) != 0;

    public bool IsConnectable => (ScanEnable & 0x02) != 0;
}
