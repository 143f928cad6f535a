using System.Buffers.Binary;

namespace HostStack.Hci.Startup.Realtek;

/// <summary>The container of Realtek firmware: finds the patch for one chip in it. Pure; takes any octets.</summary>
/// <remarks>
/// <para>First format, little-endian: <c>| "Realtech" 8 | version 4 | patches N 2 | chip id 2, N times | length 2, N times |
/// offset 4, N times | patches | records | 51 04 FD 77 |</c>. The patch's chip id is the ROM version plus one; its last four
/// octets are replaced by the file's version.</para>
/// <para>Second format: <c>| "RTBTCore" 8 | version 8 | sections 4 | sections | records | 51 04 FD 77 |</c>
/// (<see cref="RealtekSections"/>).</para>
/// <para>Records are read backwards from the end: code, length, data. Code 0 is the project, 0xFF the last one.</para>
/// <para>Source: Linux, drivers/bluetooth/btrtl.c, rtlbt_parse_firmware.</para>
/// </remarks>
internal static class RealtekPatchFile
{
    public const int SecondHeader = 20;

    private const int FirstHeader = 14;
    private const int PatchEntry = 8;
    private const int VersionSize = 4;
    private const int LengthMinimum = 8;
    private const byte ProjectRecord = 0x00;
    private const byte LastRecord = 0xFF;

    /// <summary>The end of the shortest record and the mark: what the second format leaves out of its sections.</summary>
    private const int Tail = 7;

    private static ReadOnlySpan<byte> FirstSignature => "Realtech"u8;

    private static ReadOnlySpan<byte> SecondSignature => "RTBTCore"u8;

    private static ReadOnlySpan<byte> Mark => [0x51, 0x04, 0xFD, 0x77];

    /// <summary>Whether the file has the second format, whose patch depends on the chip's key.</summary>
    public static bool IsSecondFormat(ReadOnlySpan<byte> file) => file.StartsWith(SecondSignature);

    /// <summary>Checks what can be checked before the ROM tells its version.</summary>
    /// <param name="file">The file.</param>
    /// <param name="chip">The chip.</param>
    /// <returns>Null where all is well, else what is wrong with the file.</returns>
    public static string? Check(ReadOnlySpan<byte> file, RealtekChip chip)
    {
        var isSecond = IsSecondFormat(file);
        if (chip.IsPlain)
        {
            // No container: all that can be said is that it must not be one.
            return file.Length < LengthMinimum || isSecond || file.StartsWith(FirstSignature) ? "it is too short, or for another chip" : null;
        }

        if (!isSecond && !file.StartsWith(FirstSignature))
        {
            return "it begins with neither 'Realtech' nor 'RTBTCore'";
        }

        var header = isSecond ? SecondHeader : FirstHeader;
        if (file.Length < header + Tail || !file.EndsWith(Mark))
        {
            return "it is cut off";
        }

        if (Project(file, header) is not { } project)
        {
            return "it does not say for which chip it is";
        }

        if (!RealtekChips.IsFor(project, chip.LmpSubversion))
        {
            return $"it is for another chip (project {project})";
        }

        return isSecond || file.Length >= TableEnd(file) + Tail ? null : $"its table of {Patches(file)} patches is cut off";
    }

    /// <summary>Finds the patch.</summary>
    /// <param name="file">The file.</param>
    /// <param name="chip">The chip.</param>
    /// <param name="romVersion">What it tells of its ROM.</param>
    /// <param name="key">The chip's key, for the second format; 0 where it checks no signatures.</param>
    /// <param name="patch">The octets to download; empty where there are none.</param>
    /// <returns>Null where all is well, else what is wrong with the file.</returns>
    public static string? Extract(ReadOnlySpan<byte> file, RealtekChip chip, byte romVersion, byte key, out byte[] patch)
    {
        patch = [];
        if (Check(file, chip) is { } wrong)
        {
            return wrong;
        }

        if (chip.IsPlain)
        {
            patch = file.ToArray();
            return null;
        }

        return IsSecondFormat(file)
            ? RealtekSections.Join(file[SecondHeader..^Tail], BinaryPrimitives.ReadUInt32LittleEndian(file[16..]), romVersion, key, out patch)
            : FirstFormat(file, romVersion, out patch);
    }

    private static int Patches(ReadOnlySpan<byte> file) => BinaryPrimitives.ReadUInt16LittleEndian(file[12..]);

    private static int TableEnd(ReadOnlySpan<byte> file) => FirstHeader + (Patches(file) * PatchEntry);

    private static string? FirstFormat(ReadOnlySpan<byte> file, byte romVersion, out byte[] patch)
    {
        patch = [];
        var version = file.Slice(8, VersionSize);
        var patches = Patches(file);
        var table = TableEnd(file);
        var ids = file[FirstHeader..];
        var lengths = ids[(patches * 2)..];
        var offsets = lengths[(patches * 2)..];
        for (var i = 0; i < patches; i++)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(ids[(i * 2)..]) != romVersion + 1)
            {
                continue;
            }

            int length = BinaryPrimitives.ReadUInt16LittleEndian(lengths[(i * 2)..]);
            var offset = BinaryPrimitives.ReadUInt32LittleEndian(offsets[(i * 4)..]);
            if (length < VersionSize || offset < table || offset > file.Length - Mark.Length || length > file.Length - Mark.Length - offset)
            {
                return $"its patch {i} reaches out of the file";
            }

            patch = file.Slice((int)offset, length).ToArray();
            version.CopyTo(patch.AsSpan(length - VersionSize));
            return null;
        }

        return $"it has no patch for ROM version {romVersion}";
    }

    private static int? Project(ReadOnlySpan<byte> file, int header)
    {
        var at = file.Length - Mark.Length;
        while (at >= header + 3)
        {
            var code = file[at - 1];
            var length = file[at - 2];
            if (code == LastRecord || length == 0)
            {
                return null;
            }

            if (code == ProjectRecord && length == 1)
            {
                return file[at - 3];
            }

            at -= 2 + length;
        }

        return null;
    }
}
