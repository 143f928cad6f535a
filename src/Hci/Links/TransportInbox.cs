using HostStack.Hci.Loop;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Links;

/// <summary>Carries what a transport reads to the loop: one copy into a pooled buffer, no allocation. Of one opening:
/// what an older one still delivers is dropped.</summary>
internal sealed class TransportInbox(EventLoop loop, HciHost host) : IHciTransportSink
{
    // Nearly every packet is shorter; the few longer ones have buffers of their own.
    private const int UsualPacket = 1100;

    private readonly PacketPool _usual = new(headroom: 0, UsualPacket);
    private readonly PacketPool _long = new(headroom: 0, 5 + ushort.MaxValue, stock: 2);

    public void PacketReceived(ReadOnlySpan<byte> packet)
    {
        if (packet.Length > 5 + ushort.MaxValue)
        {
            return; // No HCI packet is so long.
        }

        var buffer = (packet.Length <= UsualPacket ? _usual : _long).Rent();
        packet.CopyTo(buffer.Append(packet.Length));
        if (!loop.PostFromOutside(
            static (inbox, buffer) => ((TransportInbox)inbox!).Deliver((PacketBuffer)buffer!), this, buffer, isFollowed: true))
        {
            buffer.Release();
        }
    }

    public void FramingLost(string detail) =>
        loop.PostFromOutside(
            static (inbox, detail) => ((TransportInbox)inbox!).LoseFraming((string)detail!), this, detail);

    public void Closed(Exception? failure) =>
        loop.Post(static (inbox, failure) => ((TransportInbox)inbox!).Lose((Exception?)failure), this, failure);

    private void Deliver(PacketBuffer buffer)
    {
        try
        {
            if (host.IsCurrent(this))
            {
                host.Receive(buffer.Span);
            }
        }
        finally
        {
            buffer.Release();
        }
    }

    private void LoseFraming(string detail)
    {
        if (host.IsCurrent(this))
        {
            host.FramingLost(detail);
        }
    }

    private void Lose(Exception? failure)
    {
        if (host.IsCurrent(this))
        {
            host.TransportLost(failure);
        }
    }
}
