using HostStack.Hci.Wire;

namespace HostStack.Pan.Authorization;

/// <summary>A device on a list of authorized ones.</summary>
/// <param name="Address">The device.</param>
/// <param name="Expires">Until when: then it is sent away, unless the rule allows it still. Null: for ever.</param>
public readonly record struct AuthorizedDevice(BdAddr Address, DateTimeOffset? Expires = null);

/// <summary>Which peers may use a role: the operator's rule, judged when a peer sets BNEP up on its real roles.</summary>
/// <remarks>Encryption and key size are not the rule's business: they are asked of the link before BNEP begins.</remarks>
public sealed record AuthorizationRule
{
    private readonly IReadOnlyList<AuthorizedDevice> _devices;

    private AuthorizationRule(AuthorizationRuleKind kind, IReadOnlyList<AuthorizedDevice>? devices = null)
    {
        Kind = kind;
        _devices = devices ?? [];
    }

    /// <summary>Peers whose link key is stored: the default.</summary>
    public static AuthorizationRule Bonded { get; } = new(AuthorizationRuleKind.Bonded);

    /// <summary>Every peer whose link meets the security requirement.</summary>
    public static AuthorizationRule All { get; } = new(AuthorizationRuleKind.All);

    /// <summary>Nobody.</summary>
    public static AuthorizationRule None { get; } = new(AuthorizationRuleKind.None);

    /// <summary>The program's <see cref="IAuthorizer"/> decides.</summary>
    public static AuthorizationRule Ask { get; } = new(AuthorizationRuleKind.Ask);

    /// <summary>What the rule goes by.</summary>
    public AuthorizationRuleKind Kind { get; }

    /// <summary>The listed devices; empty for other kinds.</summary>
    public IReadOnlyList<AuthorizedDevice> Devices => _devices;

    /// <summary>The rule that is tried where this one says no; null: the refusal stands.</summary>
    public AuthorizationRule? Otherwise { get; init; }

    /// <summary>The devices on a list, each until its expiry.</summary>
    /// <param name="devices">The list; kept.</param>
    public static AuthorizationRule Listed(IReadOnlyList<AuthorizedDevice> devices)
    {
        ArgumentNullException.ThrowIfNull(devices);
        return new AuthorizationRule(AuthorizationRuleKind.Listed, devices);
    }

    /// <summary>Judges a request; pure.</summary>
    /// <param name="peer">Who asks.</param>
    /// <param name="bonded">Whether its link key is stored.</param>
    /// <param name="now">The time, for expiries.</param>
    internal RuleJudgement Judge(PeerAddress peer, bool bonded, DateTimeOffset now)
    {
        var judgement = JudgeAlone(peer, bonded, now);
        return judgement.Verdict == RuleVerdict.Refuse && Otherwise is { } next ? next.Judge(peer, bonded, now) : judgement;
    }

    private RuleJudgement JudgeAlone(PeerAddress peer, bool bonded, DateTimeOffset now)
    {
        switch (Kind)
        {
            case AuthorizationRuleKind.All:
                return RuleJudgement.Allow;
            case AuthorizationRuleKind.Ask:
                return RuleJudgement.Ask;
            case AuthorizationRuleKind.Bonded:
                return bonded
                    ? RuleJudgement.Allow
                    : RuleJudgement.Refuse("bonded", $"Pair with {peer} first (open a pairing window), or use another rule.");
            case AuthorizationRuleKind.Listed:
                return JudgeList(peer, now);
            default:
                return RuleJudgement.Refuse("none", "The role is closed to everyone: give it another authorization rule.");
        }
    }

    private RuleJudgement JudgeList(PeerAddress peer, DateTimeOffset now)
    {
        var expired = false;
        foreach (var device in _devices)
        {
            if (device.Address != peer.Address)
            {
                continue;
            }

            if (device.Expires is not { } expires || now < expires)
            {
                return RuleJudgement.Allow with { Until = device.Expires };
            }

            expired = true;
        }

        return expired
            ? RuleJudgement.Refuse("listed, expired", $"Renew the list entry of {peer}.")
            : RuleJudgement.Refuse("listed", $"Add {peer} to the list of authorized devices.");
    }
}

/// <summary>What an <see cref="AuthorizationRule"/> goes by.</summary>
public enum AuthorizationRuleKind
{
    /// <summary>A stored link key.</summary>
    Bonded = 0,

    /// <summary>A list of devices.</summary>
    Listed,

    /// <summary>The program's answer.</summary>
    Ask,

    /// <summary>Everyone.</summary>
    All,

    /// <summary>No one.</summary>
    None,
}

internal enum RuleVerdict
{
    Allow = 0,
    Refuse,
    Ask,
}

/// <summary>What a rule says of one request.</summary>
/// <param name="Verdict">Yes, no, or ask.</param>
/// <param name="Rule">The rule that refused, in a word.</param>
/// <param name="Remedy">What to do about it.</param>
internal readonly record struct RuleJudgement(RuleVerdict Verdict, string Rule, string Remedy)
{
    /// <summary>Until when a yes holds; null: for ever.</summary>
    public DateTimeOffset? Until { get; init; }

    public static RuleJudgement Allow => new(RuleVerdict.Allow, "", "");

    public static RuleJudgement Ask => new(RuleVerdict.Ask, "ask", "");

    public static RuleJudgement Refuse(string rule, string remedy) => new(RuleVerdict.Refuse, rule, remedy);
}
