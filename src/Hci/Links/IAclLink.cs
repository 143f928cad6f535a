using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Which end of the link this device is (Core, Vol 4, Part E, 7.7.12).</summary>
public enum LinkRole : byte
{
    /// <summary>This device is the central (master) of the piconet.</summary>
    Central = 0,

    /// <summary>This device is the peripheral (slave).</summary>
    Peripheral = 1,
}

/// <summary>How a PDU stands to the bound of the link's egress queue.</summary>
public enum EgressClass : byte
{
    /// <summary>User data: refused when the queue is at its bound.</summary>
    Data = 0,

    /// <summary>Signalling and control: may use a small reserve beyond the bound, so that data cannot starve it.</summary>
    Control = 1,
}

/// <summary>One ACL link as L2CAP sees it. Loop only.</summary>
public interface IAclLink
{
    /// <summary>The controller's number for the link, of this epoch.</summary>
    ConnectionHandle Handle { get; }

    /// <summary>Who is at the other end.</summary>
    PeerAddress Peer { get; }

    /// <summary>BR/EDR or LE.</summary>
    LinkKind Kind { get; }

    /// <summary>This device's role at this moment.</summary>
    LinkRole Role { get; }

    /// <summary>What the link can prove at this moment.</summary>
    LinkSecurity Security { get; }

    /// <summary>Whether it may prove more in a moment.</summary>
    SecurityProspect SecurityProspect { get; }

    /// <summary>Whether the peer's host supports Secure Simple Pairing; null while its features are not known.</summary>
    bool? PeerHostSupportsSsp { get; }

    /// <summary>Whether the link is up; false for ever after its end.</summary>
    bool IsUp { get; }

    /// <summary>Why it has ended; null while it is up.</summary>
    HciStatus? EndReason { get; }

    /// <summary>Whether a data PDU would be taken now.</summary>
    bool HasRoom { get; }

    /// <summary>Queues one whole L2CAP PDU. Takes the buffer, whatever it returns; the buffer's headroom must hold the
    /// ACL header and the type octet (5).</summary>
    /// <param name="pdu">Basic L2CAP header and payload.</param>
    /// <param name="egressClass">Data or control.</param>
    /// <returns>False where the queue was full or the link is down: the PDU is dropped and counted.</returns>
    bool Send(PacketBuffer pdu, EgressClass egressClass);

    /// <summary>Brings the link to what <paramref name="requirement"/> asks: authenticates with the stored key or pairs,
    /// encrypts, reads the key size. Concurrent calls share the work.</summary>
    /// <param name="requirement">What is asked.</param>
    /// <returns>What is still missing; <see cref="SecurityShortfall.None"/> where the link now meets it.</returns>
    Task<SecurityShortfall> EnsureSecurityAsync(SecurityRequirement requirement);

    /// <summary>Like <see cref="EnsureSecurityAsync"/>, for a service that publishes its refusals: what the security layer
    /// refuses meanwhile is not published by that layer but handed over, so that it is told once and with the service's
    /// role.</summary>
    /// <param name="requirement">What is asked.</param>
    /// <returns>What is still missing, and the refusal that the caller has to tell.</returns>
    async Task<SecurityOutcome> SecureForServiceAsync(SecurityRequirement requirement) =>
        new(await EnsureSecurityAsync(requirement));

    /// <summary>Whether the link meets <paramref name="requirement"/> now, without doing anything.</summary>
    /// <param name="requirement">What is asked.</param>
    SecurityShortfall CheckSecurity(SecurityRequirement requirement);

    /// <summary>Asks the controller to end the link, when what is queued has gone or after half a second;
    /// <see cref="IAclLinkUser.LinkDown"/> follows. Nothing more is sent or received meanwhile.</summary>
    /// <param name="reason">The reason that the peer is told.</param>
    void Disconnect(HciStatus reason);

    /// <summary>Tells the link how many users keep it: at zero it is ended after the idle time of the host's options.</summary>
    /// <param name="users">Channels and procedures that need the link.</param>
    void SetUsers(int users);
}

/// <summary>What a layer above the links hears of them. Loop only; every call is synchronous and must not block.</summary>
public interface IAclLinkUser
{
    /// <summary>A link is up; no PDU of it came before.</summary>
    /// <param name="link">The link.</param>
    void LinkUp(IAclLink link);

    /// <summary>One reassembled L2CAP PDU, header included; its length field agrees with the octets. Borrowed.</summary>
    /// <param name="link">The link.</param>
    /// <param name="pdu">The PDU.</param>
    void PduReceived(IAclLink link, ReadOnlySpan<byte> pdu);

    /// <summary>The queue of the link, which was full, has room again, whether or not a PDU was refused meanwhile.</summary>
    /// <param name="link">The link.</param>
    void EgressReady(IAclLink link);

    /// <summary>Encryption, key size or key type changed.</summary>
    /// <param name="link">The link.</param>
    void SecurityChanged(IAclLink link);

    /// <summary>The link has ended; nothing more comes of it.</summary>
    /// <param name="link">The link.</param>
    /// <param name="reason">Why.</param>
    void LinkDown(IAclLink link, HciStatus reason);
}
