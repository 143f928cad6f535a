using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using HostStack.Testing;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Tests.Security;

/// <summary>A link whose facts a test sets.</summary>
internal sealed class FakeSecuredLink : ISecuredLink
{
    private LinkSecurity _security;

    public ConnectionHandle Handle { get; init; } = new(0x000B);

    public PeerAddress Peer { get; init; } = new(BdAddr.Parse("5C:F3:70:66:12:34"));

    public List<LinkSecurity> Published { get; } = [];

    /// <summary>What the layers above do when they are told of a change.</summary>
    public Action? Told { get; set; }

    public LinkSecurity Security
    {
        get => _security;
        set
        {
            _security = value;
            Published.Add(value);
            Told?.Invoke();
        }
    }

    public bool? PeerHostSupportsSsp { get; set; } = true;

    public bool? PeerSupportsSecureConnections { get; set; } = false;

    public Task FeaturesKnown { get; set; } = Task.CompletedTask;

    public bool IsInitiator { get; set; }

    public bool IsUp { get; set; } = true;

    public HciStatus? Disconnected { get; private set; }

    public void Disconnect(HciStatus reason) => Disconnected = reason;
}

/// <summary>Keeps every line that is logged, at every level.</summary>
internal sealed class KeptLog : ILogger
{
    public List<string> Lines { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Add($"{formatter(state, exception)} {state} {exception}");
}

/// <summary>A user whose answers a test gives.</summary>
internal sealed class FakeAgent(IoCapability capability) : IPairingAgent
{
    public IoCapability IoCapability { get; } = capability;

    public OobDataTable Oob { get; } = new();

    public IOobDataSource? OobData => Oob;

    public List<PairingRequest> Asked { get; } = [];

    public List<PairingRequest> Shown { get; } = [];

    public List<KeypressNotificationType> Pressed { get; } = [];

    public List<bool> Ended { get; } = [];

    public CancellationToken Token { get; private set; }

    /// <summary>The answers; a test that leaves them open has a slow user.</summary>
    public Task<bool> Confirm { get; set; } = Task.FromResult(true);

    public Task<Passkey?> Passkey { get; set; } = Task.FromResult<Passkey?>(null);

    public Task<PinCode?> Pin { get; set; } = Task.FromResult<PinCode?>(null);

    public Task<bool> ConfirmAsync(PairingRequest request, CancellationToken cancellationToken) => Ask(request, Confirm, cancellationToken);

    public Task<Passkey?> EnterPasskeyAsync(PairingRequest request, CancellationToken cancellationToken) =>
        Ask(request, Passkey, cancellationToken);

    public Task<PinCode?> EnterPinAsync(PairingRequest request, CancellationToken cancellationToken) =>
        Ask(request, Pin, cancellationToken);

    public void DisplayPasskey(PairingRequest request) => Shown.Add(request);

    public void KeyPressed(PeerAddress peer, KeypressNotificationType type) => Pressed.Add(type);

    public void PairingEnded(PeerAddress peer, bool succeeded) => Ended.Add(succeeded);

    private Task<T> Ask<T>(PairingRequest request, Task<T> answer, CancellationToken token)
    {
        Asked.Add(request);
        Token = token;
        return answer;
    }
}

/// <summary>One coordinator on a pumped loop, its controller and one link. What was logged never holds a secret.</summary>
internal sealed class SecurityRig : ISecurityObserver, IDisposable
{
    /// <summary>Address of the peer as HCI carries it.</summary>
    public const string Peer = "34126670F35C";

    /// <summary>A link key, as HCI carries it.</summary>
    public const string Key = "C234C1198F3B520186AB92A2F874934E";

    public static readonly ControllerIdentity Local = new(BdAddr.Parse("00:1B:DC:07:32:03"), "Cambridge Silicon Radio 4.0 0x2031");

    private readonly List<string> _secrets = [Key];

    public SecurityRig(IPairingAgent? agent = null, SecurityOptions? options = null, ILinkKeyStore? store = null)
    {
        Store = store ?? new InMemoryLinkKeyStore();
        Loop = new EventLoop(Time);
        var scheduler = Run(() => Task.FromResult(TaskScheduler.FromCurrentSynchronizationContext()));
        Coordinator = new LinkSecurityCoordinator(
            Commands, Loop.Timers, Store, options ?? new SecurityOptions(), agent, () => Identity, Log, scheduler)
        {
            Observer = this,
        };
        Open(Link);
    }

