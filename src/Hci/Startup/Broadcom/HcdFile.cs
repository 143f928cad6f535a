using System.Buffers.Binary;

namespace HostStack.Hci.Startup.Broadcom;

/// <summary>One record of a patch: a command, sent as it stands.</summary>
/// <param name="OpCode">The command.</param>
/// <param name="Parameters">Its parameters.</param>
internal readonly record struct HcdRecord(ushort OpCode, ReadOnlyMemory<byte> Parameters);

/// <summary>A Broadcom patch (<c>.hcd</c>): HCI commands one after the other, <c>| opcode 2 | length 1 | parameters |</c>,
/// little-endian. All write into RAM but the last, which starts what was written. Pure; takes any octets.</summary>
internal static class HcdFile
{
    /// <summary>Write RAM: address 4, octets.</summary>
    public const ushort WriteRam = 0xFC4C;

    /// <summary>Launch RAM: address 4; 0xFFFFFFFF for the usual one.</summary>
    public const ushort LaunchRam = 0xFC4E;

    private const int Header = 3;
    private const int VendorGroup = 0x3F;

    /// <summary>Reads a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="records">Its records; empty where it is wrong.</param>
    /// <returns>Null where all is well, else what is wrong with the file.</returns>
    public static string? Read(ReadOnlyMemory<byte> file, out IReadOnlyList<HcdRecord> records)
    {
        records = [];
        var read = new List<HcdRecord>();
        for (var rest = file; !rest.IsEmpty;)
        {
            if (rest.Length < Header || rest.Length < Header + rest.Span[2])
            {
                return "its last record is cut off";
            }

            var opCode = BinaryPrimitives.ReadUInt16LittleEndian(rest.Span);
            if (opCode >> 10 != VendorGroup)
            {
                return $"record {read.Count} is no command of the maker's";
            }

            if (read.Count > 0 && read[^1].OpCode == LaunchRam)
            {
                return "something follows its last record";
            }

            read.Add(new(opCode, rest.Slice(Header, rest.Span[2])));
            rest = rest[(Header + rest.Span[2])..];
        }

        if (read.Count == 0 || read[^1].OpCode != LaunchRam)
        {
            return "the record that starts it is missing";
        }

        records = read;
        return null;
    }
}
