using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.Pan.Authorization;
using HostStack.Testing;

namespace HostStack.Pan.Tests.Authorization;

[TestFixture]
internal sealed class AuthorizationGateTests
{
    private readonly ManualTime _time = new();
    private EventLoop _loop = null!;

    [SetUp]
    public void SetUp() => _loop = new EventLoop(_time);

    [TearDown]
    public void TearDown() => _loop.Dispose();

    [Test]
    public async Task Ask_YesOrNo_IsTheAuthorizersAnswer([Values] bool answer)
    {
        var authorizer = new TestAuthorizer();
        var outcome = Judge(authorizer);
        Pump();

        authorizer.Answer.SetResult(answer);
        Pump();

        Assert.That(outcome.IsCompletedSuccessfully, Is.True);
        Assert.That((await Of(outcome)).Allowed, Is.EqualTo(answer));
        Assert.That(authorizer.Asked, Is.EqualTo(Request));
    }

    [Test]
    public async Task Ask_NoAnswer_IsNoAtTheDeadlineAndNotBefore()
    {
        var authorizer = new TestAuthorizer();
        var outcome = Judge(authorizer);
        Pump();

        _time.Advance(TimeSpan.FromSeconds(25) - TimeSpan.FromTicks(1));
        Pump();
        var early = outcome.IsCompleted;
        _time.Advance(TimeSpan.FromTicks(1));
        Pump();

        Assert.That(early, Is.False);
        Assert.That((await Of(outcome)).Rule, Is.EqualTo("ask, no answer in time"));
        Assert.That(authorizer.Cancelled, Is.True, "the authorizer is told that nobody waits any more");
    }

    [Test]
    public async Task Ask_PeerLeaves_EndsTheWait()
    {
        var authorizer = new TestAuthorizer();
        using var gone = new CancellationTokenSource();
        var outcome = Judge(authorizer, gone.Token);
        Pump();

        await gone.CancelAsync();
        Pump();

        Assert.That((await Of(outcome)).Rule, Is.EqualTo("ask, peer left"));
    }

    [Test]
    public async Task Ask_AuthorizerThrows_IsNo([Values] bool atOnce)
    {
        var authorizer = new TestAuthorizer { ThrowAtOnce = atOnce };
        var outcome = Judge(authorizer);
        Pump();
        if (!atOnce)
        {
            authorizer.Answer.SetException(new InvalidOperationException("a bug of the program"));
            Pump();
        }

        Assert.That((await Of(outcome)).Rule, Is.EqualTo("ask, authorizer failed"));
        Assert.That((await Of(outcome)).Remedy, Does.Contain("InvalidOperationException"));
    }

    [Test]
    public async Task Ask_WithoutAuthorizer_IsNoWithTheRemedy()
    {
        var outcome = Judge(null);
        Pump();

        Assert.That((await Of(outcome)).Remedy, Does.Contain("IAuthorizer"));
    }

    private static AuthorizationRequest Request { get; } = new(
        new PeerAddress(BdAddr.Parse("5C:F3:70:66:12:34")), PanRole.Gn, PanRole.Panu, false, LinkSecurity.None);

    private static async Task<AuthorizationOutcome> Of(Task<AuthorizationOutcome> task)
    {
        Assert.That(task.IsCompleted, Is.True);
        return await task;
    }

    private Task<AuthorizationOutcome> Judge(IAuthorizer? authorizer, CancellationToken abandoned = default)
    {
        var gate = new AuthorizationGate(
            AuthorizationRule.Ask, authorizer, _loop.Timers, _time, new HostStack.Host.LoopTaskScheduler(_loop));
        return _loop.RunAsync(() => gate.JudgeAsync(Request, abandoned));
    }

    private void Pump()
    {
        while (_loop.Pump())
        {
        }
    }

    private sealed class TestAuthorizer : IAuthorizer
    {
        public TaskCompletionSource<bool> Answer { get; } = new();

        public AuthorizationRequest? Asked { get; private set; }

        public bool Cancelled { get; private set; }

        public bool ThrowAtOnce { get; init; }

        public async ValueTask<bool> AuthorizeAsync(AuthorizationRequest request, CancellationToken cancellationToken)
        {
            Asked = request;
            cancellationToken.Register(() => Cancelled = true);
            return ThrowAtOnce ? throw new InvalidOperationException("a bug of the program") : await Answer.Task;
        }
    }
}
