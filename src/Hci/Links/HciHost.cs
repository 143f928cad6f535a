using HostStack.Hci.Commands;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Links;

/// <summary>The host side of HCI over one controller: brings it up, keeps it alive, makes links. Loop only: whoever is not
/// on the loop calls through <see cref="EventLoop.RunAsync{T}"/>.</summary>
/// <remarks>A controller that fails (hardware error, lost framing, a command not answered) is reset once: every link ends, and
/// a new epoch begins. Failing again within <see cref="HciOptions.RecoveryWindow"/>, or losing the transport, ends the
/// host until <see cref="OpenAsync"/> is called with another transport.</remarks>
public sealed partial class HciHost : ICommandSender
{
    private const string ReopeningSentence = "The controller was let go to be opened again; try again when it is open.";
    private const string ClosedSentence = "The Bluetooth host is closed; open it again.";

    private readonly EventLoop _loop;
    private readonly IAclLinkUser _user;
    private readonly ILinkSecurity _security;
    private readonly IHciHostObserver? _observer;
    private readonly ILogger _log;
    private readonly NeighborCache _neighbors = new();
    private IHciTransport? _transport;
    private TransportInbox? _inbox;
    private ControllerEpoch? _epoch;
    private Task? _closing;
    private Task _released = Task.CompletedTask;
    private long? _lastReset;
    private Func<ControllerInfo, string?>? _refuse;
    private OpeningAttempt _attempt;
    private string _sentence = ClosedSentence;

    /// <summary>Makes a host without a controller.</summary>
    /// <param name="loop">The loop on which everything of the host runs.</param>
    /// <param name="options">How the controller is set up and links are treated.</param>
    /// <param name="security">Keys, agent, policy.</param>
    /// <param name="user">The layer above the links.</param>
    /// <param name="observer">Hears of the controller as a whole.</param>
    /// <param name="log">Where to log.</param>
    public HciHost(
        EventLoop loop, HciOptions options, HciSecurity security, IAclLinkUser user, IHciHostObserver? observer = null,
        ILogger? log = null)
        : this(loop, options, user, host => host.Coordinate(security), observer, log)
    {
    }

    internal HciHost(
        EventLoop loop, HciOptions options, IAclLinkUser user, Func<HciHost, ILinkSecurity> security,
        IHciHostObserver? observer = null, ILogger? log = null)
    {
        _loop = loop;
        _user = user;
        _observer = observer;
        _log = log ?? NullLogger.Instance;
        Options = options;
        _security = security(this);
    }

    /// <summary>Where the host stands.</summary>
    public HciHostState State { get; private set; }

    /// <summary>What was asked for, and changed since.</summary>
    public HciOptions Options { get; private set; }

    /// <summary>What has been counted since the host was made.</summary>
    public HciCounters Counters { get; } = new();

    /// <summary>What is known of the controller; null before the first opening.</summary>
    public ControllerInfo? Controller { get; private set; }

    /// <summary>ACL packets that the controller could take now; 0 while there is none.</summary>
    public int FreeBuffers => _epoch?.Context.Scheduler?.Free ?? 0;

    /// <summary>The links that are up.</summary>
    public IEnumerable<IAclLink> Links => _epoch?.Links.All.Where(link => link.IsUp) ?? [];

