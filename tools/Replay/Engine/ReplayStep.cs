using System.Buffers.Binary;
using HostStack.Replay.Traces;

namespace HostStack.Replay.Engine;

/// <summary>What a step of a replay is.</summary>
public enum ReplayStepKind
{
    /// <summary>The recorded host sent a command: an expectation.</summary>
    Command = 0,

    /// <summary>The controller reported an event: a stimulus.</summary>
    Event = 1,

    /// <summary>The recorded host sent an L2CAP PDU: an expectation.</summary>
    PduFromHost = 2,

    /// <summary>The peer sent an L2CAP PDU: a stimulus.</summary>
    PduFromPeer = 3,
}

/// <summary>One step of a replay: a command, an event, or a whole L2CAP PDU put together from its ACL packets.</summary>
/// <param name="Number">Number of the record that completed the step.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Handle">The link of a PDU; 0 otherwise.</param>
/// <param name="Octets">Command or event with its header, without the H4 type; or the PDU with its L2CAP header.</param>
/// <param name="Title">One line for people.</param>
/// <param name="IsPartial">Whether only the head of the contents is known.</param>
public sealed record ReplayStep(
    int Number, ReplayStepKind Kind, ushort Handle, ReadOnlyMemory<byte> Octets, string Title, bool IsPartial)
{
    /// <summary>Whether the host is expected to do this.</summary>
    public bool IsExpectation => Kind is ReplayStepKind.Command or ReplayStepKind.PduFromHost;

    /// <summary>The code of a command, or of the command that a Command Complete or Command Status answers; 0 otherwise.</summary>
    public ushort OpCode => Kind switch
    {
        ReplayStepKind.Command => BinaryPrimitives.ReadUInt16LittleEndian(Octets.Span),
        ReplayStepKind.Event when IsCommandComplete && Octets.Length >= 5 => BinaryPrimitives.ReadUInt16LittleEndian(Octets.Span[3..]),
        ReplayStepKind.Event when IsCommandStatus && Octets.Length >= 6 => BinaryPrimitives.ReadUInt16LittleEndian(Octets.Span[4..]),
        _ => 0,
    };

    /// <summary>Whether the event answers a command.</summary>
    public bool IsAnswer => IsCommandComplete || IsCommandStatus;

    /// <summary>Whether the event returns ACL credits; the replay gives its own instead.</summary>
    public bool IsCompletedPackets => Kind == ReplayStepKind.Event && Octets.Span[0] == 0x13;

    private bool IsCommandComplete => Kind == ReplayStepKind.Event && Octets.Span[0] == 0x0E;

    private bool IsCommandStatus => Kind == ReplayStepKind.Event && Octets.Span[0] == 0x0F;
}

/// <summary>Makes steps of a trace's records.</summary>
internal static class ReplayScript
{
    private const byte CommandType = 0x01;
    private const byte AclType = 0x02;
    private const byte EventType = 0x04;

    /// <summary>The steps in order. ACL packets become whole PDUs, so that fragment sizes do not matter.</summary>
    public static IReadOnlyList<ReplayStep> From(Trace trace)
    {
        var steps = new List<ReplayStep>();
        var assemblers = new Dictionary<(TraceDirection, ushort), PduAssembler>();
        foreach (var record in trace.Records)
        {
            var packet = record.Packet;
            switch (packet.Span[0])
            {
                case CommandType:
                    steps.Add(new(record.Number, ReplayStepKind.Command, 0, packet[1..], record.Title, record.IsPartial));
                    break;
                case EventType:
                    steps.Add(new(record.Number, ReplayStepKind.Event, 0, packet[1..], record.Title, record.IsPartial));
                    break;
                case AclType when packet.Length > 5:
                    var handle = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(packet.Span[1..]) & 0x0FFF);
                    var key = (record.Direction, handle);
                    if (!assemblers.TryGetValue(key, out var assembler))
                    {
                        assemblers.Add(key, assembler = new PduAssembler());
                    }

                    if (assembler.Add(packet.Span[1..]) is { } pdu)
                    {
                        var kind = record.Direction == TraceDirection.HostToController ? ReplayStepKind.PduFromHost : ReplayStepKind.PduFromPeer;
                        steps.Add(new(record.Number, kind, handle, pdu, record.Title, record.IsPartial));
                    }

                    break;
                default:
                    // Voice and vendor packets say nothing to this stack.
                    break;
            }
        }

        return steps;
    }
}

/// <summary>Puts the ACL packets of one link and direction together to L2CAP PDUs (Core, Vol 3, Part A, 7.2.1).</summary>
internal sealed class PduAssembler
{
    private const int AclHeader = 4;
    private const int BasicHeader = 4;

    private readonly List<byte> _octets = [];

    /// <summary>Adds one ACL packet without its H4 type.</summary>
    /// <returns>The PDU that it completes; null where more follows or the packet continues nothing.</returns>
    public byte[]? Add(ReadOnlySpan<byte> packet)
    {
        var boundary = (packet[1] >> 4) & 0x03;
        const int Continuing = 0x01;
        if (boundary != Continuing)
        {
            _octets.Clear();
        }
        else if (_octets.Count == 0)
        {
            return null;
        }

        _octets.AddRange(packet[AclHeader..]);
        if (_octets.Count < BasicHeader || _octets.Count < BasicHeader + (_octets[0] | (_octets[1] << 8)))
        {
            return null;
        }

        var pdu = _octets.ToArray();
        _octets.Clear();
        return pdu;
    }
}
