using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;

namespace HostStack.Host;

/// <summary>Tells the readers of events of links, and passes everything on to the layer above them.</summary>
internal sealed class LinkEventTap(IAclLinkUser above, HostEvents events) : IAclLinkUser
{
    public void LinkUp(IAclLink link)
    {
        events.Publish(new LinkUp(link.Peer, link.Role));
        above.LinkUp(link);
    }

    public void PduReceived(IAclLink link, ReadOnlySpan<byte> pdu) => above.PduReceived(link, pdu);

    public void EgressReady(IAclLink link) => above.EgressReady(link);

    public void SecurityChanged(IAclLink link)
    {
        events.Publish(new LinkSecured(link.Peer, link.Security));
        above.SecurityChanged(link);
    }

    public void LinkDown(IAclLink link, HciStatus reason)
    {
        above.LinkDown(link, reason);
        events.Publish(new LinkDown(link.Peer, reason));
    }
}

/// <summary>Tells the readers of events of pairings and of refusals by the security layer.</summary>
internal sealed class SecurityEventTap(HostEvents events) : ISecurityObserver
{
    public void Paired(PeerAddress peer, PairingOutcome outcome) =>
        events.Publish(new Paired(peer, outcome.KeyType ?? LinkKeyType.Combination, outcome.IsBonded));

    public void PairingFailed(PeerAddress peer, PairingOutcome outcome) =>
        events.Publish(new PairingFailed(
            peer,
            outcome.Rule is { } rule ? rule.ToString() : $"{outcome.Shortfall} ({outcome.Status})",
            outcome.Rule is { } known
                ? new SecurityRefusal(known, peer, outcome.KeyType, 0, outcome.Status).Remedy
                : "Try again; if it stays so, remove the bond on both devices first."));

    public void Refused(SecurityRefusal refusal) =>
        events.Publish(new Refused(
            RefusalLayer.Security, refusal.Rule.ToString(), refusal.Peer, null, refusal.KeyType, refusal.Remedy));

    public void BondRemoved(PeerAddress peer) => events.Publish(new BondRemoved(peer));
}