    /// <summary>Takes the transport over and brings its controller up.</summary>
    /// <param name="transport">Not started yet; closed with the host, and where the opening fails.</param>
    /// <param name="refuse">Asked about a controller that is up, before anybody can find it, and again after each reset in place:
    /// null to use it, or a sentence why it is closed again; what it throws closes it, too. On the loop.</param>
    /// <param name="reopened">What the caller has opened the controller again for, since it set out to open it.</param>
    /// <param name="canReopen">Whether the caller opens the controller again where its start-up asks for that; else the start-up does
    /// what can be done without.</param>
    /// <returns>Null where the controller is up. Else its start-up asks for another opening, and this one is over: the transport is
    /// closed, and nobody was told of the controller.</returns>
    /// <exception cref="ControllerUnavailableException">The controller does not answer, not after a second reset either,
    /// cannot do BR/EDR, or was refused.</exception>
    /// <exception cref="InvalidOperationException">The host is open.</exception>
    public async Task<ReopenRequest?> OpenAsync(
        IHciTransport transport, Func<ControllerInfo, string?>? refuse = null, ReopenReasons reopened = ReopenReasons.None,
        bool canReopen = false)
    {
        ArgumentNullException.ThrowIfNull(transport);
        if (State is not (HciHostState.Closed or HciHostState.Failed))
        {
            throw new InvalidOperationException("The host is open; close it first.");
        }

        var inbox = new TransportInbox(_loop, this);
        State = HciHostState.Opening;
        _attempt = new OpeningAttempt(IsOpening: true, IsSecond: false, reopened, canReopen);
        _closing = null;
        _lastReset = null;
        _refuse = refuse;
        _transport = TransportOutbox.Over(transport, inbox);
        await _released; // Two transports may stand for one device, which is opened once.
        if (State != HciHostState.Opening)
        {
            throw Unavailable(); // Closed meanwhile.
        }

        _inbox = inbox;
        _loop.Idle += Flush;
        try
        {
            _transport.Start(inbox);
            ReopenRequest? request;
            try
            {
                request = await BringUpAsync();
            }
            catch (ControllerUnavailableException failure) when (State == HciHostState.Opening && !failure.IsFinal)
            {
                // Once more: what a controller was left with by its last host can cost the first Reset.
                Counters.Resets++;
                _attempt = _attempt with { IsSecond = true };
                request = await BringUpAsync();
            }

            return request is null ? null : await LetGoAsync(request);
        }
        catch (Exception failure)
        {
            if (State == HciHostState.Opening)
            {
                State = HciHostState.Failed;
                Release(failure.Message);
            }

            await _released;
            throw;
        }
    }

    /// <summary>Closes: no link is let in, those that are up are ended (2 s at most), the controller is reset, the
    /// transport closed; while it is opened or reset in place, the transport alone. Idempotent.</summary>
    public Task CloseAsync() => _closing ??= CloseOnceAsync();

    /// <inheritdoc/>
    public bool Supports(OpCode opCode) => _epoch?.Commands.Supports(opCode) ?? false;

    /// <inheritdoc/>
    public Task<TReturn> SendAsync<TReturn>(IHciCommand<TReturn> command)
        where TReturn : struct, IReturnParameters<TReturn> =>
        _epoch is { } epoch ? epoch.Commands.SendAsync(command) : Task.FromException<TReturn>(Unavailable());

    /// <inheritdoc/>
    public Task<HciStatus> SendAsync(IHciStatusCommand command) =>
        _epoch is { } epoch ? epoch.Commands.SendAsync(command) : Task.FromException<HciStatus>(Unavailable());

    /// <summary>Sends a command by its code: a vendor's, or one that has no type here.</summary>
    /// <param name="command">The command.</param>
    public Task<RawReturn> SendAsync(RawCommand command) =>
        _epoch is { } epoch ? epoch.Commands.SendAsync(command) : Task.FromException<RawReturn>(Unavailable());

    /// <summary>Takes one whole packet from the controller, type octet first, on the loop. The transport's packets come
    /// this way; so do a replay's and a benchmark's, which are on the loop already.</summary>
    internal void Receive(ReadOnlySpan<byte> packet) => _epoch?.Handle(packet);

    internal bool IsCurrent(TransportInbox inbox) => inbox == _inbox;

    internal void FramingLost(string detail)
    {
        Counters.FramingLosses++;
        Fault($"The octets of the controller lost their framing: {detail}.");
    }

    internal void TransportLost(Exception? failure)
    {
        var sentence = failure is null
            ? $"The controller {_transport!.Name} closed the connection; start it again or plug it in again."
            : $"The controller {_transport!.Name} was lost ({failure.Message}); start it again or plug it in again.";
        if (State is HciHostState.Open or HciHostState.Resetting)
        {
            Fail(sentence);
        }
        else
        {
            // Bring-up or closing goes on by the failure of its commands.
            State = State == HciHostState.Opening ? HciHostState.Failed : State;
            Release(sentence);
        }
    }

    private ControllerUnavailableException Unavailable() =>
        new(State == HciHostState.Resetting ? "The controller is being reset; try again in a moment." : _sentence);

    private void Flush() => _transport?.Flush();

    // A controller that went to start over is lost already; it is none that has failed.
    private async Task<ReopenRequest> LetGoAsync(ReopenRequest request)
    {
        if (State is HciHostState.Opening or HciHostState.Failed)
        {
            LinkLog.Reopening(_log, request.Reason);
            State = HciHostState.Failed;
            Release(ReopeningSentence);
        }

        await _released;
        return State == HciHostState.Failed ? request : throw Unavailable(); // Closed meanwhile.
    }

