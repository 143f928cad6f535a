using HostStack.Hci.Packets;
using HostStack.Hci.Startup;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>How a host sets its controller up and treats its links.</summary>
public sealed record HciOptions
{
    /// <summary>The device's name, UTF-8, at most 248 octets; longer ones are cut.</summary>
    public string Name { get; init; } = "HostStack";

    /// <summary>What inquiries are told of the device: a computer that offers networking.</summary>
    public ClassOfDevice ClassOfDevice { get; init; } = new(MajorServiceClasses.Networking, MajorDeviceClass.Computer);

    /// <summary>The services that inquiries are told of.</summary>
    public IReadOnlyList<Guid> ServiceUuids { get; init; } = [];

    /// <summary>Whether inquiries find the device.</summary>
    public bool Discoverable { get; init; }

    /// <summary>Whether other devices may connect.</summary>
    public bool Connectable { get; init; } = true;

    /// <summary>How long a page takes before it is given up; 0.625 ms to 40.9 s.</summary>
    public TimeSpan PageTimeout { get; init; } = TimeSpan.FromMilliseconds(5120);

    /// <summary>How long the controller waits for this host to accept a link; 0.625 ms to 29 s.</summary>
    public TimeSpan AcceptTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a peer may be silent before its link counts as lost; 0.625 ms to 40.9 s. Set by the central.</summary>
    public TimeSpan SupervisionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a link without users stays up. Longer than a pairing in which the peer's user takes the time
    /// that the air allows.</summary>
    public TimeSpan IdleLinkTimeout { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>Whether this device becomes the central of links that peers open, as a server with several clients
    /// should be; needs a role switch.</summary>
    public bool PreferCentral { get; init; }

    /// <summary>Links at once; a piconet has room for seven.</summary>
    public int MaximumLinks { get; init; } = 7;

    /// <summary>Whether Secure Connections are turned on where the controller has them.</summary>
    public bool SecureConnections { get; init; } = true;

    /// <summary>Octets of the longest L2CAP PDU that is joined, header included.</summary>
    public int MaximumPdu { get; init; } = 8 * 1024;

    /// <summary>PDUs of data that wait for one link before more are refused.</summary>
    public int EgressData { get; init; } = 32;

    /// <summary>PDUs of signalling and control that may wait behind them.</summary>
    public int EgressControlReserve { get; init; } = 16;

    /// <summary>A controller that fails twice within this time is given up; once is answered by a reset.</summary>
    public TimeSpan RecoveryWindow { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where the firmware of controllers comes from that need some.</summary>
    public IFirmwareSource Firmware { get; init; } = FirmwareFolders.System;

    /// <summary>The address that the controller shall have, where its maker gives it a way: CSR and Broadcom chips. Null for its
    /// own. One that cannot be given ends the opening.</summary>
    public BdAddr? Address { get; init; }

    /// <summary>Decides on links that peers open, after this host's own checks; null admits all. Called on the loop; must
    /// not block.</summary>
    public Func<IncomingConnection, ConnectionDecision>? Admit { get; init; }
}

/// <summary>A peer that asks for a link.</summary>
/// <param name="Peer">Who asks.</param>
/// <param name="ClassOfDevice">What it says it is.</param>
/// <param name="Links">Links that are up or coming up.</param>
public readonly record struct IncomingConnection(BdAddr Peer, ClassOfDevice ClassOfDevice, int Links);

/// <summary>The answer to a peer that asks for a link.</summary>
public readonly record struct ConnectionDecision
{
    private ConnectionDecision(bool isAccepted, LinkRole? role, HciStatus reason)
    {
        IsAccepted = isAccepted;
        Role = role;
        Reason = reason;
    }

    /// <summary>Whether the link is accepted.</summary>
    public bool IsAccepted { get; }

    /// <summary>This device's role; null for what the options say.</summary>
    public LinkRole? Role { get; }

    /// <summary>What the peer is told where it is not accepted.</summary>
    public HciStatus Reason { get; }

    /// <summary>Accepts.</summary>
    /// <param name="role">This device's role; null for what the options say.</param>
    public static ConnectionDecision Accept(LinkRole? role = null) => new(true, role, HciStatus.Success);

    /// <summary>Refuses.</summary>
    /// <param name="reason">0x0D, 0x0E or 0x0F.</param>
    public static ConnectionDecision Reject(HciStatus reason = HciStatus.RejectedSecurity) => new(false, null, reason);
}
