namespace HostStack.L2cap.Channels;

/// <summary>A channel's observer whose faults stay its own: what it throws is logged and ends its channel, never another
/// channel, the link, or the procedure that told it.</summary>
/// <param name="observer">The protocol on the channel.</param>
/// <param name="channel">The channel.</param>
/// <param name="layer">Where faults are logged.</param>
internal sealed class GuardedObserver(IChannelObserver observer, Channel channel, L2capLayer layer)
{
#pragma warning disable CA1031 // Whatever a protocol throws is the protocol's.
    /// <inheritdoc cref="IChannelObserver.Opened"/>
    public void Opened()
    {
        try
        {
            observer.Opened(channel);
        }
        catch (Exception fault)
        {
            Failed(fault);
        }
    }

    /// <inheritdoc cref="IChannelObserver.Received"/>
    public void Received(ReadOnlySpan<byte> sdu)
    {
        try
        {
            observer.Received(channel, sdu);
        }
        catch (Exception fault)
        {
            Failed(fault);
        }
    }

    /// <inheritdoc cref="IChannelObserver.Writable"/>
    public void Writable()
    {
        try
        {
            observer.Writable(channel);
        }
        catch (Exception fault)
        {
            Failed(fault);
        }
    }

    /// <inheritdoc cref="IChannelObserver.Closed"/>
    public void Closed(ChannelCloseReason reason)
    {
        try
        {
            observer.Closed(channel, reason);
        }
        catch (Exception fault)
        {
            layer.LogObserverFault(channel, fault);
        }
    }
#pragma warning restore CA1031

    private void Failed(Exception fault)
    {
        layer.LogObserverFault(channel, fault);
        channel.Disconnect();
    }
}
