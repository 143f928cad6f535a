using System.Buffers.Binary;

namespace HostStack.VirtualController.Transport;

/// <summary>Cuts the octets of a host into packets, however they were split on the way (Core, Vol 4, Part A, 2).</summary>
/// <remarks>After an unknown packet type the framing is lost: the host is told by Hardware Error, and nothing is taken
/// until an HCI Reset is seen in the octets (Part A, 4).</remarks>
internal sealed class H4FrameReader(Action<ReadOnlyMemory<byte>> packetRead, Action framingLost)
{
    private const byte Command = 0x01;
    private const byte Acl = 0x02;
    private const byte Sco = 0x03;
    private const byte Iso = 0x05;
    private const int LongestHeader = 5;
    private const int IsoLengthBits = 0x3FFF;
    private static readonly byte[] Reset = [Command, 0x03, 0x0C, 0x00];

    private readonly byte[] _packet = new byte[LongestHeader + ushort.MaxValue];
    private int _length;
    private int _wanted = 1;
    private int _resetMatched;

    /// <summary>Whether octets are only searched for a Reset.</summary>
    public bool IsLost { get; private set; }

    public void Feed(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            if (IsLost)
            {
                octets = octets[Hunt(octets)..];
                continue;
            }

            var count = Math.Min(_wanted - _length, octets.Length);
            octets[..count].CopyTo(_packet.AsSpan(_length));
            _length += count;
            octets = octets[count..];
            if (_length == _wanted)
            {
                Advance();
            }
        }
    }

    private void Advance()
    {
        var needed = Needed();
        if (needed < 0)
        {
            IsLost = true;
            _resetMatched = 0;
            _length = 0;
            _wanted = 1;
            framingLost();
        }
        else if (needed == _length)
        {
            packetRead(_packet.AsMemory(0, _length));
            _length = 0;
            _wanted = 1;
        }
        else
        {
            _wanted = needed;
        }
    }

    // Octets of the packet as far as can be told: the header first, then all; -1: no packet type.
    private int Needed() => (_packet[0], _length) switch
    {
        (Command or Sco, < 4) => 4,
        (Command, _) => 4 + _packet[3],
        (Sco, _) => 4 + _packet[3],
        (Acl or Iso, < 5) => 5,
        (Acl, _) => 5 + BinaryPrimitives.ReadUInt16LittleEndian(_packet.AsSpan(3)),
        (Iso, _) => 5 + (BinaryPrimitives.ReadUInt16LittleEndian(_packet.AsSpan(3)) & IsoLengthBits),
        _ => -1,
    };

    private int Hunt(ReadOnlySpan<byte> octets)
    {
        for (var i = 0; i < octets.Length; i++)
        {
            _resetMatched = octets[i] == Reset[_resetMatched] ? _resetMatched + 1 : octets[i] == Reset[0] ? 1 : 0;
            if (_resetMatched == Reset.Length)
            {
                IsLost = false;
                packetRead(Reset);
                return i + 1;
            }
        }

        return octets.Length;
    }
}