    public ManualTime Time { get; } = new();

    public EventLoop Loop { get; }

    public FakeCommands Commands { get; } = new();

    public ILinkKeyStore Store { get; }

    public KeptLog Log { get; } = new();

    public ControllerIdentity Identity { get; set; } = Local;

    public FakeSecuredLink Link { get; init; } = new();

    public LinkSecurityCoordinator Coordinator { get; }

    public List<PairingOutcome> PairedOutcomes { get; } = [];

    public List<PairingOutcome> Failures { get; } = [];

    public List<SecurityRefusal> Refusals { get; } = [];

    public List<PeerAddress> Removed { get; } = [];

    public void Paired(PeerAddress peer, PairingOutcome outcome) => PairedOutcomes.Add(outcome);

    public void PairingFailed(PeerAddress peer, PairingOutcome outcome) => Failures.Add(outcome);

    public void Refused(SecurityRefusal refusal) => Refusals.Add(refusal);

    public void BondRemoved(PeerAddress peer) => Removed.Add(peer);

    public void Open(ISecuredLink link) => Do(() => Coordinator.LinkOpened(link));

    public void OpenWindow(int seconds = 60) => Do(() => Coordinator.OpenPairingWindow(TimeSpan.FromSeconds(seconds)));

    /// <summary>Another value that must never be logged.</summary>
    public void Hide(string secret) => _secrets.Add(secret);

    /// <summary>Stores a bond with the link's peer.</summary>
    public void Bond(LinkKeyType type, string key = Key, bool peerSupportsSc = false) =>
        Store.Save(new LinkKeyRow
        {
            Id = new(Local, Link.Peer),
            Key = new LinkKey(Convert.FromHexString(key)),
            Type = type,
            PeerSupportsSecureConnections = peerSupportsSc,
        });

    public LinkKeyRow? Stored => Store.Find(new(Local, Link.Peer));

    /// <summary>Gives an event, its parameters in hexadecimal.</summary>
    public void Event(EventCode code, string parameters) =>
        Do(() => Assert.That(Coordinator.HandleEvent(code, Convert.FromHexString(parameters.Replace(" ", "", StringComparison.Ordinal))), Is.True));

    /// <summary>The commands that were sent since, each as code, length and parameters.</summary>
    public void Expect(params string[] commands)
    {
        foreach (var command in commands)
        {
            Assert.That(Commands.Take(), Is.EqualTo(command.Replace(" ", "", StringComparison.Ordinal)));
        }

        Assert.That(Commands.Take(), Is.EqualTo("(none)"), "More was sent than expected.");
    }

    public Task<SecurityShortfall> Ensure(SecurityRequirement? requirement = null) =>
        Start(() => Coordinator.EnsureAsync(Link, requirement ?? SecurityRequirement.Default));

    public Task<PairingOutcome> Pair(SecurityRequirement? requirement = null) => Start(() => Coordinator.PairAsync(Link, requirement));

    public SecurityShortfall Check(SecurityRequirement? requirement = null) =>
        Run(() => Task.FromResult(Coordinator.Check(Link, requirement ?? SecurityRequirement.Default)));

    public void Advance(double seconds)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        Pump();
    }

    public void Do(Action action) => Run(() =>
    {
        action();
        return Task.FromResult(true);
    });

    public Task<T> Start<T>(Func<Task<T>> procedure)
    {
        var task = Loop.RunAsync(procedure);
        Pump();
        return task;
    }

    public T Run<T>(Func<Task<T>> procedure) => Start(procedure).Ended();

    public void Pump()
    {
        while (Loop.Pump())
        {
            // Until nothing is ready.
        }
    }

    public void Dispose()
    {
        Pump();
        Assert.That(Loop.Faults, Is.Zero, "A callback on the loop threw: " + string.Join('\n', Log.Lines.TakeLast(3)));
        Loop.Dispose();
        foreach (var secret in _secrets)
        {
            Assert.That(
                Log.Lines.Where(line => line.Contains(secret, StringComparison.OrdinalIgnoreCase)), Is.Empty, "A secret reached the log.");
        }
    }
}
