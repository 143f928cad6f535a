using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.L2cap.Channels;

/// <summary>A connection-oriented channel, as the protocol on it sees it. Loop only.</summary>
public interface IL2capChannel
{
    /// <summary>The link below.</summary>
    IAclLink Link { get; }

    /// <summary>The service.</summary>
    Psm Psm { get; }

    /// <summary>This side's name of the channel.</summary>
    ChannelId LocalId { get; }

    /// <summary>The peer's name of the channel.</summary>
    ChannelId RemoteId { get; }

    /// <summary>Whether this side asked for the channel.</summary>
    bool IsInitiator { get; }

    /// <summary>Whether the channel is configured and not closed.</summary>
    bool IsOpen { get; }

    /// <summary>The largest SDU in octets that the peer takes.</summary>
    int OutgoingMtu { get; }

    /// <summary>The largest SDU in octets that this side takes; larger ones are dropped below.</summary>
    int IncomingMtu { get; }

    /// <summary>Whether a data SDU would be taken now.</summary>
    bool HasRoom { get; }

    /// <summary>Takes an empty buffer with headroom for every layer below; the caller owns it.</summary>
    PacketBuffer Rent();

    /// <summary>Sends one SDU. Takes the buffer, whatever it returns.</summary>
    /// <param name="sdu">At most <see cref="OutgoingMtu"/> octets.</param>
    /// <param name="egressClass">Data or control.</param>
    /// <returns>False where the link's queue was full or the channel is not open: the SDU is dropped and counted.</returns>
    bool Send(PacketBuffer sdu, EgressClass egressClass);

    /// <summary>Asks the peer to end the channel; <see cref="IChannelObserver.Closed"/> follows. Idempotent.</summary>
    void Disconnect();
}

/// <summary>What the protocol on a channel hears of it. Loop only; synchronous; must not block.</summary>
public interface IChannelObserver
{
    /// <summary>Both sides are configured: the MTUs are final. No SDU came before.</summary>
    /// <param name="channel">The channel.</param>
    void Opened(IL2capChannel channel);

    /// <summary>One SDU; borrowed for the call.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="sdu">Its octets, at most <see cref="IL2capChannel.IncomingMtu"/>.</param>
    void Received(IL2capChannel channel, ReadOnlySpan<byte> sdu);

    /// <summary>The queue, which was full, has room again, whether or not an SDU was refused meanwhile.</summary>
    /// <param name="channel">The channel.</param>
    void Writable(IL2capChannel channel);

    /// <summary>The channel has ended, opened or not; the last call.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="reason">Why.</param>
    void Closed(IL2capChannel channel, ChannelCloseReason reason);
}

/// <summary>Why a channel ended.</summary>
public enum ChannelCloseReason
{
    /// <summary>This side asked for it.</summary>
    LocalRequest = 0,

    /// <summary>The peer asked for it.</summary>
    RemoteRequest,

    /// <summary>The link below ended.</summary>
    LinkLost,

    /// <summary>The two sides could not agree on a configuration (an MTU below the floor, a mode).</summary>
    ConfigurationFailed,

    /// <summary>A response did not come in time.</summary>
    Timeout,

    /// <summary>The link lost the security that the service asks.</summary>
    SecurityLost,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError,
}
