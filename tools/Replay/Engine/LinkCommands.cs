namespace HostStack.Replay.Engine;

/// <summary>Which commands concern a link, so that a replay waits for them.</summary>
internal static class LinkCommands
{
    private const int LinkControl = 0x01;
    private const int LinkPolicy = 0x02;

    private static readonly HashSet<ushort> Optional =
    [
        0x0401, // Inquiry
        0x0402, // Inquiry Cancel
        0x0419, // Remote Name Request: a host may ask for names when it likes
        0x041A, // Remote Name Request Cancel
        0x041D, // Read Remote Version Information
        0x041F, // Read Clock Offset
        0x080F, // Write Default Link Policy Settings
    ];

    /// <summary>Whether the command concerns a link and the peer would notice its absence.</summary>
    public static bool Concerns(ushort opCode) => opCode >> 10 is LinkControl or LinkPolicy && !Optional.Contains(opCode);
}
