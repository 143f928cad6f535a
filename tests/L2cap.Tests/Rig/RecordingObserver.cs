using HostStack.L2cap.Channels;

namespace HostStack.L2cap.Tests.Rig;

/// <summary>Keeps what a channel tells.</summary>
internal sealed class RecordingObserver : IChannelObserver
{
    public IL2capChannel? Channel { get; set; }

    public int OpenedCount { get; private set; }

    public int WritableCount { get; private set; }

    public int ClosedCount { get; private set; }

    public ChannelCloseReason? CloseReason { get; private set; }

    public List<byte[]> Sdus { get; } = [];

    public long SduCount { get; private set; }

    public bool KeepSdus { get; set; } = true;

    /// <summary>Every call fails after it was counted.</summary>
    public bool Throws { get; set; }

    public void Opened(IL2capChannel channel)
    {
        Channel = channel;
        OpenedCount++;
        Fail();
    }

    public void Received(IL2capChannel channel, ReadOnlySpan<byte> sdu)
    {
        SduCount++;
        if (KeepSdus)
        {
            Sdus.Add(sdu.ToArray());
        }

        Fail();
    }

    public void Writable(IL2capChannel channel)
    {
        WritableCount++;
        Fail();
    }

    public void Closed(IL2capChannel channel, ChannelCloseReason reason)
    {
        CloseReason = reason;
        ClosedCount++;
        Fail();
    }

    private void Fail()
    {
        if (Throws)
        {
            throw new InvalidOperationException("The protocol on the channel is broken.");
        }
    }
}
