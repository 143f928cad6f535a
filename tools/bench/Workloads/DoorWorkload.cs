using HostStack.Bench.Doors;

namespace HostStack.Bench.Workloads;

/// <summary>Which transport.</summary>
public enum Door
{
    /// <summary>USB, over a device in memory.</summary>
    Usb = 0,

    /// <summary>USB, over a device in memory that does not end transfers: one for each USB packet of 64 octets.</summary>
    UsbPackets,

    /// <summary>H4 as on a serial line, over a stream in memory.</summary>
    Line,

    /// <summary>H4 over a Unix socket.</summary>
    Socket,
}

/// <summary>ACL packets through a transport alone, one unit a packet: sent, eight before each flush; or received, never more
/// than eight on their way. What is received is carried from the thread that brings it to one of the transport's.</summary>
public sealed class DoorWorkload : Workload
{
    /// <summary>Packets that are gathered, or on their way.</summary>
    private const int Window = 8;

    private const int Header = 5;

    private readonly bool _sends;
    private readonly byte[] _packet;
    private readonly IDoor _door;
    private readonly DoorSink _sink = new();
    private readonly long _before;
    private readonly long _octetsBefore;
    private long _delivered;

    /// <summary>Makes the workload.</summary>
    /// <param name="door">Which transport.</param>
    /// <param name="sends">Whether the host sends; else it receives.</param>
    /// <param name="data">Octets of data in a packet.</param>
    public DoorWorkload(Door door, bool sends, int data)
        : base($"{Describe(door)}, {(sends ? "send" : "receive")} {data}, one ACL packet")
    {
        _sends = sends;
        _packet = [0x02, 0x0B, 0x20, (byte)data, (byte)(data >> 8), .. new byte[data]];
        _door = door switch
        {
            Door.Usb or Door.UsbPackets => new UsbDoor(endsTransfers: door == Door.Usb),
            Door.Line => new LineDoor(),
            _ => new SocketDoor(),
        };
        _delivered = _before = _door.Start(_sink);
        _sink.Await(_before);
        _octetsBefore = _sink.Octets;
    }

    /// <inheritdoc/>
    public override void Run(int units)
    {
        if (_sends)
        {
            Send(units);
        }
        else
        {
            Receive(units);
        }
    }

    /// <inheritdoc/>
    public override string? FindLoss() =>
        _sink.Octets - _octetsBefore == (_delivered - _before) * _packet.Length ? null : $"{Name}: of {_delivered} packets {_sink.Packets} came";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
#pragma warning disable VSTHRD002 // Its end comes from threads that wait for nobody here.
            _door.Transport.DisposeAsync().AsTask().GetAwaiter().GetResult();
#pragma warning restore VSTHRD002
            _door.Dispose();
        }

        base.Dispose(disposing);
    }

    private static string Describe(Door door) => door switch
    {
        Door.Usb => "usb",
        Door.UsbPackets => "usb, 64 a transfer",
        Door.Line => "serial H4",
        _ => "socket H4",
    };

    private void Send(int units)
    {
        while (units > 0)
        {
            var count = Math.Min(Window, units);
            units -= count;
            for (var i = 0; i < count; i++)
            {
                _door.Transport.Send(_packet);
            }

            _door.Transport.Flush();
            _door.Take(count * _packet.Length);
        }
    }

    private void Receive(int units)
    {
        for (; units > 0; units--)
        {
            _sink.Await(_delivered - Window + 1);
            _door.Deliver(_packet);
            _delivered++;
        }

        _sink.Await(_delivered);
    }
}
