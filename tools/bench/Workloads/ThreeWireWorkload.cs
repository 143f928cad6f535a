using HostStack.Hci.Transport.ThreeWire;

namespace HostStack.Bench.Workloads;

/// <summary>ACL packets through the core of H5 alone, with a window of 4: sent as frames and acknowledged four at a time; or read
/// from frames and acknowledged as often as the link does it. The controller's frames were made before, so that nothing of its
/// side is in the figure; neither is a thread, nor the line.</summary>
public sealed class ThreeWireWorkload : Workload
{
    private const int Window = 4;

    private readonly ThreeWireLink _link = new(new ThreeWireOptions { Window = Window });
    private readonly SlipReader _reader = new(ThreeWireSize.Longest);
    private readonly byte[][] _frames = new byte[ThreeWireHeader.SequenceNumbers][];
    private readonly byte[][] _acknowledgements = new byte[ThreeWireHeader.SequenceNumbers][];
    private readonly byte[] _line = new byte[ThreeWireLink.LongestFrame];
    private readonly byte[] _packet;
    private readonly bool _sends;
    private int _number;
    private int _underWay;
    private long _units;
    private long _arrived;

    /// <summary>Makes the workload.</summary>
    /// <param name="sends">Whether the host sends; else it receives.</param>
    /// <param name="data">Octets of data in a packet.</param>
    /// <param name="integrityCheck">Whether packets carry a CRC.</param>
    public ThreeWireWorkload(bool sends, int data, bool integrityCheck)
        : base($"H5 core, CRC {(integrityCheck ? "on" : "off")}, {(sends ? "send" : "receive")} {data}, one ACL packet")
    {
        _sends = sends;
        _packet = [0x02, 0x0B, 0x20, (byte)data, (byte)(data >> 8), .. new byte[data]];
        for (var number = 0; number < _frames.Length; number++)
        {
            _frames[number] = Frame(number, 0, integrityCheck, ThreeWirePacketType.AclData, _packet.AsSpan(1));
            _acknowledgements[number] = Frame(0, number, integrityCheck, ThreeWirePacketType.Acknowledgement, default);
        }

        _link.Start(default);
        Take(Frame(0, 0, false, ThreeWirePacketType.LinkControl, [0x02, 0x7D]));
        Take(Frame(0, 0, false, ThreeWirePacketType.LinkControl, [0x04, 0x7B, (byte)(Window | (integrityCheck ? 0x10 : 0))]));
    }

    /// <inheritdoc/>
    public override void Run(int units)
    {
        _units += units;
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
        _arrived == _units && _link.Phase == LinkPhase.Active && _link.BadFrames == 0 && _link.Resent == 0
            ? null
            : $"{Name}: of {_units} packets {_arrived} went";

    private static byte[] Frame(int sequence, int acknowledgement, bool check, ThreeWirePacketType type, ReadOnlySpan<byte> payload)
    {
        var octets = new byte[ThreeWireLink.LongestFrame];
        var header = new ThreeWireHeader(sequence, acknowledgement, check, type == ThreeWirePacketType.AclData, type, payload.Length);
        return octets[..ThreeWireFrame.Write(octets, header, payload, escapesFlowControl: false)];
    }

    private void Send(int units)
    {
        for (; units > 0; units--)
        {
            if (!_link.TrySend(_packet))
            {
                return; // The loss is told.
            }

            _arrived += Write();
            _number = (_number + 1) % ThreeWireHeader.SequenceNumbers;
            if (++_underWay == Window || units == 1)
            {
                Take(_acknowledgements[_number]);
                _underWay = 0;
            }
        }
    }

    private void Receive(int units)
    {
        for (; units > 0; units--)
        {
            Take(_frames[_number]);
            _number = (_number + 1) % ThreeWireHeader.SequenceNumbers;
            Write();
        }
    }

    private int Write()
    {
        var frames = 0;
        while (_link.WriteNext(_line, default) > 0)
        {
            frames++;
        }

        return frames;
    }

    private void Take(ReadOnlySpan<byte> octets)
    {
        while (_reader.TryRead(ref octets, out var frame))
        {
            _arrived += _link.Receive(frame, default).IsEmpty ? 0 : 1;
        }
    }
}
