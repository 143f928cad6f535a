namespace HostStack.Hci.Startup.Realtek;

/// <summary>The files that follow a patch that a chip drops. They are looked at before: a chip that is left in its ROM is not fit
/// for use.</summary>
/// <remarks>Which chip it is, its ROM alone tells. Of those that it may be, one has to have its files, and none may have files that
/// it would refuse. Whether a file has a patch for the version of the ROM is seen only when the patch is dropped.</remarks>
internal static class RealtekReplacement
{
    /// <summary>Whether the files are there and whole; warns of those that are there and are not. All of them have the time of one
    /// file.</summary>
    public static async Task<bool> IsReadyAsync(StartupContext context)
    {
        var began = context.Now;
        var isReady = false;
        foreach (var chip in RealtekChips.Behind(context.Device).DistinctBy(static chip => chip.File))
        {
            // A file that cannot be read, as a compressed one, says nothing of the other chips'.
            var (firmware, name) = await context.FindFirmwareAsync(chip.Firmware, began);
            var configuration = firmware.IsFound && chip.NeedsConfiguration
                ? await context.FindFirmwareAsync(chip.Configuration, began)
                : default;
            if (context.IsSearchOver(began))
            {
                return Keeps(context, context.TooLate(name));
            }

            if (firmware.IsFound && RealtekPatchFile.Check(firmware.Octets.Span, chip) is { } damage)
            {
                return Keeps(context, CannotFollow(firmware, damage));
            }

            if (configuration.IsFound && RealtekConfiguration.Refusal(configuration.Octets.Span, context.Line is not null) is { } refusal)
            {
                return Keeps(context, CannotFollow(configuration, refusal));
            }

            isReady |= firmware.IsFound && (configuration.IsFound || !chip.NeedsConfiguration);
        }

        return isReady;
    }

    private static bool Keeps(StartupContext context, string why)
    {
        context.Warn($"The Realtek chip keeps the patch that it has: {why}");
        return false;
    }

    private static string CannotFollow(FirmwareFile file, string wrong) =>
        $"{file.Path} cannot follow it ({wrong}); put the right file there, or name its folder with --firmware DIR.";
}