    private async Task<ReopenRequest?> BringUpAsync()
    {
        var transport = _transport!;
        var epoch = Begin();
        if (!await epoch.BringUpAsync())
        {
            return epoch.Reopening;
        }

        // It may have gone right after an answer, before this procedure went on: nobody hears of such a controller.
        epoch.ThrowIfOver();
        var controller = epoch.Context.Controller! with { Device = transport.Device };
        if (_refuse?.Invoke(controller) is { } sentence)
        {
            if (State == HciHostState.Opening)
            {
                State = HciHostState.Failed;
                Release(sentence);
            }

            throw new ControllerUnavailableException(sentence);
        }

        if (epoch.Reopening is { } request)
        {
            return request;
        }

        // Peers come as soon as this is taken, before it is answered.
        Controller = controller;
        await epoch.Commands.SendAsync(new WriteScanEnableCommand(Scan(Options)));
        epoch.ThrowIfOver();

        // A reset later on finds the line where the start-up left it, and opens nothing again.
        State = HciHostState.Open;
        _attempt = default;
        TellOpened(transport.Name, controller);
        return null;
    }

    private void TellOpened(string name, ControllerInfo controller)
    {
        Tell(() => LinkLog.Opened(_log, name, controller.Address, controller.Version.HciVersion));
        if (controller.Firmware is { } firmware)
        {
            Tell(() => LinkLog.Firmware(_log, firmware));
        }

        foreach (var quirk in controller.Quirks)
        {
            Tell(() => LinkLog.Quirk(_log, quirk));
            Tell(() => _observer?.ControllerWarning(quirk));
        }
    }

    // The observer and the log hear of what is so already: what they throw changes nothing of it.
    private void Tell(Action told) => _loop.Timers.Tell(told);

    private ControllerEpoch Begin()
    {
        _epoch?.Close(ClosedSentence);
        _limitedDiscoverable?.Disarm();
        var commands = new CommandQueue(_loop.Timers, _transport!, Counters, Fault);
        var context = new LinkContext
        {
            Commands = commands,
            Timers = _loop.Timers,
            Options = Options,
            Counters = Counters,
            User = _user,
            Security = _security,
            Neighbors = _neighbors,
            Log = _log,
            Fault = Fault,
        };
        return _epoch = new ControllerEpoch(_transport!, context, commands, Fault, _attempt);
    }

    private void Fault(string cause)
    {
        switch (State)
        {
            case HciHostState.Open when _lastReset is not { } last || _loop.Timers.Since(last) > Options.RecoveryWindow:
                _lastReset = _loop.Timers.Now;
                _ = RecoverAsync(cause);
                break;
            case HciHostState.Open or HciHostState.Resetting:
                Fail($"{cause} It had been reset before; {_transport!.SilenceRemedy}.");
                break;
            default:
                _epoch?.Close(cause);
                break;
        }
    }

    private async Task RecoverAsync(string cause)
    {
        State = HciHostState.Resetting;
        Counters.Resets++;
        Tell(() => LinkLog.Resetting(_log, cause));
        try
        {
            _epoch!.Close($"The controller was reset: {cause}");
            Tell(() => _observer?.ControllerResetting(cause));

            // What answers after a reset may tell another identity than before: a chip that lost its firmware, or one that lies.
            await BringUpAsync();
            Tell(() => _observer?.ControllerRecovered());
        }
        catch (ControllerUnavailableException failure)
        {
            FailRecovery(failure.Message);
        }
#pragma warning disable CA1031 // Nobody awaits a recovery: what the program is asked within it may throw, and must not leave the host in between.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Tell(() => LinkLog.RecoveryFault(_log, failure));
            FailRecovery($"The controller was reset and not taken into use again ({failure.Message.TrimEnd('.')}); mend what the log names, and open it again.");
        }
    }

    // Where the host was closed meanwhile, or has failed already, there is nothing left to fail.
    private void FailRecovery(string sentence)
    {
        if (State == HciHostState.Resetting)
        {
            Fail(sentence);
        }
    }

    private void Fail(string sentence)
    {
        State = HciHostState.Failed;
        Tell(() => LinkLog.Failed(_log, sentence));
        Release(sentence);
        Tell(() => _observer?.ControllerFailed(sentence));
    }
}
