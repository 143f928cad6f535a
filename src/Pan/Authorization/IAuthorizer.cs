using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Pan.Authorization;

/// <summary>A peer asks to use a role.</summary>
/// <param name="Peer">Who asks.</param>
/// <param name="Service">The role it wants to reach here.</param>
/// <param name="PeerRole">The role it takes itself.</param>
/// <param name="Bonded">Whether its link key is stored.</param>
/// <param name="Security">What its link proves.</param>
public sealed record AuthorizationRequest(
    PeerAddress Peer, PanRole Service, PanRole PeerRole, bool Bonded, LinkSecurity Security);

/// <summary>The program's own decision about a peer, under <see cref="AuthorizationRule.Ask"/>.</summary>
/// <remarks>Called on the host's callback scheduler, never on its loop, so it may wait for a person. An answer that has
/// not come by <see cref="Deadline"/> counts as no: a peer that repeats its request would give up at about that
/// time. An exception counts as no, too.</remarks>
public interface IAuthorizer
{
    /// <summary>How long an answer may take.</summary>
    static TimeSpan Deadline { get; } = TimeSpan.FromSeconds(25);

    /// <summary>Decides.</summary>
    /// <param name="request">Who asks for what.</param>
    /// <param name="cancellationToken">Cancelled when the answer no longer matters: deadline, or the peer left.</param>
    /// <returns>True to let the peer in.</returns>
    ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken);
}
