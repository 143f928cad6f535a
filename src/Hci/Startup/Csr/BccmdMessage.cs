using System.Buffers.Binary;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Startup.Csr;

/// <summary>A message of BCCMD, by which CSR chips are told what to keep in their stores: <c>| 0xC2 1 | kind 2 | words 2 |
/// number 2 | variable 2 | status 2 | payload |</c>, little-endian; words counts itself and all that follows, in 16 bits each,
/// the kind included (BlueZ 5, tools/csr.c and tools/bdaddr.c).</summary>
/// <remarks>The octet 0xC2 says that the message is whole (its two top bits) and goes to channel 2, BCCMD.</remarks>
internal static class BccmdMessage
{
    /// <summary>The command that carries messages; a vendor event carries the answers.</summary>
    public const ushort OpCode = 0xFC00;

    private const byte Channel = 0xC2;
    private const ushort Response = 0x0001;
    private const ushort Set = 0x0002;
    private const ushort PersistentStore = 0x7003;
    private const ushort WarmReset = 0x4002;
    private const ushort AddressKey = 0x0001;
    private const ushort AddressWords = 4;
    private const ushort Ram = 0x0008;
    private const int Header = 11;
    private const int LeastWords = 9;

    /// <summary>Writes the device's address into the store that is lost with the power.</summary>
    /// <remarks>Payload: <c>| key 2 | words 2 | stores 2 | value 8 |</c>. The value is four words: the lower address part in two,
    /// its top octet first, then UAP, then NAP: 00:02:5B:00:A5:A5 is 0000 A5A5 005B 0002.</remarks>
    public static byte[] WriteAddress(ushort number, BdAddr address)
    {
        Span<byte> octets = stackalloc byte[BdAddr.Size];
        address.Write(octets);
        return Message(number, PersistentStore,
        [
            (byte)AddressKey, 0, (byte)AddressWords, 0, (byte)Ram, 0,
            octets[2], 0, octets[0], octets[1], octets[3], 0, octets[4], octets[5],
        ]);
    }

    /// <summary>Starts the chip again with what is in its stores. Not answered.</summary>
    public static byte[] Restart(ushort number) => Message(number, WarmReset, []);

    /// <summary>Reads an answer: the status of the message with this number.</summary>
    /// <param name="octets">The vendor event's parameters; any octets.</param>
    /// <param name="number">The number that was sent.</param>
    /// <returns>The status, 0 for success; null where this is no answer to the message.</returns>
    public static ushort? Status(ReadOnlySpan<byte> octets, ushort number) =>
        octets.Length >= Header && octets[0] == Channel
        && BinaryPrimitives.ReadUInt16LittleEndian(octets[1..]) == Response
        && BinaryPrimitives.ReadUInt16LittleEndian(octets[5..]) == number
            ? BinaryPrimitives.ReadUInt16LittleEndian(octets[9..])
            : null;

    private static byte[] Message(ushort number, ushort variable, ReadOnlySpan<byte> payload)
    {
        var words = Math.Max(LeastWords, (Header - 1 + payload.Length) / 2);
        var message = new byte[1 + (words * 2)];
        message[0] = Channel;
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(1), Set);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(3), (ushort)words);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(5), number);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(7), variable);
        payload.CopyTo(message.AsSpan(Header));
        return message;
    }
}
