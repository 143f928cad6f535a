using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>How many PDUs a link's egress queue takes.</summary>
/// <param name="Data">PDUs beyond which data is refused.</param>
/// <param name="ControlReserve">PDUs more that control may put behind them.</param>
internal readonly record struct EgressLimits(int Data, int ControlReserve);

/// <summary>Hears of a link's queue.</summary>
internal interface IEgressOwner
{
    /// <summary>The queue was full, and half of the data bound is free again.</summary>
    void EgressReady();

    /// <summary>Everything has gone, and the controller has completed it.</summary>
    void EgressDrained();
}

/// <summary>What one link has to send, and what of it is in the controller. The scheduler's record of a link.</summary>
/// <remarks>A queue of fixed length, first in, first out for data and control alike: both go over the same channels, and
/// order is a promise. The PDU in front may have been sent in part.</remarks>
internal sealed class AclEgress
{
    private readonly PacketBuffer?[] _queue;
    private readonly EgressLimits _limits;
    private int _head;

    public AclEgress(ConnectionHandle handle, EgressLimits limits, IEgressOwner owner)
    {
        Handle = handle;
        Owner = owner;
        _limits = limits;
        _queue = new PacketBuffer?[limits.Data + limits.ControlReserve];
    }

    public ConnectionHandle Handle { get; }

    public IEgressOwner Owner { get; }

    /// <summary>PDUs that wait, the one in front included.</summary>
    public int Queued { get; private set; }

    /// <summary>Packets that the controller has and has not completed.</summary>
    public int InFlight { get; set; }

    /// <summary>Whether the PDU in front has been sent in part: its next packet is a continuation.</summary>
    public bool FrontStarted { get; set; }

    /// <summary>Whether the queue reached its bound and its owner has not been told of room yet.</summary>
    public bool OwesNotice { get; set; }

    /// <summary>Whether the owner waits for the queue to be empty and its packets completed.</summary>
    public bool IsDraining { get; set; }

    public bool HasRoom => Queued < _limits.Data;

    /// <summary>Whether the link competes for buffers.</summary>
    public bool IsActive => Queued + InFlight > 0;

    /// <summary>Whether it is time to tell the owner of room.</summary>
    public bool NoticeDue => OwesNotice && Queued <= _limits.Data / 2;

    public PacketBuffer Front => _queue[_head]!;

    public bool TryEnqueue(PacketBuffer pdu, EgressClass egressClass)
    {
        var limit = egressClass == EgressClass.Control ? _queue.Length : _limits.Data;
        if (Queued >= limit)
        {
            OwesNotice = true;
            return false;
        }

        var tail = _head + Queued;
        _queue[tail < _queue.Length ? tail : tail - _queue.Length] = pdu;
        Queued++;
        OwesNotice |= Queued >= _limits.Data;
        return true;
    }

    /// <summary>Takes the PDU in front off the queue; the caller releases it.</summary>
    public PacketBuffer Dequeue()
    {
        var front = Front;
        _queue[_head] = null;
        _head = _head + 1 == _queue.Length ? 0 : _head + 1;
        Queued--;
        FrontStarted = false;
        return front;
    }
}
