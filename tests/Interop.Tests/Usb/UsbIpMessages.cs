using System.Buffers.Binary;
using System.Text;

namespace HostStack.Interop.Tests.Usb;

/// <summary>Numbers of the USB/IP protocol 1.1.1 (Linux, Documentation/usb/usbip_protocol.rst). All are in network order.</summary>
internal static class UsbIp
{
    public const ushort Version = 0x0111;
    public const int BusIdSize = 32;
    public const int PathSize = 256;

    /// <summary>Octets of the header of a request block, and of the answer to one.</summary>
    public const int HeaderSize = 48;

    /// <summary>Octets of the descriptor of one isochronous packet: offset, length, actual length, status.</summary>
    public const int IsochronousSize = 16;

    /// <summary>The speed "full", as Linux counts.</summary>
    public const uint FullSpeed = 2;

    // Linux error numbers, negative, as the status of a request block.
    public const int Stalled = -32;         // EPIPE
    public const int Unlinked = -104;       // ECONNRESET
    public const int Overflow = -75;        // EOVERFLOW
    public const int BusError = -71;        // EPROTO
    public const int NoDevice = -19;        // ENODEV
}

/// <summary>What a client asks for at the beginning of a connection.</summary>
internal enum UsbIpOperation : ushort
{
    Import = 0x8003,
    ListDevices = 0x8005,
}

/// <summary>OP_REQ_DEVLIST and the fixed part of OP_REQ_IMPORT: <c>| version 2 | code 2 | status 4 |</c>.</summary>
internal readonly record struct UsbIpOperationHeader(ushort Version, UsbIpOperation Operation, uint Status)
{
    public const int Size = 8;

    public static bool TryParse(ReadOnlySpan<byte> source, out UsbIpOperationHeader value)
    {
        value = default;
        if (source.Length != Size)
        {
            return false;
        }

        value = new(
            BinaryPrimitives.ReadUInt16BigEndian(source),
            (UsbIpOperation)BinaryPrimitives.ReadUInt16BigEndian(source[2..]),
            BinaryPrimitives.ReadUInt32BigEndian(source[4..]));
        return value is { Version: UsbIp.Version, Operation: UsbIpOperation.Import or UsbIpOperation.ListDevices };
    }
}

/// <summary>Reads and writes text in fields of a fixed size, filled up with zeros.</summary>
internal static class UsbIpText
{
    /// <summary>The text of a field; false where no zero ends it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> field, out string text)
    {
        var end = field.IndexOf((byte)0);
        text = end < 0 ? string.Empty : Encoding.ASCII.GetString(field[..end]);
        return end >= 0;
    }

    public static byte[] Field(string text, int size)
    {
        var field = new byte[size];
        Encoding.ASCII.GetBytes(text, field.AsSpan(0, size - 1));
        return field;
    }
}

/// <summary>What a client wants of an imported device.</summary>
internal enum UsbIpCommandCode : uint
{
    Submit = 1,
    Unlink = 2,
}

/// <summary>USBIP_CMD_SUBMIT without its data, or USBIP_CMD_UNLINK, both 48 octets.</summary>
/// <param name="Code">Which of the two.</param>
/// <param name="Sequence">Names the request block.</param>
/// <param name="Endpoint">Endpoint address, bit 7 for towards the host.</param>
/// <param name="Length">transfer_buffer_length.</param>
/// <param name="StartFrame">For an isochronous one; told back as it came.</param>
/// <param name="Packets">number_of_packets: 0 or 0xFFFFFFFF where it is not isochronous.</param>
/// <param name="Setup">The setup packet, in the order of its octets.</param>
/// <param name="Victim">The request block to unlink.</param>
internal readonly record struct UsbIpCommand(
    UsbIpCommandCode Code, uint Sequence, byte Endpoint, int Length, int StartFrame, int Packets, ulong Setup, uint Victim)
{
    private const int LongestTransfer = 1 << 20;
    private const int MostPackets = 1024;
    private const uint In = 1;
    private const byte InBit = 0x80;

    public bool IsIn => (Endpoint & InBit) != 0;

    public bool IsIsochronous => Packets > 0;

    /// <summary>Octets of data that follow the header.</summary>
    public int DataLength => Code == UsbIpCommandCode.Submit && !IsIn ? Length : 0;

    public static bool TryParse(ReadOnlySpan<byte> source, out UsbIpCommand value)
    {
        value = default;
        if (source.Length != UsbIp.HeaderSize)
        {
            return false;
        }

        var code = (UsbIpCommandCode)Word(source, 0);
        var sequence = Word(source, 4);
        if (code == UsbIpCommandCode.Unlink)
        {
            value = new(code, sequence, 0, 0, 0, 0, 0, Word(source, 20));
            return true;
        }

        var (direction, endpoint) = (Word(source, 12), Word(source, 16));
        value = new(
            code, sequence, (byte)(endpoint | (direction == In ? InBit : 0u)), (int)Word(source, 24), (int)Word(source, 28),
            (int)Word(source, 32), BinaryPrimitives.ReadUInt64BigEndian(source[40..]), 0);
        return code == UsbIpCommandCode.Submit && direction <= In && endpoint < 16
            && value.Length is >= 0 and <= LongestTransfer && value.Packets is >= -1 and <= MostPackets;

        static uint Word(ReadOnlySpan<byte> source, int offset) => BinaryPrimitives.ReadUInt32BigEndian(source[offset..]);
    }
}

/// <summary>USBIP_RET_SUBMIT without its data, or USBIP_RET_UNLINK, both 48 octets.</summary>
internal static class UsbIpReply
{
    private const uint Submitted = 3;
    private const uint Unlinked = 4;

    public static void WriteSubmitted(Span<byte> target, in UsbIpCommand command, int status, int actual)
    {
        Begin(target, Submitted, command.Sequence, status);
        BinaryPrimitives.WriteInt32BigEndian(target[24..], actual);
        BinaryPrimitives.WriteInt32BigEndian(target[28..], command.StartFrame);
        BinaryPrimitives.WriteInt32BigEndian(target[32..], command.Packets);
    }

    public static void WriteUnlinked(Span<byte> target, uint sequence, int status) => Begin(target, Unlinked, sequence, status);

    private static void Begin(Span<byte> target, uint code, uint sequence, int status)
    {
        target[..UsbIp.HeaderSize].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(target, code);
        BinaryPrimitives.WriteUInt32BigEndian(target[4..], sequence);
        BinaryPrimitives.WriteInt32BigEndian(target[20..], status);
    }
}
