using System.Buffers.Binary;

namespace HostStack.Hci.Startup.Realtek;

/// <summary>A Realtek configuration: <c>| 55 AB 23 87 | length 2 | entries |</c>, entry <c>| offset 2 | length 1 | octets |</c>,
/// little-endian. It is downloaded behind the patch; behind a UART it also sets the rate that follows, and the flow
/// control.</summary>
/// <remarks>Source: Linux, drivers/bluetooth/btrtl.c, btrtl_get_uart_settings and btrtl_convert_baudrate.</remarks>
internal static class RealtekConfiguration
{
    private const uint Magic = 0x8723_AB55;
    private const int Header = 6;
    private const int EntryHeader = 3;
    private const ushort UartEntry = 0x000C;
    private const int RateSize = 4;

    // Of the UART's entry; one that ends before it has no flow control.
    private const int FlowControlAt = 12;
    private const byte FlowControlBit = 1 << 2;

    private static readonly (uint Code, int Rate)[] s_rates =
    [
        (0x0252_C014, 115_200), (0x0252_A00A, 230_400), (0x05F7_5004, 921_600), (0x0000_5004, 1_000_000),
        (0x0492_8002, 1_500_000), (0x0112_8002, 1_500_000), (0x0000_5002, 2_000_000), (0x0000_B001, 2_500_000),
        (0x0492_8001, 3_000_000), (0x052A_6001, 3_500_000), (0x0000_5001, 4_000_000),
    ];

    /// <summary>Whether a file begins as a configuration does.</summary>
    public static bool IsOne(ReadOnlySpan<byte> file) =>
        file.Length >= Header && BinaryPrimitives.ReadUInt32LittleEndian(file) == Magic;

    /// <summary>The rate that a code of the chip means; 0 where it is not known.</summary>
    public static int RateOf(uint code) => Array.Find(s_rates, entry => entry.Code == code).Rate;

    /// <summary>The code of a rate; 0 where the chip has none for it.</summary>
    public static uint CodeOf(int rate) => Array.Find(s_rates, entry => entry.Rate == rate).Code;

    /// <summary>Whether the chip will use RTS and CTS. The configuration must be whole.</summary>
    public static bool HasFlowControl(ReadOnlySpan<byte> file) =>
        RateAt(file) is var at and > 0 && file[at - 1] > FlowControlAt && (file[at + FlowControlAt] & FlowControlBit) != 0;

    /// <summary>The configuration with another rate for the UART. Its entry must be there.</summary>
    public static byte[] WithRate(ReadOnlySpan<byte> file, uint code)
    {
        var changed = file.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(RateAt(file)), code);
        return changed;
    }

    /// <summary>Checks a configuration and finds the rate of the UART in it.</summary>
    /// <param name="file">The file; any octets.</param>
    /// <param name="code">The rate as the chip takes it (<see cref="RateOf"/>); 0 where there is none.</param>
    /// <returns>Null where all is well, else what is wrong with the file.</returns>
    public static string? Check(ReadOnlySpan<byte> file, out uint code)
    {
        code = 0;
        if (!IsOne(file))
        {
            return "it does not begin as a configuration does";
        }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(file[4..]);
        if (file.Length < Header + length)
        {
            return "it is cut off";
        }

        for (var rest = file.Slice(Header, length); !rest.IsEmpty;)
        {
            if (rest.Length < EntryHeader || rest.Length < EntryHeader + rest[2])
            {
                return "its last entry is cut off";
            }

            rest = rest[(EntryHeader + rest[2])..];
        }

        code = RateAt(file) is var at and > 0 ? BinaryPrimitives.ReadUInt32LittleEndian(file[at..]) : 0;
        return null;
    }

    /// <summary>Why a chip that does not work without its configuration cannot be given this file; null where it can. Behind USB it
    /// gets what begins as a configuration as it is, as from Linux, which does not look into it there; behind a UART nobody would
    /// know the rate.</summary>
    public static string? Refusal(ReadOnlySpan<byte> file, bool isBehindUart) =>
        Check(file, out _) is { } wrong && (isBehindUart || !IsOne(file)) ? wrong : null;

    // Where the last entry of the UART has its rate, in a file whose entries are whole; 0 where there is none.
    private static int RateAt(ReadOnlySpan<byte> file)
    {
        var found = 0;
        var end = Header + BinaryPrimitives.ReadUInt16LittleEndian(file[4..]);
        for (var at = Header; at < end; at += EntryHeader + file[at + 2])
        {
            found = BinaryPrimitives.ReadUInt16LittleEndian(file[at..]) == UartEntry && file[at + 2] >= RateSize ? at + EntryHeader : found;
        }

        return found;
    }
}
