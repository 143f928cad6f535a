using HostStack.Hci.Links;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Security;

/// <summary>Brings one link to what is asked: looks, waits for what is going on, starts what is missing, looks again.</summary>
internal sealed class SecurityProcedure(LinkSecuritySession session, SecurityContext context)
{
    // A collision with the peer is tried once more.
    private const int Attempts = 2;

    // The peer's own procedures come first, but not for ever.
    private const int Waits = 8;

    /// <summary>What the link lacks now.</summary>
    public SecurityShortfall Check(SecurityRequirement requirement) =>
        KeyPolicy.Check(session.Link.Security, session.State.IsSettled, Effective(requirement));

    /// <summary>Brings the link to what is asked.</summary>
    /// <param name="requirement">What is asked.</param>
    /// <param name="isExplicit">Whether the operator named this peer to pair with.</param>
    public async Task<ProcedureEnd> EnsureAsync(SecurityRequirement requirement, bool isExplicit)
    {
        var asked = Effective(requirement);
        var attempts = 0;
        ProcedureEnd? last = null;
        for (var waits = 0; waits < Waits; waits++)
        {
            if (session.Ended is { } ended)
            {
                return ended;
            }

            if (session.IsClosed || !session.Link.IsUp || Check(asked) == SecurityShortfall.None)
            {
                break;
            }

            if (session.State.IsBusy)
            {
                last = await session.WhenSettledAsync();
                if (last is { Failed: true, Wanted: { } wanted } && Covers(wanted, asked))
                {
                    break;
                }
            }
            else if (!session.Link.FeaturesKnown.IsCompleted)
            {
                await session.Link.FeaturesKnown;
            }
            else if (Plan(asked, isExplicit, out var input) is { } rule)
            {
                session.Refuse(rule, session.Keys.Stored?.Type);
                return new ProcedureEnd(rule, HciStatus.Success, true, asked);
            }
            else if (attempts++ == Attempts)
            {
                break;
            }
            else
            {
                last = await session.BeginAsync(input, asked, isExplicit || context.Window.IsOpen, isExplicit);
                if (last.Failed)
                {
                    break;
                }
            }
        }

        return last ?? new ProcedureEnd(null, HciStatus.Success, false, asked);
    }

    /// <summary>What the caller hears.</summary>
    public SecurityShortfall ShortfallAfter(SecurityRequirement requirement, ProcedureEnd end)
    {
        if (session.IsClosed || !session.Link.IsUp)
        {
            return SecurityShortfall.LinkLost;
        }

        var shortfall = Check(requirement);
        return shortfall == SecurityShortfall.None || !end.Failed ? shortfall : KeyPolicy.ShortfallOf(end.Rule);
    }

    private static bool Covers(SecurityRequirement wanted, SecurityRequirement asked) =>
        (wanted.Authenticated || !asked.Authenticated) && (wanted.SecureConnectionsOnly || !asked.SecureConnectionsOnly);

    private SecurityRequirement Effective(SecurityRequirement requirement) =>
        context.Options.SecureConnectionsOnly && requirement.Encryption
            ? requirement with { SecureConnectionsOnly = true }
            : requirement;

    // Gives the procedure to start, or the rule by which there is none.
    private SecurityRule? Plan(SecurityRequirement asked, bool isExplicit, out SecurityInput input)
    {
        input = SecurityInput.AuthenticateAsked;
        var link = session.Link;
        var keys = session.Keys;
        if (session.State.Encrypted)
        {
            // No procedure makes a key longer or its size known.
            switch (Check(asked))
            {
                case SecurityShortfall.KeyTooShort: return SecurityRule.KeyTooShort;
                case SecurityShortfall.KeySizeUnknown: return SecurityRule.KeySizeUnknown;
            }
        }

        var isUsable = keys.Select(asked, out _, out var rule) is not null;
        if (isUsable && keys.IsPeerProven && keys.Type is { } type && KeyPolicy.Meets(type, asked) && !session.State.Encrypted)
        {
            input = SecurityInput.EncryptAsked;
            return null;
        }

        if (isUsable)
        {
            return null;
        }

        // It has to pair.
        return rule is SecurityRule.OwnAddress or SecurityRule.SecurityDowngrade ? rule
            : !isExplicit && !context.Window.IsOpen ? rule ?? SecurityRule.PairingNotAllowed
            : context.Pairing is { } other && other != session ? SecurityRule.OnePairingAtATime
            : asked.SecureConnectionsOnly && link.PeerSupportsSecureConnections == false ? SecurityRule.NoSecureConnections
            : link.PeerHostSupportsSsp == false && !context.Options.AllowLegacyPairing ? SecurityRule.LegacyPairing
            : asked.Authenticated && !CanProtect() ? SecurityRule.NoMitmProtection
            : null;
    }

    private bool CanProtect() =>
        context.IoCapability != IoCapability.NoInputNoOutput || context.Agent?.OobData?.Find(session.Link.Peer) is not null;
}
