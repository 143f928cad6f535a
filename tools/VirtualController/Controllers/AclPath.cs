using System.Buffers.Binary;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Controllers;

/// <summary>ACL data between host and air: buffers, credits and packet boundary flags. Allocates nothing per packet.</summary>
/// <remarks>A buffer counts as taken from the host's packet until the Number Of Completed Packets event that gives it
/// back, so that a host is held to exactly what it can know.</remarks>
internal sealed class AclPath(SimulatedController controller)
{
    /// <summary>Type octet, handle and flags, length.</summary>
    public const int PacketHeader = 5;

    private const byte AclPacket = 0x02;
    private const byte AclLinkType = 0x01;
    private const int HandleBits = 0x0FFF;

    // Packet boundary flags (Core, Vol 4, Part E, 5.4.2).
    private const int BoundaryMask = 0x3000;
    private const int Continuing = 0x1000;
    private const int StartFlushable = 0x2000;
    private const int CompletePdu = 0x3000;

    private readonly byte[] _fragment = new byte[PacketHeader + controller.Options.ReceiveFragment];
    private readonly int _buffers = controller.Options.BufferCount;
    private readonly int _bufferLength = controller.Options.BufferLength;
    private int _outstanding;
    private int _unreported;

    /// <summary>A packet of the host. Takes the buffer.</summary>
    public void FromHost(PacketBuffer packet)
    {
        var span = packet.Span;
        controller.Counters.AclFromHost++;
        if (span.Length < PacketHeader || BinaryPrimitives.ReadUInt16LittleEndian(span[3..]) != span.Length - PacketHeader
            || (BinaryPrimitives.ReadUInt16LittleEndian(span[1..]) & BoundaryMask) == CompletePdu)
        {
            controller.Counters.Malformed++;
            packet.Release();
            return;
        }

        var handle = new ConnectionHandle((ushort)(BinaryPrimitives.ReadUInt16LittleEndian(span[1..]) & HandleBits));
        if (controller.Links.Find(handle) is not { } end)
        {
            controller.Counters.UnknownHandles++;
            packet.Release();
            return;
        }

        if (_outstanding >= _buffers || span.Length - PacketHeader > _bufferLength)
        {
            controller.Counters.BufferOverflows++;
            packet.Release();
            var writer = controller.Events.Begin();
            writer.U8(AclLinkType);
            controller.Events.Send(EventCode.DataBufferOverflow, writer);
            return;
        }

        _outstanding++;
        end.Outstanding++;
        end.Send(packet);
    }

    /// <summary>A packet of the host has left over the air.</summary>
    public void PacketLeft(LinkEnd end)
    {
        end.Unreported++;
        if (++_unreported >= Math.Max(1, _buffers / 2))
        {
            ReportCompleted();
        }
    }

    /// <summary>Gives back the buffers of what has left: one event for all links. Called when the radio comes to rest.</summary>
    public void ReportCompleted()
    {
        if (_unreported == 0)
        {
            return;
        }

        _unreported = 0;
        var ends = controller.Links.All;
        var entries = 0;
        for (var i = 0; i < ends.Count; i++)
        {
            entries += ends[i].Unreported > 0 ? 1 : 0;
        }

        var writer = controller.Events.Begin();
        writer.U8((byte)entries);
        for (var i = 0; i < ends.Count; i++)
        {
            var end = ends[i];
            if (end.Unreported == 0)
            {
                continue;
            }

            var count = end.Unreported;
            _outstanding -= count;
            end.Outstanding -= count;
            end.Unreported = 0;
            writer.U16(end.Handle.Value);
            writer.U16((ushort)(controller.Radio.Faults?.OnCompletedPackets(controller, count) ?? count));
        }

        controller.Events.Send(EventCode.NumberOfCompletedPackets, writer);
    }

    /// <summary>Gives a packet from the air to the host. Borrows it; rewrites its header.</summary>
    public void ToHost(LinkEnd end, PacketBuffer packet)
    {
        var span = packet.Span;
        var boundary = BinaryPrimitives.ReadUInt16LittleEndian(span[1..]) & BoundaryMask;
        var start = boundary == Continuing ? Continuing : StartFlushable;
        var limit = controller.Options.ReceiveFragment;
        if (controller.Settings.HostAclLength is > 0 and var hostLimit)
        {
            limit = Math.Min(limit, hostLimit);
        }

        if (span.Length - PacketHeader <= limit)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(span[1..], (ushort)(end.Handle.Value | start));
            Deliver(span);
            return;
        }

        for (var rest = span[PacketHeader..]; !rest.IsEmpty; start = Continuing)
        {
            var length = Math.Min(limit, rest.Length);
            _fragment[0] = AclPacket;
            BinaryPrimitives.WriteUInt16LittleEndian(_fragment.AsSpan(1), (ushort)(end.Handle.Value | start));
            BinaryPrimitives.WriteUInt16LittleEndian(_fragment.AsSpan(3), (ushort)length);
            rest[..length].CopyTo(_fragment.AsSpan(PacketHeader));
            Deliver(_fragment.AsSpan(0, PacketHeader + length));
            rest = rest[length..];
        }
    }

    /// <summary>A link ended: the host takes its buffers back by itself (Core, Vol 4, Part E, 4.1.1).</summary>
    public void LinkEnded(LinkEnd end)
    {
        _outstanding -= end.Outstanding;
        _unreported -= end.Unreported;
        end.Outstanding = 0;
        end.Unreported = 0;
    }

    private void Deliver(ReadOnlySpan<byte> packet)
    {
        controller.Counters.AclToHost++;
        controller.Port?.Deliver(packet);
    }
}
