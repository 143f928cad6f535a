using HostStack.Hci.Loop;
using HostStack.Hci.Wire;

namespace HostStack.Pan.Authorization;

/// <summary>The outcome of an authorization.</summary>
/// <param name="Allowed">Whether the peer may enter.</param>
/// <param name="Rule">The rule that refused.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="Until">Until when a yes holds; null: for ever.</param>
internal readonly record struct AuthorizationOutcome(
    bool Allowed, string Rule = "", string Remedy = "", DateTimeOffset? Until = null);

/// <summary>Judges requests by a role's rule, and asks the program where the rule says so. Loop only.</summary>
internal sealed class AuthorizationGate
{
    private static readonly AuthorizationOutcome Accepted = new(true);
    private static readonly AuthorizationOutcome Declined =
        new(false, "ask, declined", "The operator said no; ask again and accept.");

    /// <summary>Nobody answered by the deadline.</summary>
    internal static readonly AuthorizationOutcome TooLate =
        new(false, "ask, no answer in time", "Answer within 25 s, or use a rule without questions.");

    private static readonly AuthorizationOutcome PeerLeft =
        new(false, "ask, peer left", "The peer left before the answer came.");

    private readonly AuthorizationRule _rule;
    private readonly IAuthorizer? _authorizer;
    private readonly TimerQueue _timers;
    private readonly TimeProvider _time;
    private readonly TaskScheduler _callbacks;

    public AuthorizationGate(
        AuthorizationRule rule, IAuthorizer? authorizer, TimerQueue timers, TimeProvider time, TaskScheduler callbacks)
    {
        _rule = rule;
        _authorizer = authorizer;
        _timers = timers;
        _time = time;
        _callbacks = callbacks;
    }

    /// <summary>Judges one request. Ends at the latest at the authorizer's deadline.</summary>
    /// <param name="request">Who asks for what.</param>
    /// <param name="abandoned">Cancelled when the peer is gone.</param>
    public async Task<AuthorizationOutcome> JudgeAsync(AuthorizationRequest request, CancellationToken abandoned)
    {
        var judgement = Judge(request.Peer, request.Bonded);
        return judgement.Verdict switch
        {
            RuleVerdict.Allow => new AuthorizationOutcome(true, Until: judgement.Until),
            RuleVerdict.Refuse => new AuthorizationOutcome(false, judgement.Rule, judgement.Remedy),
            _ => await AskAsync(request, abandoned),
        };
    }

    /// <summary>What the rule alone says now.</summary>
    /// <param name="peer">Who.</param>
    /// <param name="bonded">Whether its link proves a stored key.</param>
    public RuleJudgement Judge(PeerAddress peer, bool bonded) => _rule.Judge(peer, bonded, _time.GetUtcNow());

    private async Task<AuthorizationOutcome> AskAsync(AuthorizationRequest request, CancellationToken abandoned)
    {
        if (_authorizer is not { } authorizer)
        {
            return new AuthorizationOutcome(false, "ask, nobody to ask", "Give the role an IAuthorizer, or another rule.");
        }

        // One completion that answer, deadline and departure race for: awaited directly, so that nothing leaves the loop.
        var ended = new TaskCompletionSource<AuthorizationOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var over = new CancellationTokenSource();
        var deadline = _timers.Create(() => ended.TrySetResult(TooLate));
        deadline.Arm(IAuthorizer.Deadline);
        using (abandoned.Register(() => ended.TrySetResult(PeerLeft)))
        {
            _ = RunElsewhereAsync(() => _ = AnswerAsync(authorizer, request, ended, over.Token));
            var outcome = await ended.Task;
            deadline.Disarm();
            if (outcome == TooLate || outcome == PeerLeft)
            {
                // The program's own callbacks may hang on the token: they run elsewhere, too.
                _ = RunElsewhereAsync(over.Cancel);
            }

            return outcome;
        }
    }

    private static async Task AnswerAsync(
        IAuthorizer authorizer,
        AuthorizationRequest request,
        TaskCompletionSource<AuthorizationOutcome> ended,
        CancellationToken cancellationToken)
    {
        try
        {
            ended.TrySetResult(await authorizer.AuthorizeAsync(request, cancellationToken) ? Accepted : Declined);
        }
#pragma warning disable CA1031 // The program's own failure counts as no; it must not end the loop's work.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            ended.TrySetResult(new AuthorizationOutcome(
                false, "ask, authorizer failed", $"The IAuthorizer threw {failure.GetType().Name}: correct it."));
        }
    }

    private Task RunElsewhereAsync(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach, _callbacks);
}
