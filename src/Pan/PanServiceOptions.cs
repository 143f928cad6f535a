using HostStack.Bnep.Sessions;
using HostStack.Hci.Links;
using HostStack.Pan.Authorization;
using HostStack.Pan.Switching;
using HostStack.Sdp.Records;

namespace HostStack.Pan;

/// <summary>The policy of one served role. The defaults are the stack's: encryption with a 16-octet key, bonded peers.</summary>
public sealed record PanServiceOptions
{
    /// <summary>What the link must prove; judged again at BNEP setup where roles ask for different things.</summary>
    public SecurityRequirement Security { get; init; } = SecurityRequirement.Default;

    /// <summary>Which peers may enter.</summary>
    public AuthorizationRule Authorization { get; init; } = AuthorizationRule.Bonded;

    /// <summary>Who is asked, where the rule asks.</summary>
    public IAuthorizer? Authorizer { get; init; }

    /// <summary>Peers at one time; null: 7 for a NAP or GN. A PANU has one whatever this says.</summary>
    public int? ClientLimit { get; init; }

    /// <summary>The rules of the switch; not used by a PANU, which does not forward.</summary>
    public SwitchOptions Switch { get; init; } = new();

    /// <summary>BNEP's timers, limits and the administrator's filters.</summary>
    public BnepSessionOptions Bnep { get; init; } = new();

    /// <summary>What the service record says.</summary>
    public NetworkServiceOptions Record { get; init; } = new();
}

/// <summary>How a host becomes the user of a peer's network.</summary>
public sealed record PanClientOptions
{
    /// <summary>What the link must prove before the channel is asked for; the link is paired or authenticated where it
    /// does not yet.</summary>
    public SecurityRequirement Security { get; init; } = SecurityRequirement.Default;

    /// <summary>The waits between attempts after a loss; null: a loss is the end.</summary>
    public ReconnectPolicy? Reconnect { get; init; }

    /// <summary>Whether a first attempt that fails for a reason that may pass (peer not there, busy) is tried again, too.
    /// Needs <see cref="Reconnect"/>.</summary>
    public bool RetryFirstAttempt { get; init; }

    /// <summary>Looks the role up in the peer's service records first, for a clearer refusal.</summary>
    public bool VerifyRecord { get; init; }

    /// <summary>How long the peer may be silent after it said yes before it is asked for a sign of life, which every BNEP
    /// answers: some peers say yes and serve nobody. It is connected when anything has come.</summary>
    public TimeSpan ConfirmationTime { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>BNEP's timers, limits and the administrator's filters.</summary>
    public BnepSessionOptions Bnep { get; init; } = new() { SetupTimeout = TimeSpan.FromSeconds(5) };
}
