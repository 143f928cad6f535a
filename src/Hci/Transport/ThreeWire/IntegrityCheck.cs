namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>The data integrity check: CRC-16-CCITT over header and payload (Core, Vol 4, Part D, 5.3.3).</summary>
/// <remarks>Polynomial x^16 + x^12 + x^5 + 1, begun with all ones; each octet goes in lowest bit first. The register's
/// upper octet, seen with x^15 as its highest bit, is sent first.</remarks>
internal static class IntegrityCheck
{
    /// <summary>Octets on the wire.</summary>
    public const int Size = 2;

    private const ushort Polynomial = 0x8408; // x^12 and x^5, mirrored: the register is kept lowest bit first.
    private const ushort Beginning = 0xFFFF;

    private static readonly ushort[] s_table = MakeTable();

    /// <summary>The check of a packet, as a number whose upper octet is sent first.</summary>
    /// <param name="header">The four octets in front.</param>
    /// <param name="payload">What follows them.</param>
    public static ushort Of(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        Mirror(Add(Add(Beginning, header), payload));

    private static ushort Add(ushort register, ReadOnlySpan<byte> octets)
    {
        foreach (var octet in octets)
        {
            register = (ushort)((register >> 8) ^ s_table[(register ^ octet) & 0xFF]);
        }

        return register;
    }

    private static ushort Mirror(ushort value)
    {
        var mirrored = 0;
        for (var i = 0; i < 16; i++)
        {
            mirrored = (mirrored << 1) | ((value >> i) & 1);
        }

        return (ushort)mirrored;
    }

    private static ushort[] MakeTable()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var register = i;
            for (var bit = 0; bit < 8; bit++)
            {
                register = (register & 1) == 0 ? register >> 1 : (register >> 1) ^ Polynomial;
            }

            table[i] = (ushort)register;
        }

        return table;
    }
}
