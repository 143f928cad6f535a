using HostStack.Hci.Transport;

namespace HostStack.Hci.Startup;

/// <summary>What people are told of firmware that is missing or wrong.</summary>
internal static class FirmwareSentences
{
    public const string RealtekPackage = "install the package firmware-realtek (Debian) or linux-firmware";

    public const string BroadcomUsbPackage =
        "install broadcom-bt-firmware (github.com/winterheart/broadcom-bt-firmware; Debian has no package of it)";

    public const string BroadcomSerialPackage = "install the package bluez-firmware (Debian, Raspberry Pi OS)";

    /// <summary>The file is not there, or cannot be used.</summary>
    /// <param name="file">What the source had.</param>
    /// <param name="source">The source.</param>
    /// <param name="names">The names that were asked for.</param>
    /// <param name="chip">Whose firmware it is.</param>
    /// <param name="package">How to get it.</param>
    public static string Missing(FirmwareFile file, IFirmwareSource source, string names, string chip, string package) =>
        file.Problem is { } problem
            ? $"The firmware of the {chip} cannot be used: {problem}"
            : $"The firmware of the {chip}, {names}, is missing (looked in {source.Places}); {package}, or name the folder that has it with --firmware DIR.";

    /// <summary>The file is there, and is not what it should be.</summary>
    public static string Wrong(string path, string what) =>
        $"{path} is no firmware for this controller: {what}; put the right file there, or name its folder with --firmware DIR.";

    /// <summary>The controller did not take the firmware.</summary>
    public static ControllerUnavailableException Refused(string chip, string command, string how) =>
        new($"The {chip} refuses its firmware ({command}: {how}); unplug it, plug it in again, and see that the firmware is the right one.");
}
