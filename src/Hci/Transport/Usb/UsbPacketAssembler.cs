using System.Buffers.Binary;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Transport.Usb;

/// <summary>Cuts the octets of one pipe into HCI packets by the length in their headers, never by transfers: an event
/// spans several interrupt packets, and one transfer may hold half a packet or several.</summary>
/// <remarks>
/// <para>A pipe has one packet type, and no type octet on the bus: each packet is delivered with it in front, which costs
/// the one copy. Pure: octets in, packets out, at whatever places they are split.</para>
/// <para>What no packet can begin with (event code 0, a reserved handle, a length beyond the bound) means that the
/// boundaries are lost; so does an error of the bus amid a packet (<see cref="Lose"/>). From then on nothing is delivered.
/// A pipe of events finds the answer to Reset by itself, once one was sent; one of data is told (<see cref="Restart"/>).</para>
/// </remarks>
internal sealed class UsbPacketAssembler
{
    /// <summary>Handles are 0x000 to 0xEFF (Core, Vol 4, Part E, 5.4.2); the other 4 bits are flags.</summary>
    private const ushort HandleBits = 0x0FFF;
    private const ushort HighestHandle = 0x0EFF;
    private const int EventHeader = 2;
    private const int DataHeader = 4;
    private const int TypeOctet = 1;

    private readonly int _header;
    private readonly int _maximumContents;
    private readonly int _usbPacket;
    private readonly byte[] _packet;
    private int _held = TypeOctet;
    private int _length;
    private bool _mayEndEmpty;
    private bool _endsTransfers;
    private bool _runsOn;

    /// <summary>Makes an assembler at the start of a packet.</summary>
    /// <param name="type">Event or ACL data.</param>
    /// <param name="usbPacket">wMaxPacketSize of the pipe.</param>
    /// <param name="maximumContents">Octets of contents beyond which the boundaries count as lost.</param>
    public UsbPacketAssembler(H4PacketType type, int usbPacket, int maximumContents)
    {
        _header = TypeOctet + (type == H4PacketType.Event ? EventHeader : DataHeader);
        _maximumContents = maximumContents;
        _usbPacket = usbPacket;
        _packet = new byte[_header + maximumContents];
        _packet[0] = (byte)type;
        _length = _header;
    }

    /// <summary>Whether a packet has begun and is not whole.</summary>
    public bool IsWithinPacket => !IsLost && _held > TypeOctet;

    /// <summary>Whether the boundaries are lost.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Whether the device ends an HCI packet that fills its last USB packet with an empty one, so that a transfer for
    /// several USB packets ends with the HCI packet. Not so until it was seen, nor once a transfer went on behind such a
    /// packet.</summary>
    public bool EndsTransfers => _endsTransfers && !_runsOn;

    /// <summary>Whether a single octet between packets is noise of the device's (<see cref="Startup.ControllerQuirks.StrayOctet"/>)
    /// and not the beginning of an event.</summary>
    public bool DropsStrayOctets { get; init; }

    /// <summary>Octets that were thrown away.</summary>
    public long Discarded { get; private set; }

    /// <summary>Whether it is a pipe of events.</summary>
    public bool IsEvents => _packet[0] == (byte)H4PacketType.Event;

    /// <summary>Takes the octets of one transfer, and delivers the packets that they complete.</summary>
    /// <param name="octets">Borrowed for the call.</param>
    /// <param name="isResetting">Whether a Reset has been sent and not answered.</param>
    /// <param name="sink">Its <see cref="IHciTransportSink.PacketReceived"/> and
    /// <see cref="IHciTransportSink.FramingLost"/> are called.</param>
    public void Feed(ReadOnlySpan<byte> octets, bool isResetting, IHciTransportSink sink)
    {
        if (isResetting && IsEvents && IsWithinPacket && IsResetAnswer(octets))
        {
            // The rest of the event before it was lost in the Reset.
            Drop();
        }

        var length = octets.Length;
        _endsTransfers |= _mayEndEmpty && length == 0;
        while (!octets.IsEmpty)
        {
            if (IsLost)
            {
                octets = Search(octets, isResetting, sink);
                continue;
            }

            if (DropsStrayOctets && octets.Length == 1 && !IsWithinPacket && length % _usbPacket != 0)
            {
                // Nothing follows in this transfer: an event that begins here would have gone on.
                Discarded++;
                return;
            }

            octets = Take(octets, sink);
            _runsOn |= !IsLost && _held == TypeOctet && !octets.IsEmpty && (length - octets.Length) % _usbPacket == 0;
        }

        _mayEndEmpty = !IsLost && _held == TypeOctet && length > 0 && length % _usbPacket == 0;
    }

