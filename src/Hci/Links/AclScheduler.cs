using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>The controller's ACL buffers: how many, and how long a packet may be.</summary>
/// <param name="Packets">Packets that the controller takes before it completes one.</param>
/// <param name="DataLength">Octets of data in a packet.</param>
public readonly record struct AclBuffers(int Packets, int DataLength)
{
    private const int PacketHeader = 5;

    /// <summary>The buffers as far as a transport can use them.</summary>
    /// <param name="maximumPacket">Octets of the longest packet that it takes, type octet and header included.</param>
    public AclBuffers Within(int maximumPacket) => this with { DataLength = Math.Min(DataLength, maximumPacket - PacketHeader) };

    /// <summary>The buffers as far as a transport can use them: in length, and in number.</summary>
    internal AclBuffers Within(IHciTransport transport)
    {
        var within = Within(transport.MaximumPacket);
        return within with { Packets = Math.Min(within.Packets, transport.RoomFor(within.DataLength + PacketHeader)) };
    }
}

/// <summary>Shares the buffers of one pool among its links, fragments PDUs, and keeps exact account
/// (Core, Vol 4, Part E, 4.1.1).</summary>
/// <remarks>
/// <para>Links take turns packet by packet. Free buffers and those in flight are at every moment the pool's total: a
/// controller that completes more than it was given is counted and believed only as far as the account goes, and a link
/// that ends gives its buffers back.</para>
/// <para>Where several links are up, none may have more than its share of the active ones or half of the pool, so that a
/// peer that falls silent cannot hold what the others need. The last buffers, two of a pool of four or more and one of a
/// smaller one, go only to links that have none: a link that comes up beside silent peers can speak.</para>
/// <para>Nothing is copied: a packet's header is written before its data in the PDU's own buffer, over octets that have
/// been sent. Pure, but for the packets it hands to the transport.</para>
/// </remarks>
internal sealed class AclScheduler
{
    /// <summary>Octets before a packet's data: type, handle and flags, length.</summary>
    public const int PacketHeader = 5;

    private const byte AclPacketType = 0x02;
    private const ushort StartNonFlushable = 0x0000;
    private const ushort Continuation = 0x1000;
    private const ushort StartFlushable = 0x2000;

    private const int PoolThatReservesTwo = 4;

    private readonly IHciTransport _output;
    private readonly AclBuffers _buffers;
    private readonly HciCounters _counters;
    private readonly ushort _startFlags;
    private readonly int _reserve;
    private AclEgress[] _links = [];
    private int _turn;
    private int _queued;
    private bool _noticeOwed;
    private bool _pumping;

