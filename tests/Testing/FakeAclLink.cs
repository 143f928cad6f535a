using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Testing;

/// <summary>A link that keeps what is sent on it and whose security a test sets.</summary>
public sealed class FakeAclLink : IAclLink
{
    public ConnectionHandle Handle { get; set; } = new(0x000B);

    public PeerAddress Peer { get; set; } = new(BdAddr.Parse("5C:F3:70:66:12:34"));

    public LinkKind Kind { get; set; } = LinkKind.BrEdr;

    public LinkRole Role { get; set; } = LinkRole.Central;

    public LinkSecurity Security { get; set; } = new(EncryptionMode.AesCcm, 16, LinkKeyType.UnauthenticatedP256);

    public SecurityProspect SecurityProspect { get; set; }

    public bool? PeerHostSupportsSsp { get; set; } = true;

    public bool IsUp { get; set; } = true;

    public HciStatus? EndReason { get; set; }

    public bool HasRoom { get; set; } = true;

    /// <summary>What <see cref="CheckSecurity"/> says.</summary>
    public SecurityShortfall Shortfall { get; set; }

    /// <summary>What <see cref="EnsureSecurityAsync"/> gives; null: a task that the test completes by
    /// <see cref="EnsureCompletion"/>.</summary>
    public SecurityShortfall? EnsureResult { get; set; } = SecurityShortfall.None;

    public TaskCompletionSource<SecurityShortfall> EnsureCompletion { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Copies of the PDUs that were sent, oldest first.</summary>
    public List<byte[]> Sent { get; } = [];

    public bool KeepSent { get; set; } = true;

    public HciStatus? DisconnectReason { get; private set; }

    public int Users { get; private set; }

    public bool Send(PacketBuffer pdu, EgressClass egressClass)
    {
        var taken = IsUp && (HasRoom || egressClass == EgressClass.Control);
        if (taken && KeepSent)
        {
            Sent.Add(pdu.Span.ToArray());
        }

        pdu.Release();
        return taken;
    }

    public Task<SecurityShortfall> EnsureSecurityAsync(SecurityRequirement requirement) =>
        EnsureResult is { } result ? Task.FromResult(result) : EnsureCompletion.Task;

    public SecurityShortfall CheckSecurity(SecurityRequirement requirement) => Shortfall;

    public void Disconnect(HciStatus reason) => DisconnectReason = reason;

    public void SetUsers(int users) => Users = users;

    public byte[] TakeSent()
    {
        var first = Sent[0];
        Sent.RemoveAt(0);
        return first;
    }
}
