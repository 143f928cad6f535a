using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;

namespace HostStack.Bench.Rig;

/// <summary>Every link is encrypted with a bond from the start: pairing is not what is measured.</summary>
internal sealed class SatisfiedSecurity : ILinkSecurity
{
    private const byte FullKey = 16;

    public bool HandleEvent(EventCode code, ReadOnlySpan<byte> parameters) => false;

    public void LinkOpened(ISecuredLink link) =>
        link.Security = new LinkSecurity(EncryptionMode.AesCcm, FullKey, LinkKeyType.UnauthenticatedP256);

    public void LinkClosed(ISecuredLink link)
    {
        // Nothing is kept.
    }

    public Task<SecurityShortfall> EnsureAsync(ISecuredLink link, SecurityRequirement requirement) =>
        Task.FromResult(SecurityShortfall.None);

    public SecurityShortfall Check(ISecuredLink link, SecurityRequirement requirement) => SecurityShortfall.None;
}
