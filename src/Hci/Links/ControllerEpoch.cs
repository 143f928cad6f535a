using HostStack.Hci.Commands;
using HostStack.Hci.Packets;
using HostStack.Hci.Startup;
using HostStack.Hci.Transport;

namespace HostStack.Hci.Links;

/// <summary>What lives from one reset of the controller to the next: commands, credits, links, procedures. Handles and
/// completions of an older epoch find nothing here.</summary>
internal sealed class ControllerEpoch
{
    private readonly HciCounters _counters;
    private readonly ILinkSecurity _security;
    private readonly IHciTransport _transport;
    private readonly LinkEvents _events;
    private readonly RemoteNames _names;
    private readonly Action<string> _fault;
    private readonly StartupContext _startup;
    private string? _end;

    public ControllerEpoch(
        IHciTransport transport, LinkContext context, CommandQueue commands, Action<string> fault, OpeningAttempt attempt)
    {
        _transport = transport;
        _counters = context.Counters;
        _security = context.Security;
        _fault = fault;
        Context = context;
        Commands = commands;
        _startup = new StartupContext(commands, context.Timers, transport, context.Options)
        {
            IsOpening = attempt.IsOpening,
            IsSecondAttempt = attempt.IsSecond,
            Reopened = attempt.Reopened,
            CanReopen = attempt.CanReopen,
        };
        Links = new LinkSet(context);
        Connector = new Connector(Links);
        _names = new RemoteNames(context);
        Inquirer = new Inquirer(context, _names);
        _events = new LinkEvents(Links);
    }

    public LinkContext Context { get; }

    public CommandQueue Commands { get; }

    public LinkSet Links { get; }

    public Connector Connector { get; }

    public RemoteNames Names => _names;

    public Inquirer Inquirer { get; }

    public bool IsOver => _end is not null;

    /// <summary>The other opening that the start-up asks for; null: none.</summary>
    public ReopenRequest? Reopening => _startup.Reopening;

    /// <summary>Runs what the maker's chips need, then bring-up. Links are let in by the caller afterwards.</summary>
    /// <returns>Whether it is up; else its start-up ends with <see cref="Reopening"/>, and nothing is known of it. Bring-up asks
    /// when all is known.</returns>
    public async Task<bool> BringUpAsync()
    {
        try
        {
            if (ControllerStartups.For(_transport.Device) is { } start)
            {
                await start.RunAsync(_startup);
            }

            if (Reopening is not null)
            {
                return false;
            }

            var controller = await new BringUp(Commands, Context.Options, _startup).RunAsync();
            Context.Controller = controller with { Buffers = controller.Buffers.Within(_transport) };
        }
        catch (ControllerUnavailableException failure) when (_startup.Advice is { } advice)
        {
            throw new ControllerUnavailableException($"{failure.Message} {advice}", failure) { IsFinal = failure.IsFinal };
        }

        var nonFlushable = Context.Controller.Features.Has(LmpFeaturePage0.NonFlushablePacketBoundary);
        Context.Scheduler = new AclScheduler(_transport, Context.Controller.Buffers, nonFlushable, _counters);
        Links.IsAdmitting = true;
        return true;
    }

    /// <summary>Takes a serial line, after the last Reset, back to the rate at which the next host looks for the controller.</summary>
    /// <returns>Null where the controller is there; else why not, as a clause.</returns>
    /// <exception cref="ControllerUnavailableException">The controller is lost.</exception>
    public Task<string?> GoBackToFirstRateAsync() => _startup.Line?.GoBackAsync() ?? Task.FromResult<string?>(null);

    /// <summary>Gives what a procedure gives that needs the controller all the while: what the controller's end did to it is
    /// no outcome of its own.</summary>
    /// <exception cref="ControllerUnavailableException">The epoch has ended meanwhile.</exception>
    public async Task<T> WhileItLastsAsync<T>(Task<T> procedure)
    {
        var outcome = await procedure;
        ThrowIfOver();
        return outcome;
    }

