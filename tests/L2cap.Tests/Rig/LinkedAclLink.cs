using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.L2cap.Tests.Rig;

/// <summary>One end of a link whose other end is another layer: PDUs wait until the test carries them over.</summary>
internal sealed class LinkedAclLink : IAclLink
{
    public Queue<byte[]> Outbox { get; } = [];

    public ConnectionHandle Handle => new(0x0001);

    public PeerAddress Peer { get; init; } = new(BdAddr.Parse("00:1B:DC:07:32:EF"));

    public LinkKind Kind => LinkKind.BrEdr;

    public LinkRole Role => LinkRole.Central;

    public LinkSecurity Security { get; set; } = new(EncryptionMode.AesCcm, 16, LinkKeyType.UnauthenticatedP256);

    public SecurityProspect SecurityProspect => SecurityProspect.None;

    public bool? PeerHostSupportsSsp { get; set; } = true;

    public bool IsUp => true;

    public HciStatus? EndReason => null;

    public bool HasRoom { get; set; } = true;

    public SecurityShortfall Shortfall { get; set; }

    public int Users { get; private set; }

    public bool Send(PacketBuffer pdu, EgressClass egressClass)
    {
        var taken = HasRoom || egressClass == EgressClass.Control;
        if (taken)
        {
            Outbox.Enqueue(pdu.Span.ToArray());
        }

        pdu.Release();
        return taken;
    }

    public Task<SecurityShortfall> EnsureSecurityAsync(SecurityRequirement requirement) => Task.FromResult(Shortfall);

    public SecurityShortfall CheckSecurity(SecurityRequirement requirement) => Shortfall;

    public void Disconnect(HciStatus reason) => Outbox.Clear();

    public void SetUsers(int users) => Users = users;
}
