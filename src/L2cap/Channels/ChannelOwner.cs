using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Wire;
using HostStack.L2cap.Signaling;

namespace HostStack.L2cap.Channels;

/// <summary>What a channel has of the link and the layer that hold it.</summary>
internal abstract class ChannelOwner
{
    protected ChannelOwner(IAclLink link, L2capLayer layer)
    {
        Link = link;
        Layer = layer;
    }

    /// <summary>The link below.</summary>
    public IAclLink Link { get; }

    /// <summary>The layer.</summary>
    public L2capLayer Layer { get; }

    /// <summary>The link's signalling channel.</summary>
    public abstract SignalingChannel Signaling { get; }

    /// <summary>The layer's timers.</summary>
    public TimerQueue Timers => Layer.Timers;

    /// <summary>The layer's options.</summary>
    public L2capOptions Options => Layer.Options;

    /// <summary>The layer's counters.</summary>
    public L2capCounters Counters => Layer.Counters;

    /// <summary>The layer's buffers.</summary>
    public PacketPool Pool => Layer.Pool;

    /// <summary>A channel is open for the first time.</summary>
    public abstract void Opened(Channel channel);

    /// <summary>A channel has ended: its endpoint is free.</summary>
    public abstract void Released(Channel channel, ChannelCloseReason reason);

    /// <summary>A channel was refused by a rule.</summary>
    public abstract void Refused(Channel channel, L2capRule rule);
}
