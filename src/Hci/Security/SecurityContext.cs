using HostStack.Hci.Commands;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Transport;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Security;

/// <summary>What the security of all links of one controller shares. Loop only.</summary>
internal sealed class SecurityContext(
    ICommandSender commands, TimerQueue timers, ILinkKeyStore store, SecurityOptions options, IPairingAgent? agent,
    Func<ControllerIdentity> identity, ILogger log, TaskScheduler callbacks)
{
    public ICommandSender Commands { get; } = commands;

    public TimerQueue Timers { get; } = timers;

    public ILinkKeyStore Store { get; } = store;

    public SecurityOptions Options { get; } = options;

    public IPairingAgent? Agent { get; set; } = agent;

    public ControllerIdentity Identity => identity();

    public ILogger Log { get; } = log;

    public PairingWindow Window { get; } = new(timers);

    public ISecurityObserver Observer { get; set; } = new SilentObserver();

    /// <summary>The one link that is pairing.</summary>
    public LinkSecuritySession? Pairing { get; set; }

    public SecurityCounters Counters { get; } = new();

    /// <summary>What the user can see and type; nothing without an agent.</summary>
    public IoCapability IoCapability => Agent?.IoCapability ?? IoCapability.NoInputNoOutput;

    /// <summary>Sends a reply whose own completion tells nothing new: what follows comes as events.</summary>
    public void Reply(IHciCommand<StatusBdAddrReturn> command) => _ = ReplyAsync(command);

    /// <summary>Tells of a refusal for which no service waits.</summary>
    public void Refuse(SecurityRefusal refusal)
    {
        Record(refusal);
        Publish(refusal);
    }

    /// <summary>Counts and logs a refusal.</summary>
    public void Record(SecurityRefusal refusal)
    {
        Counters.Refusals++;
        SecurityLog.Refused(Log, refusal);
    }

    /// <summary>Tells the observer of a refusal.</summary>
    public void Publish(SecurityRefusal refusal) => Report(observer => observer.Refused(refusal));

    /// <summary>Tells the observer. What it throws is its own fault, and keeps no link from being ended.</summary>
    public void Report(Action<ISecurityObserver> tell) => Guard(() => tell(Observer));

    /// <summary>Calls what another layer or the application gave, and lives on.</summary>
    public void Guard(Action call)
    {
        try
        {
            call();
        }
#pragma warning disable CA1031 // Another's fault is not the end of what is done here.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Counters.ObserverFaults++;
            SecurityLog.ObserverFailed(Log, fault);
        }
    }

    /// <summary>Asks the agent.</summary>
    public AgentCall<T> Ask<T>(Func<CancellationToken, Task<T>> ask, Action<AgentAnswer, T?> answered) =>
        AgentCall<T>.Start(callbacks, Timers, Options.AgentDeadline, ask, answered);

    /// <summary>Tells the agent.</summary>
    public void Tell(Action<IPairingAgent> tell)
    {
        if (Agent is { } agent)
        {
            _ = TellAsync(agent, tell);
        }
    }

    private async Task ReplyAsync(IHciCommand<StatusBdAddrReturn> command)
    {
        try
        {
            var result = await Commands.SendAsync(command);
            if (result.Status != HciStatus.Success)
            {
                Counters.FailedReplies++;
                SecurityLog.ReplyFailed(Log, command.OpCode, result.Status);
            }
        }
        catch (ControllerUnavailableException)
        {
            // The links end with the controller, and their procedures with them.
        }
    }

    private async Task TellAsync(IPairingAgent agent, Action<IPairingAgent> tell)
    {
        try
        {
            await Task.Factory.StartNew(
                () => tell(agent), CancellationToken.None, TaskCreationOptions.DenyChildAttach, callbacks);
        }
#pragma warning disable CA1031 // An application's fault is not this host's end.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            SecurityLog.AgentFailed(Log, fault.GetType().Name);
        }
    }

    private sealed class SilentObserver : ISecurityObserver;
}

/// <summary>What the security layer counts.</summary>
internal sealed class SecurityCounters
{
    /// <summary>Events that no link's security had a use for.</summary>
    public long Ignored { get; set; }

    /// <summary>Events whose parameters were not well formed.</summary>
    public long Malformed { get; set; }

    /// <summary>Refusals.</summary>
    public long Refusals { get; set; }

    /// <summary>Exceptions of those who are told.</summary>
    public long ObserverFaults { get; set; }

    /// <summary>Replies that the controller did not take.</summary>
    public long FailedReplies { get; set; }
}
