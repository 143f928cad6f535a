using HostStack.Hci.Wire;
using HostStack.VirtualController.Vendors;

namespace HostStack.VirtualController.Controllers;

/// <summary>What a simulated controller is, and how it misbehaves. The defaults are a good BR/EDR 5.2 controller.</summary>
public sealed record ControllerOptions
{
    private const ushort StandardAclLength = 1021;

    /// <summary>The name in <c>virtual:NAME</c>; null: one is made.</summary>
    public string? Name { get; init; }

    /// <summary>The address; null: one is made from the radio's seed. Zero and multicast addresses are allowed quirks.</summary>
    public BdAddr? Address { get; init; }

    /// <summary>HCI and LMP version; 0x0B is Core 5.2.</summary>
    public byte Version { get; init; } = 0x0B;

    /// <summary>Company identifier; 0xFFFF is for internal use.</summary>
    public ushort Manufacturer { get; init; } = 0xFFFF;

    /// <summary>HCI and LMP subversion.</summary>
    public ushort Subversion { get; init; } = 0x0001;

    /// <summary>Octets of one ACL buffer as Read Buffer Size says; 0 is a quirk of some dongles.</summary>
    public ushort AclLength { get; init; } = StandardAclLength;

    /// <summary>Octets that an ACL buffer really takes, where <see cref="AclLength"/> lies; null: as it says.</summary>
    public ushort? RealAclLength { get; init; }

    /// <summary>ACL buffers as Read Buffer Size says; 0 is a quirk of some dongles.</summary>
    public ushort AclCount { get; init; } = 8;

    /// <summary>ACL buffers that there really are, where <see cref="AclCount"/> lies; null: as it says.</summary>
    public ushort? RealAclCount { get; init; }

    /// <summary>Commands that the controller takes before the host must wait.</summary>
    public byte CommandCredits { get; init; } = 1;

    /// <summary>Whether LE is supported too (and never used: no LE link exists on this radio).</summary>
    public bool DualMode { get; init; }

    /// <summary>Whether Secure Simple Pairing is supported.</summary>
    public bool SimplePairing { get; init; } = true;

    /// <summary>Whether Secure Connections (P-256, AES-CCM) are supported.</summary>
    public bool SecureConnections { get; init; } = true;

    /// <summary>The longest encryption key in octets, 1 to 16; a link uses the shorter of its two ends.</summary>
    public byte EncryptionKeySize { get; init; } = 16;

    /// <summary>How many links this controller has at once.</summary>
    public int MaxLinks { get; init; } = 10;

    /// <summary>How many peripherals this controller has as a central: 7 (Core, Vol 2, Part B, 4.2).</summary>
    public int MaxPeripherals { get; init; } = 7;

    /// <summary>Whether a role switch that the peer asks for is granted, where link policy allows it.</summary>
    public bool AllowRoleSwitch { get; init; } = true;

    /// <summary>Whether inquiry, page and remote name exclude each other (0x0C), as in most controllers.</summary>
    public bool OneProcedureAtATime { get; init; } = true;

    /// <summary>Command codes (<c>0x1408</c>) that this controller does not know.</summary>
    public IReadOnlySet<ushort> UnsupportedCommands { get; init; } = new HashSet<ushort>();

    /// <summary>Command codes that supported commands claims although they are not known: clones do that.</summary>
    public IReadOnlySet<ushort> ClaimedCommands { get; init; } = new HashSet<ushort>();

    /// <summary>Whether unknown commands are answered by Command Complete instead of Command Status.</summary>
    public bool UnknownCommandCompletes { get; init; }

    /// <summary>The largest ACL fragment that is given to the host, 27 to 1021: small values act like small air
    /// packets.</summary>
    public int ReceiveFragment { get; init; } = 1021;

    /// <summary>The maker's side of the chip; null for one that does what the specification says and nothing else.</summary>
    public VendorModel? Vendor { get; init; }

    /// <summary>The first connection handle; the lowest free one is used.</summary>
    public ushort FirstHandle { get; init; } = 0x000B;

    internal int BufferLength => RealAclLength ?? (AclLength == 0 ? StandardAclLength : AclLength);

    internal int BufferCount => RealAclCount ?? Math.Max(AclCount, (ushort)1);
}
