using HostStack.Hci.Commands;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Links;

/// <summary>What the links of one epoch share.</summary>
internal sealed class LinkContext
{
    public required ICommandSender Commands { get; init; }

    public required TimerQueue Timers { get; init; }

    public required HciOptions Options { get; init; }

    public required HciCounters Counters { get; init; }

    public required IAclLinkUser User { get; init; }

    public required ILinkSecurity Security { get; init; }

    public required NeighborCache Neighbors { get; init; }

    public required ILogger Log { get; init; }

    /// <summary>Told, with a sentence, that the controller does not do what it must.</summary>
    public required Action<string> Fault { get; init; }

    public PagingArbiter Arbiter { get; } = new();

    /// <summary>What bring-up learned; set before links are let in.</summary>
    public ControllerInfo Controller { get; set; } = new();

    /// <summary>Shares the controller's buffers; set with <see cref="Controller"/>.</summary>
    public AclScheduler Scheduler { get; set; } = null!;

    /// <summary>Sends a command of which only a failure is of interest, and that only for the log.</summary>
    public void Post(IHciStatusCommand command, Action<HciStatus>? failed = null) => _ = PostAsync(command, failed);

    /// <summary>Sends a command of which only a failure is of interest, and that only for the log.</summary>
    public void Post<TReturn>(IHciCommand<TReturn> command)
        where TReturn : struct, IReturnParameters<TReturn> => _ = PostAsync(command);

    private async Task PostAsync(IHciStatusCommand command, Action<HciStatus>? failed)
    {
        try
        {
            var status = await Commands.SendAsync(command);
            if (status != HciStatus.Success)
            {
                LinkLog.CommandRefused(Log, command.OpCode, status);
                failed?.Invoke(status);
            }
        }
        catch (ControllerUnavailableException)
        {
            // Every link ends with the epoch; there is nobody to tell.
        }
    }

    private async Task PostAsync<TReturn>(IHciCommand<TReturn> command)
        where TReturn : struct, IReturnParameters<TReturn>
    {
        try
        {
            var status = (await Commands.SendAsync(command)).Status;
            if (status != HciStatus.Success)
            {
                LinkLog.CommandRefused(Log, command.OpCode, status);
            }
        }
        catch (ControllerUnavailableException)
        {
            // As above.
        }
    }
}

/// <summary>What inquiries and names told of the devices around: it makes paging them quicker.</summary>
internal sealed class NeighborCache
{
    /// <summary>Devices that are remembered; the one heard of longest ago goes first.</summary>
    public const int Maximum = 256;

    private readonly Dictionary<BdAddr, LinkedListNode<Neighbor>> _byAddress = [];
    private readonly LinkedList<Neighbor> _byAge = new();

    public int Count => _byAddress.Count;

    /// <summary>How to page a device; the slowest way where it is not known.</summary>
    public Neighbor Find(BdAddr address) =>
        _byAddress.TryGetValue(address, out var node)
            ? node.Value
            : new Neighbor(address, PageScanRepetitionMode.R2, ClockOffset.Unknown);

    public void Heard(Neighbor neighbor)
    {
        if (_byAddress.Remove(neighbor.Address, out var known))
        {
            _byAge.Remove(known);
        }
        else if (_byAddress.Count == Maximum)
        {
            _byAddress.Remove(_byAge.First!.Value.Address);
            _byAge.RemoveFirst();
        }

        _byAddress[neighbor.Address] = _byAge.AddLast(neighbor);
    }
}

/// <summary>How a device can be paged.</summary>
internal readonly record struct Neighbor(
    BdAddr Address, PageScanRepetitionMode PageScanRepetitionMode, ClockOffset ClockOffset);
