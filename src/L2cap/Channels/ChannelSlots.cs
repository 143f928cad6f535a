namespace HostStack.L2cap.Channels;

/// <summary>The dynamic channels of one link, by this side's endpoint: a dense array, so that a PDU finds its channel by
/// one subtraction.</summary>
/// <remarks>Endpoints go round, so that a PDU still on the way to a closed channel does not meet a new one.</remarks>
internal sealed class ChannelSlots(int capacity)
{
    private readonly Channel?[] _slots = new Channel?[capacity];
    private int _next;

    /// <summary>How many slots there are.</summary>
    public int Capacity => _slots.Length;

    /// <summary>Channels that exist.</summary>
    public int Count { get; private set; }

    /// <summary>Whether one more fits.</summary>
    public bool HasRoom => Count < _slots.Length;

    /// <summary>The channel in a slot; null where it is free.</summary>
    public Channel? this[int index] => _slots[index];

    /// <summary>The channel of an endpoint; null where there is none.</summary>
    public Channel? Find(ChannelId id)
    {
        var index = id.Value - ChannelId.FirstDynamic;
        return (uint)index < (uint)_slots.Length ? _slots[index] : null;
    }

    /// <summary>The next free endpoint; the caller adds a channel at once. There must be room.</summary>
    public ChannelId NextFree()
    {
        while (_slots[_next] is not null)
        {
            _next = (_next + 1) % _slots.Length;
        }

        var id = new ChannelId((ushort)(ChannelId.FirstDynamic + _next));
        _next = (_next + 1) % _slots.Length;
        return id;
    }

    /// <summary>Puts a channel at its endpoint.</summary>
    public void Add(Channel channel)
    {
        _slots[channel.LocalId.Value - ChannelId.FirstDynamic] = channel;
        Count++;
    }

    /// <summary>Frees a channel's endpoint; nothing happens where it is not the channel's.</summary>
    public void Remove(Channel channel)
    {
        var index = channel.LocalId.Value - ChannelId.FirstDynamic;
        if (ReferenceEquals(_slots[index], channel))
        {
            _slots[index] = null;
            Count--;
        }
    }

    /// <summary>Whether the peer has given an endpoint to a channel already.</summary>
    public bool IsRemoteIdInUse(ChannelId remoteId)
    {
        foreach (var channel in _slots)
        {
            if (channel is not null && channel.RemoteId == remoteId)
            {
                return true;
            }
        }

        return false;
    }
}
