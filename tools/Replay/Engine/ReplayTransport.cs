using System.Buffers.Binary;
using HostStack.Hci.Transport;

namespace HostStack.Replay.Engine;

/// <summary>The controller that a replay shows to the host: it keeps what the host sends and delivers what the replay
/// says. ACL credits come back at once, for the trace's own would count another host's packets.</summary>
internal sealed class ReplayTransport(string name) : IHciTransport
{
    private const byte CommandType = 0x01;
    private const byte AclType = 0x02;
    private const byte EventType = 0x04;

    private readonly Dictionary<ushort, PduAssembler> _assemblers = [];
    private IHciTransportSink? _sink;

    public string Name { get; } = name;

    /// <summary>What the host sent and nobody has looked at yet.</summary>
    public Queue<HostItem> Outbox { get; } = new();

    /// <summary>Called after each item of the outbox; null where the replay looks by itself.</summary>
    public Action? Sent { get; set; }

    public void Start(IHciTransportSink sink) => _sink = sink;

    public void Send(ReadOnlySpan<byte> packet)
    {
        switch (packet[0])
        {
            case CommandType:
                Put(new HostItem(null, packet[1..].ToArray()));
                break;
            case AclType:
                var handle = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]) & 0x0FFF);
                if (!_assemblers.TryGetValue(handle, out var assembler))
                {
                    _assemblers.Add(handle, assembler = new PduAssembler());
                }

                if (assembler.Add(packet[1..]) is { } pdu)
                {
                    Put(new HostItem(handle, pdu));
                }

                // Number Of Completed Packets: one handle, one packet.
                DeliverEvent([0x13, 5, 1, (byte)handle, (byte)(handle >> 8), 1, 0]);
                break;
        }
    }

    public void Flush()
    {
    }

    /// <summary>Delivers an event: code, length, parameters.</summary>
    public void DeliverEvent(ReadOnlySpan<byte> parts) => Deliver(EventType, parts);

    /// <summary>Delivers a packet with its H4 type.</summary>
    public void DeliverPacket(ReadOnlySpan<byte> packet) => _sink?.PacketReceived(packet);

    /// <summary>Delivers a peer's PDU in one ACL packet.</summary>
    public void DeliverPdu(ushort handle, ReadOnlySpan<byte> pdu)
    {
        const ushort FirstFlushable = 0x2000;
        var packet = new byte[4 + pdu.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(packet, (ushort)(handle | FirstFlushable));
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(2), (ushort)pdu.Length);
        pdu.CopyTo(packet.AsSpan(4));
        Deliver(AclType, packet);
    }

    public ValueTask DisposeAsync()
    {
        _sink?.Closed(null);
        _sink = null;
        return ValueTask.CompletedTask;
    }

    private void Put(HostItem item)
    {
        Outbox.Enqueue(item);
        Sent?.Invoke();
    }

    private void Deliver(byte type, ReadOnlySpan<byte> parts)
    {
        var packet = new byte[1 + parts.Length];
        packet[0] = type;
        parts.CopyTo(packet.AsSpan(1));
        _sink?.PacketReceived(packet);
    }
}

/// <summary>A command (no handle) or a whole PDU that the host under replay sent.</summary>
internal readonly record struct HostItem(ushort? Handle, byte[] Octets)
{
    public ushort OpCode => BinaryPrimitives.ReadUInt16LittleEndian(Octets);
}