    public AclScheduler(IHciTransport output, AclBuffers buffers, bool nonFlushableSupported, HciCounters counters)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(buffers.Packets);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(buffers.DataLength);
        _output = output;
        _buffers = buffers;
        _counters = counters;
        _startFlags = nonFlushableSupported ? StartNonFlushable : StartFlushable;
        _reserve = buffers.Packets >= PoolThatReservesTwo ? 2 : Math.Min(1, buffers.Packets - 1);
        Free = buffers.Packets;
    }

    /// <summary>Buffers that the controller could take now.</summary>
    public int Free { get; private set; }

    /// <summary>Buffers that the controller has.</summary>
    public int Total => _buffers.Packets;

    /// <summary>Packets in flight over all links.</summary>
    public int InFlight => _links.Sum(link => link.InFlight);

    public void Add(AclEgress link) => _links = [.. _links, link];

    /// <summary>Takes a link out: what it queued is dropped, what it had in flight is free again.</summary>
    public void Remove(AclEgress link)
    {
        var index = Array.IndexOf(_links, link);
        if (index < 0)
        {
            return;
        }

        _links = [.. _links.Where(other => other != link)];
        _turn = 0;
        _counters.BuffersReclaimed += link.InFlight;
        Free += link.InFlight;
        link.InFlight = 0;
        Discard(link);
        Pump();
    }

    /// <summary>Drops what a link has queued, also what has been sent in part; nobody is told of the room.</summary>
    public void Discard(AclEgress link)
    {
        link.OwesNotice = false;
        link.IsDraining = false;
        while (link.Queued > 0)
        {
            _counters.PdusDroppedLinkDown++;
            _queued--;
            link.Dequeue().Release();
        }
    }

    /// <summary>Queues a PDU and sends what can be sent. Takes the buffer.</summary>
    /// <returns>False where the queue was full: the PDU is dropped and counted.</returns>
    /// <exception cref="ArgumentException">The buffer is empty or has no room for the packet header.</exception>
    public bool Send(AclEgress link, PacketBuffer pdu, EgressClass egressClass)
    {
        if (pdu.Length == 0 || pdu.Headroom < PacketHeader)
        {
            pdu.Release();
            throw new ArgumentException($"A PDU needs octets, and {PacketHeader} octets of headroom.", nameof(pdu));
        }

        var taken = link.TryEnqueue(pdu, egressClass);
        _noticeOwed |= link.OwesNotice;
        if (!taken)
        {
            _counters.PdusDroppedQueueFull++;
            pdu.Release();
            return false;
        }

        _counters.PdusQueued++;
        _queued++;
        Pump();
        return true;
    }

    /// <summary>Takes one entry of Number Of Completed Packets.</summary>
    public void Completed(ConnectionHandle handle, int packets)
    {
        foreach (var link in _links)
        {
            if (link.Handle == handle)
            {
                var believed = Math.Min(packets, link.InFlight);
                _counters.OverCompleted += packets - believed;
                link.InFlight -= believed;
                Free += believed;
                Pump();
                TellOwnerOfDrained(link);
                return;
            }
        }

        _counters.CompletionsUnknownHandle++;
    }

    // Not re-entered: what an owner sends while it is told of room is queued, and sent by the round that is running.
    private void Pump()
    {
        if (_pumping || (_queued == 0 && !_noticeOwed))
        {
            return;
        }

        _pumping = true;
        try
        {
            do
            {
                var cap = CapPerLink();
                while (Free > 0 && _queued > 0 && NextReady(cap) is { } link)
                {
                    SendFragment(link);
                }
            }
            while (_noticeOwed && TellOwnerOfRoom());
        }
        finally
        {
            _pumping = false;
        }
    }

    private int CapPerLink()
    {
        if (_links.Length <= 1)
        {
            return Total;
        }

        var active = 0;
        foreach (var link in _links)
        {
            active += link.IsActive ? 1 : 0;
        }

        return Math.Max(1, (Total + Math.Max(active, 2) - 1) / Math.Max(active, 2));
    }

    private AclEgress? NextReady(int cap)
    {
        for (var i = 0; i < _links.Length; i++)
        {
            var index = _turn + i;
            index = index < _links.Length ? index : index - _links.Length;
            var link = _links[index];
            if (link.Queued > 0 && link.InFlight < cap && (link.InFlight == 0 || Free > _reserve))
            {
                _turn = index + 1 < _links.Length ? index + 1 : 0;
                return link;
            }
        }

        return null;
    }

    private void SendFragment(AclEgress link)
    {
        var pdu = link.Front;
        var length = Math.Min(pdu.Length, _buffers.DataLength);
        var flags = link.FrontStarted ? Continuation : _startFlags;
        var header = pdu.Prepend(PacketHeader);
        header[0] = AclPacketType;
        header[1] = (byte)link.Handle.Value;
        header[2] = (byte)((link.Handle.Value | flags) >> 8);
        header[3] = (byte)length;
        header[4] = (byte)(length >> 8);

        Free--;
        link.InFlight++;
        _counters.AclSent++;
        _output.Send(pdu.Span[..(PacketHeader + length)]);
        pdu.TrimStart(PacketHeader + length);
        link.FrontStarted = true;
        if (pdu.Length == 0)
        {
            _queued--;
            link.Dequeue().Release();
        }
    }

    private static void TellOwnerOfDrained(AclEgress link)
    {
        if (link is { IsDraining: true, IsActive: false })
        {
            link.IsDraining = false;
            link.Owner.EgressDrained();
        }
    }

    private bool TellOwnerOfRoom()
    {
        _noticeOwed = false;
        foreach (var link in _links)
        {
            _noticeOwed |= link.OwesNotice;
            if (link.NoticeDue)
            {
                link.OwesNotice = false;
                link.Owner.EgressReady();
                return true;
            }
        }

        return false;
    }
}
