namespace HostStack.Hci.Startup.KernelLoaded;

/// <summary>Intel chips: says whether the firmware runs. Loading it takes signed images by a protocol of their own, which the
/// kernel knows; this host goes the way round.</summary>
/// <remarks>Read Version (0xFC05) is answered in two forms (Linux, drivers/bluetooth/btintel.c): nine octets behind the status,
/// of which the first is 0x37, the fourth the firmware's state and the ninth the patch's number, 0 for none; or type, length and value, again and again, of which type
/// 0x1C is the state. The parameter 0xFF asks for the second form; chips that do not know it ignore it.</remarks>
internal sealed class IntelStartup : IControllerStartup
{
    private const ushort ReadVersion = 0xFC05;
    private const byte AskForRecords = 0xFF;
    private const byte OldPlatform = 0x37;
    private const int OldLength = 10;
    private const int PatchAt = 9;
    private const byte ImageType = 0x1C;

    public async Task RunAsync(StartupContext context)
    {
        context.Advice = $"The state of the Intel controller's firmware is not known, and this host does not load it: {KernelLoadedStartup.WayRound}.";
        var answer = await context.SendAsync(ReadVersion, new[] { AskForRecords });
        switch (StateOf(answer.Span))
        {
            case IntelState.BootLoader:
                context.Advice = null;
                throw StartupContext.Final(
                    $"The Intel controller waits for its firmware (intel/ibt-*), which this host does not load; {KernelLoadedStartup.WayRound}.");
            case IntelState.Rom:
                context.Advice = null;
                context.Warn("The Intel controller runs from its ROM; its patch (intel/ibt-hw-*) is not loaded by this host.");
                break;
            case IntelState.Running:
                context.Advice = null;
                context.Loaded = "Intel firmware, loaded before";
                break;
            default:
                break; // The standard bring-up finds out; where it fails, the advice is told.
        }
    }

    /// <summary>Reads the state out of an answer: status octet first.</summary>
    internal static IntelState StateOf(ReadOnlySpan<byte> answer)
    {
        if (answer.IsEmpty || answer[0] != 0)
        {
            return IntelState.Unknown;
        }

        if (answer.Length == OldLength && answer[1] == OldPlatform)
        {
            return answer[4] switch
            {
                0x06 => IntelState.BootLoader,
                0x23 => IntelState.Running,
                0x01 or 0x22 => answer[PatchAt] == 0 ? IntelState.Rom : IntelState.Running, // Patched since its power came.
                _ => IntelState.Unknown,
            };
        }

        for (var rest = answer[1..]; rest.Length >= 2 && rest.Length >= 2 + rest[1]; rest = rest[(2 + rest[1])..])
        {
            if (rest[0] == ImageType && rest[1] == 1)
            {
                return rest[2] switch
                {
                    0x01 or 0x02 => IntelState.BootLoader,
                    0x03 => IntelState.Running,
                    _ => IntelState.Unknown,
                };
            }
        }

        return IntelState.Unknown;
    }
}

/// <summary>What runs in an Intel chip.</summary>
internal enum IntelState
{
    /// <summary>It did not say, or not so that it is understood.</summary>
    Unknown = 0,

    /// <summary>A boot loader: nothing works before firmware is loaded.</summary>
    BootLoader,

    /// <summary>The ROM: works, with the ROM's faults.</summary>
    Rom,

    /// <summary>Firmware.</summary>
    Running,
}
