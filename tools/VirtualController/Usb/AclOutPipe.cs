using System.Buffers.Binary;

namespace HostStack.VirtualController.Usb;

/// <summary>The bulk endpoint from the host: puts HCI ACL packets together by their own length, however they are cut into
/// requests (Core, Vol 4, Part B, 2.2).</summary>
/// <param name="packetRead">Called with a whole packet, its H4 type octet in front; borrowed.</param>
internal sealed class AclOutPipe(Action<ReadOnlyMemory<byte>> packetRead)
{
    private const byte AclPacket = 0x02;
    private const int TypeOctet = 1;
    private const int Header = 4;

    private readonly byte[] _packet = [AclPacket, .. new byte[Header + ushort.MaxValue]];
    private int _length;

    public bool IsHalted { get; set; }

    /// <summary>The octets of one request.</summary>
    public void Receive(ReadOnlySpan<byte> octets)
    {
        while (!octets.IsEmpty)
        {
            var count = Math.Min(Wanted() - _length, octets.Length);
            octets[..count].CopyTo(_packet.AsSpan(TypeOctet + _length));
            _length += count;
            octets = octets[count..];
            if (_length >= Header && _length == Wanted())
            {
                var whole = TypeOctet + _length;
                _length = 0;
                packetRead(_packet.AsMemory(0, whole));
            }
        }
    }

    /// <summary>Forgets a packet that has begun.</summary>
    public void Clear()
    {
        _length = 0;
        IsHalted = false;
    }

    private int Wanted() =>
        _length < Header ? Header : Header + BinaryPrimitives.ReadUInt16LittleEndian(_packet.AsSpan(TypeOctet + 2));
}
