namespace HostStack.Hci.Startup.Realtek;

/// <summary>How a patch is cut into commands: 252 octets each, behind an index.</summary>
/// <remarks>Indices count 0, 1, … 0x7F, 1, … 0x7F, 1, …; bit 7 marks the last command, which has the rest, even where nothing is
/// left (Linux, drivers/bluetooth/btrtl.c, rtl_download_firmware).</remarks>
internal static class RealtekDownload
{
    public const int FragmentSize = 252;

    private const byte Last = 0x80;
    private const int FirstRound = 0x80;
    private const int LaterRounds = 0x7F;

    /// <summary>Commands that a patch takes.</summary>
    public static int Count(int octets) => (octets / FragmentSize) + 1;

    /// <summary>The parameters of one command: index, octets.</summary>
    public static byte[] Parameters(ReadOnlySpan<byte> image, int fragment)
    {
        var isLast = fragment == Count(image.Length) - 1;
        var octets = image[(fragment * FragmentSize)..];
        octets = isLast ? octets : octets[..FragmentSize];
        var index = fragment < FirstRound ? fragment : ((fragment - FirstRound) % LaterRounds) + 1;
        return [(byte)(index | (isLast ? Last : 0)), .. octets];
    }
}