    /// <exception cref="ControllerUnavailableException">The epoch has ended.</exception>
    public void ThrowIfOver()
    {
        if (_end is { } sentence)
        {
            throw new ControllerUnavailableException(sentence);
        }
    }

    /// <summary>Ends every link and call. Idempotent; throws nothing: what a step throws is the loop's to count and to log.</summary>
    public void Close(string sentence)
    {
        if (IsOver)
        {
            return;
        }

        // Each has callers of its own: where one step throws, the others are made all the same.
        _end = sentence;
        var timers = Context.Timers;
        timers.Tell(() => Commands.Close(sentence));
        timers.Tell(() => _startup.Close(sentence));
        timers.Tell(() => Links.Close(HciStatus.HardwareFailure));
        timers.Tell(() => Context.Arbiter.Close(sentence));
        timers.Tell(_names.Close);
        timers.Tell(Inquirer.Close);
    }

    /// <summary>Takes one whole packet, type octet first. Allocates nothing for ACL data and completed packets.</summary>
    public void Handle(ReadOnlySpan<byte> packet)
    {
        if (IsOver || packet.IsEmpty)
        {
            return;
        }

        if (Commands.IsResetting && !IsAnswer(packet))
        {
            // Of before the reset; a controller that failed may say so more than once.
            _counters.UnhandledEvents++;
            return;
        }

        switch ((H4PacketType)packet[0])
        {
            case H4PacketType.AclData when AclDataPacket.TryParse(packet[1..], out var data):
                Links.Receive(data);
                break;
            case H4PacketType.Event when EventPacket.TryParse(packet[1..], out var eventPacket):
                _counters.Events++;
                Handle(eventPacket.Code, eventPacket.Parameters);
                break;
            case H4PacketType.SynchronousData or H4PacketType.IsoData:
                break; // Voice and LE audio: no link here carries them.
            default:
                _counters.MalformedPackets++;
                break;
        }
    }

    private static bool IsAnswer(ReadOnlySpan<byte> packet) =>
        packet.Length > 1 && (H4PacketType)packet[0] == H4PacketType.Event
        && (EventCode)packet[1] is EventCode.CommandComplete or EventCode.CommandStatus;

    private void Handle(EventCode code, ReadOnlySpan<byte> parameters)
    {
        switch (code)
        {
            case EventCode.NumberOfCompletedPackets:
                Completed(parameters);
                break;
            case EventCode.CommandComplete:
                _counters.MalformedEvents += Commands.CommandComplete(parameters) ? 0 : 1;
                break;
            case EventCode.CommandStatus:
                _counters.MalformedEvents += Commands.CommandStatus(parameters) ? 0 : 1;
                break;
            case EventCode.HardwareError:
                _fault($"The controller reports a hardware error (0x{(parameters.IsEmpty ? 0 : parameters[0]):X2}).");
                break;
            case EventCode.Vendor:
                _counters.UnhandledEvents += Commands.VendorEvent(parameters) ? 0 : 1;
                break;
            case EventCode.RemoteNameRequestComplete:
                if (!RemoteNameRequestCompleteEvent.TryParse(parameters, out var name))
                {
                    _counters.MalformedEvents++;
                }
                else if (!_names.Take(name))
                {
                    _counters.UnhandledEvents++;
                }

                break;
            default:
                if (!_events.Handle(code, parameters) && !Inquirer.Handle(code, parameters)
                    && !_security.HandleEvent(code, parameters))
                {
                    _counters.UnhandledEvents++;
                }

                break;
        }
    }

    private void Completed(ReadOnlySpan<byte> parameters)
    {
        if (!NumberOfCompletedPacketsEvent.TryParse(parameters, out var completed))
        {
            _counters.MalformedEvents++;
            return;
        }

        foreach (var link in completed.Links)
        {
            // Before bring-up has ended there are no links, and no account to keep.
            Context.Scheduler?.Completed(link.Handle, link.NumCompletedPackets);
        }
    }
}
