using System.Buffers.Binary;

namespace HostStack.Hci.Startup.Realtek;

/// <summary>The sections of the second format of Realtek firmware: those for one chip, joined by their priority.</summary>
/// <remarks>
/// <para>Section: <c>| code 4 | length 4 | parts 2 | reserved 2 | parts |</c>; part: <c>| chip id 1 | priority 1 | key 1 |
/// reserved 1 | length 4 | octets |</c>. Code 1 is patches, 2 a header that chips without keys take, 3 one that is signed with
/// a key; others are for other readers. A part's chip id is the ROM version plus one. Lower priorities go first; of equal ones
/// the later part goes first.</para>
/// <para>Source: Linux, drivers/bluetooth/btrtl.c, rtlbt_parse_firmware_v2.</para>
/// </remarks>
internal static class RealtekSections
{
    private const uint Patches = 1;
    private const uint DummyHeader = 2;
    private const uint SecurityHeader = 3;
    private const int SectionHeader = 8;
    private const int PartsHeader = 4;
    private const int PartHeader = 8;

    public static string? Join(ReadOnlySpan<byte> sections, uint count, byte romVersion, byte key, out byte[] patch)
    {
        patch = [];
        var chosen = new List<(byte Priority, int Order, byte[] Octets)>();
        var rest = sections;
        for (var section = 0u; section < count; section++)
        {
            if (!TryTake(ref rest, SectionHeader, out var header)
                || !TryTake(ref rest, BinaryPrimitives.ReadUInt32LittleEndian(header[4..]), out var content))
            {
                return $"its section {section} is cut off";
            }

            var code = BinaryPrimitives.ReadUInt32LittleEndian(header);
            if (code is Patches or DummyHeader || (code == SecurityHeader && key != 0))
            {
                if (!TryChoose(content, code, romVersion, key, chosen))
                {
                    return $"its section {section} is malformed";
                }
            }
        }

        if (chosen.Sum(static part => (long)part.Octets.Length) is 0)
        {
            return $"it has no patch for ROM version {romVersion}";
        }

        patch = [.. chosen.OrderBy(static part => part.Priority).ThenByDescending(static part => part.Order).SelectMany(static part => part.Octets)];
        return null;
    }

    private static bool TryChoose(
        ReadOnlySpan<byte> content, uint code, byte romVersion, byte key, List<(byte Priority, int Order, byte[] Octets)> chosen)
    {
        if (!TryTake(ref content, PartsHeader, out var header))
        {
            return false;
        }

        for (var parts = BinaryPrimitives.ReadUInt16LittleEndian(header); parts > 0; parts--)
        {
            if (!TryTake(ref content, PartHeader, out var part)
                || !TryTake(ref content, BinaryPrimitives.ReadUInt32LittleEndian(part[4..]), out var octets))
            {
                return false;
            }

            if (part[0] == romVersion + 1 && (code != SecurityHeader || part[2] == key))
            {
                chosen.Add((part[1], chosen.Count, octets.ToArray()));
            }
        }

        return true;
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, uint length, out ReadOnlySpan<byte> taken)
    {
        taken = default;
        if (length > (uint)rest.Length)
        {
            return false;
        }

        taken = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }
}
