using System.Buffers.Binary;
using HostStack.Hci.Packets;
using HostStack.Hci.Transport;

namespace HostStack.Bench.Rig;

/// <summary>A controller that costs next to nothing: it answers bring-up by octets written by hand, counts the ACL packets
/// that it is given, copies none, and gives their buffers back when it is told to.</summary>
internal sealed class MeteredController : IHciTransport
{
    private const int HandleOffset = 1;
    private const int EventHeader = 4;
    private const int BytesPerLink = 4;
    private const ushort Disconnect = 0x0406;

    // Commands that Command Status acknowledges: accept and disconnect a link, read a peer's features, switch roles.
    private static readonly HashSet<ushort> s_statusCommands = [Disconnect, 0x0409, 0x041B, 0x041C, 0x041D, 0x080B];

    private readonly Dictionary<ushort, byte[]> _returns;
    private readonly int[] _inFlight;
    private readonly byte[] _completed;
    private IHciTransportSink? _sink;

    /// <summary>Makes the controller.</summary>
    /// <param name="links">Links that it may have: handles 1 and up.</param>
    /// <param name="aclLength">Octets of data in an ACL packet.</param>
    /// <param name="credits">ACL packets that it takes before it completes one.</param>
    public MeteredController(int links, int aclLength, int credits)
    {
        _inFlight = new int[links + 1];
        _completed = new byte[EventHeader + (BytesPerLink * links)];
        _returns = new Dictionary<ushort, byte[]>
        {
            // Return parameters by command, status first. A controller of version 4.0.
            [0x1001] = [0x00, 0x06, 0x00, 0x10, 0x06, 0x0F, 0x00, 0x0E, 0x22],
            [0x1002] = [0x00, .. Enumerable.Repeat((byte)0xFF, 64)],
            // 3- and 5-slot, encryption, role switch, sniff, RSSI, EIR, SSP, pause encryption, non-flushable, extended.
            [0x1003] = [0x00, 0xA7, 0x00, 0x00, 0x40, 0x00, 0x04, 0x49, 0x80],
            [0x1004] = [0x00, 0x02, 0x02, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
            [0x1005] = [0x00, (byte)aclLength, (byte)(aclLength >> 8), 0x40, (byte)credits, 0x00, 0x01, 0x00],
            [0x1009] = [0x00, 0x01, 0x00, 0xCA, 0xF1, 0x5E, 0x00],
            [0x0C12] = [0x00, 0x00, 0x00],
            [0x0C37] = [0x00, 0x01, 0x00],
        };
    }

    public string Name => "metered";

    /// <summary>ACL packets that came.</summary>
    public long Packets { get; private set; }

    /// <summary>Octets of their data.</summary>
    public long Octets { get; private set; }

    /// <summary>Copies of the ACL packets that come, while setting up; null afterwards.</summary>
    public List<byte[]>? Kept { get; set; } = [];

    public void Start(IHciTransportSink sink) => _sink = sink;

    public void Send(ReadOnlySpan<byte> packet)
    {
        if (packet[0] != (byte)H4PacketType.AclData)
        {
            Answer(packet);
            return;
        }

        Packets++;
        Octets += packet.Length - 1 - AclDataPacket.HeaderSize;
        _inFlight[BinaryPrimitives.ReadUInt16LittleEndian(packet[HandleOffset..]) & 0x0FFF]++;
        Kept?.Add(packet.ToArray());
    }

    public void Flush()
    {
        // Nothing is gathered.
    }

    /// <summary>Speaks to the host.</summary>
    public void Deliver(ReadOnlySpan<byte> packet) => _sink!.PacketReceived(packet);

    /// <summary>Completes all packets: one Number Of Completed Packets event; no octets where there are none.</summary>
    /// <param name="exceptHandle">A link whose packets stay; 0 for none.</param>
    public ReadOnlySpan<byte> Complete(int exceptHandle = 0)
    {
        var links = 0;
        for (var handle = 1; handle < _inFlight.Length; handle++)
        {
            if (_inFlight[handle] > 0 && handle != exceptHandle)
            {
                var record = _completed.AsSpan(EventHeader + (BytesPerLink * links++));
                BinaryPrimitives.WriteUInt16LittleEndian(record, (ushort)handle);
                BinaryPrimitives.WriteUInt16LittleEndian(record[2..], (ushort)_inFlight[handle]);
                _inFlight[handle] = 0;
            }
        }

        if (links == 0)
        {
            return default;
        }

        _completed[0] = (byte)H4PacketType.Event;
        _completed[1] = (byte)EventCode.NumberOfCompletedPackets;
        _completed[2] = (byte)(1 + (BytesPerLink * links));
        _completed[3] = (byte)links;
        return _completed.AsSpan(0, EventHeader + (BytesPerLink * links));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Answer(ReadOnlySpan<byte> command)
    {
        var opCode = BinaryPrimitives.ReadUInt16LittleEndian(command[1..]);
        if (s_statusCommands.Contains(opCode))
        {
            Deliver([(byte)H4PacketType.Event, (byte)EventCode.CommandStatus, 4, 0x00, 0x01, command[1], command[2]]);
            if (opCode == Disconnect)
            {
                Deliver([(byte)H4PacketType.Event, (byte)EventCode.DisconnectionComplete, 4, 0x00, command[4], command[5], 0x16]);
            }

            return;
        }

        var returned = _returns.GetValueOrDefault(opCode, [0x00]);
        Deliver(
            [
                (byte)H4PacketType.Event, (byte)EventCode.CommandComplete, (byte)(3 + returned.Length),
                0x01, command[1], command[2], .. returned,
            ]);
    }
}
