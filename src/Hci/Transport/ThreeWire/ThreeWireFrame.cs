using System.Buffers.Binary;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>A packet as it stands on the line (Core, Vol 4, Part D, 3 and 5).</summary>
/// <remarks><c>| C0 | header 4 | payload | integrity check 2, where the header says so | C0 |</c>, everything between the
/// delimiters escaped.</remarks>
internal static class ThreeWireFrame
{
    /// <summary>Writes a frame.</summary>
    /// <param name="destination">Has room for it, everything escaped.</param>
    /// <param name="header">Its length is the payload's.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="escapesFlowControl">Whether XON and XOFF are escaped.</param>
    /// <returns>How many octets were written.</returns>
    public static int Write(Span<byte> destination, in ThreeWireHeader header, ReadOnlySpan<byte> payload, bool escapesFlowControl)
    {
        Span<byte> head = stackalloc byte[ThreeWireHeader.Size];
        var writer = new WireWriter(head);
        header.Write(ref writer);
        destination[0] = Slip.Delimiter;
        var length = 1;
        length += Slip.Write(head, destination[length..], escapesFlowControl);
        length += Slip.Write(payload, destination[length..], escapesFlowControl);
        if (header.HasIntegrityCheck)
        {
            Span<byte> check = stackalloc byte[IntegrityCheck.Size];
            BinaryPrimitives.WriteUInt16BigEndian(check, IntegrityCheck.Of(head, payload));
            length += Slip.Write(check, destination[length..], escapesFlowControl);
        }

        destination[length] = Slip.Delimiter;
        return length + 1;
    }

    /// <summary>Whether a frame, unescaped, is as long as its header says, and its check right where it has one.</summary>
    /// <param name="frame">Header, payload and check.</param>
    /// <param name="header">Its header.</param>
    public static bool IsWhole(ReadOnlySpan<byte> frame, in ThreeWireHeader header)
    {
        var body = ThreeWireHeader.Size + header.Length;
        if (!header.HasIntegrityCheck)
        {
            return frame.Length == body;
        }

        return frame.Length == body + IntegrityCheck.Size
            && IntegrityCheck.Of(frame[..ThreeWireHeader.Size], frame[ThreeWireHeader.Size..body])
                == ((frame[body] << 8) | frame[body + 1]);
    }
}

/// <summary>What gives CSR's older protocol away: the packet that its chips send until they are answered.</summary>
internal static class Bcsp
{
    private static readonly byte[] s_sync = [0x40, 0x41, 0x00, 0x7E, 0xDA, 0xDC, 0xED, 0xED, 0xA9, 0x7A];

    /// <summary>Whether a frame is that packet.</summary>
    public static bool IsSync(ReadOnlySpan<byte> frame) => frame.SequenceEqual(s_sync);
}
