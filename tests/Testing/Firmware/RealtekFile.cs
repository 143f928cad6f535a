namespace HostStack.Testing.Firmware;

/// <summary>Writes Realtek firmware of the public formats, octet by octet, not with the code that reads it.</summary>
public static class RealtekFile
{
    /// <summary>The first format: patches for chip ids, the project in the last record.</summary>
    public static byte[] First(byte project, uint version, params (ushort ChipId, byte[] Octets)[] patches)
    {
        List<byte> file = [.. "Realtech"u8, .. Four(version), .. Two((ushort)patches.Length)];
        var offset = (uint)(14 + (8 * patches.Length));
        foreach (var (chipId, _) in patches)
        {
            file.AddRange(Two(chipId));
        }

        foreach (var (_, octets) in patches)
        {
            file.AddRange(Two((ushort)octets.Length));
        }

        foreach (var (_, octets) in patches)
        {
            file.AddRange(Four(offset));
            offset += (uint)octets.Length;
        }

        foreach (var (_, octets) in patches)
        {
            file.AddRange(octets);
        }

        return [.. file, .. Records(project)];
    }

    /// <summary>The second format: sections of parts.</summary>
    public static byte[] Second(byte project, params (uint Code, (byte ChipId, byte Priority, byte Key, byte[] Octets)[] Parts)[] sections)
    {
        List<byte> file = [.. "RTBTCore"u8, 1, 2, 3, 4, 5, 6, 7, 8, .. Four((uint)sections.Length)];
        foreach (var (code, parts) in sections)
        {
            List<byte> content = [.. Two((ushort)parts.Length), 0, 0];
            foreach (var (chipId, priority, key, octets) in parts)
            {
                content.AddRange([chipId, priority, key, 0, .. Four((uint)octets.Length), .. octets]);
            }

            file.AddRange([.. Four(code), .. Four((uint)content.Count), .. content]);
        }

        return [.. file, .. Records(project)];
    }

    /// <summary>A configuration with these entries.</summary>
    public static byte[] Configuration(params (ushort Offset, byte[] Octets)[] entries)
    {
        List<byte> content = [];
        foreach (var (offset, octets) in entries)
        {
            content.AddRange([.. Two(offset), (byte)octets.Length, .. octets]);
        }

        return [0x55, 0xAB, 0x23, 0x87, .. Two((ushort)content.Count), .. content];
    }

    /// <summary>Octets that are easily told apart.</summary>
    public static byte[] Octets(int count, int seed)
    {
        var octets = new byte[count];
        new Random(seed).NextBytes(octets);
        return octets;
    }

    // One record of no known meaning before the project's; the mark.
    private static byte[] Records(byte project) => [0xAA, 0xBB, 0x02, 0x05, project, 0x01, 0x00, 0x51, 0x04, 0xFD, 0x77];

    private static byte[] Two(ushort value) => [(byte)value, (byte)(value >> 8)];

    private static byte[] Four(uint value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
}