    /// <summary>Octets may be missing: what is held is dropped, and nothing is delivered until the next Reset.</summary>
    public void Lose()
    {
        Drop();
        IsLost = true;
    }

    /// <summary>The controller has begun anew: what is held was of before, and the next octet begins a packet.</summary>
    public void Restart()
    {
        Drop();
        IsLost = false;
    }

    private void Drop()
    {
        Discarded += _held - TypeOctet;
        Begin();
    }

    private void Begin()
    {
        _held = TypeOctet;
        _length = _header;
    }

    // No more than the header, then no more than the contents.
    private ReadOnlySpan<byte> Take(ReadOnlySpan<byte> octets, IHciTransportSink sink)
    {
        var taken = Math.Min(_length - _held, octets.Length);
        octets[..taken].CopyTo(_packet.AsSpan(_held));
        _held += taken;
        octets = octets[taken..];
        if (_held == _header && _length == _header)
        {
            if (Fault() is { } fault)
            {
                Lose();
                sink.FramingLost(fault);
                return octets;
            }

            _length += Contents();
        }

        if (_held == _length)
        {
            Begin();
            sink.PacketReceived(_packet.AsSpan(0, Whole()));
        }

        return octets;
    }

    private int Whole() => _header + Contents();

    private int Contents() =>
        IsEvents ? _packet[2] : BinaryPrimitives.ReadUInt16LittleEndian(_packet.AsSpan(TypeOctet + 2));

    private string? Fault()
    {
        if (IsEvents)
        {
            return _packet[TypeOctet] == 0 ? "an event with code 0" : null;
        }

        var handle = BinaryPrimitives.ReadUInt16LittleEndian(_packet.AsSpan(TypeOctet)) & HandleBits;
        return handle > HighestHandle ? $"data with the reserved handle 0x{handle:X3}"
            : Contents() > _maximumContents ? $"data of {Contents()} octets, more than {_maximumContents}"
            : null;
    }

    // Lost: slide octet by octet until what is held is the answer to Reset.
    private ReadOnlySpan<byte> Search(ReadOnlySpan<byte> octets, bool isResetting, IHciTransportSink sink)
    {
        if (!isResetting || !IsEvents)
        {
            Discarded += octets.Length;
            return default;
        }

        _packet[_held++] = octets[0];
        while (!ResetExchange.IsPrefixOfAnswer(_packet.AsSpan(0, _held)))
        {
            _packet.AsSpan(TypeOctet + 1, --_held - TypeOctet).CopyTo(_packet.AsSpan(TypeOctet));
            Discarded++;
        }

        if (_held == ResetExchange.AnswerLength)
        {
            IsLost = false;
            Begin();
            sink.PacketReceived(_packet.AsSpan(0, ResetExchange.AnswerLength));
        }

        return octets[1..];
    }

    private bool IsResetAnswer(ReadOnlySpan<byte> octets)
    {
        Span<byte> packet = stackalloc byte[ResetExchange.AnswerLength];
        if (octets.Length != ResetExchange.AnswerLength - TypeOctet)
        {
            return false;
        }

        packet[0] = _packet[0];
        octets.CopyTo(packet[TypeOctet..]);
        return ResetExchange.IsAnswer(packet);
    }
}
