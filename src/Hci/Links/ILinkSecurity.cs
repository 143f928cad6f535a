using HostStack.Hci.Packets;
using HostStack.Hci.Security;

namespace HostStack.Hci.Links;

/// <summary>What the links need of the security layer. Loop only.</summary>
internal interface ILinkSecurity
{
    /// <summary>Takes an event about authentication, pairing or encryption.</summary>
    /// <returns>Whether it is one; malformed ones count as taken.</returns>
    bool HandleEvent(EventCode code, ReadOnlySpan<byte> parameters);

    /// <summary>A link is up; nobody else has been told yet.</summary>
    void LinkOpened(ISecuredLink link);

    /// <summary>A link has ended: what waits for its security is told so.</summary>
    void LinkClosed(ISecuredLink link);

    /// <summary>Brings a link to what is asked.</summary>
    Task<SecurityShortfall> EnsureAsync(ISecuredLink link, SecurityRequirement requirement);

    /// <summary>Brings a link to what is asked by a service that tells of refusals itself.</summary>
    async Task<SecurityOutcome> SecureForServiceAsync(ISecuredLink link, SecurityRequirement requirement) =>
        new(await EnsureAsync(link, requirement));

    /// <summary>Whether a link meets what is asked now.</summary>
    SecurityShortfall Check(ISecuredLink link, SecurityRequirement requirement);

    /// <summary>Whether a link may be more secure in a moment.</summary>
    SecurityProspect Prospect(ISecuredLink link) => SecurityProspect.None;
}
