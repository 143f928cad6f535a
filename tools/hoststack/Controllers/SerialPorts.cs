using System.Globalization;

namespace HostStack.Cli.Controllers;

/// <summary>A serial port, and what is told of it before it is opened.</summary>
/// <param name="Name">What it is opened by: <c>/dev/ttyUSB0</c>.</param>
/// <param name="Problem">Why it cannot be opened, in one sentence with the remedy; null where nothing that is known without an
/// opening speaks against it.</param>
internal sealed record SerialPort(string Name, string? Problem)
{
    /// <summary>Whether it can be opened, for all that is known.</summary>
    public bool CanOpen => Problem is null;
}

/// <summary>The serial ports of this machine: on Linux the terminals that have a device, on macOS those for calling out. Windows
/// lists none here.</summary>
internal static class SerialPorts
{
    private const string NoChip = "0";

    // Lines over Bluetooth, and what macOS calls out to for its own.
    private static readonly string[] Others = ["rfcomm", "cu.Bluetooth", "cu.debug-console", "cu.wlan-debug"];

    /// <summary>Finds them, by name. Nothing is opened.</summary>
    /// <param name="root">The folder in which <c>/dev</c>, <c>/sys</c>, <c>/run</c> and <c>/proc</c> are.</param>
    /// <param name="probe">Says why a port cannot be opened; null where nothing speaks against it.</param>
    public static IReadOnlyList<SerialPort> Find(string root, Func<string, string?> probe)
    {
        var terminals = Path.Combine(root, "sys", "class", "tty");
        var devices = Path.Combine(root, "dev");
        var names = Directory.Exists(terminals) ? Names(terminals, "*").Where(name => HasDevice(Path.Combine(terminals, name)))
            : Directory.Exists(devices) ? Names(devices, "cu.*")
            : [];
        return [.. names
            .Where(name => !Others.Any(other => name.StartsWith(other, StringComparison.Ordinal)) && File.Exists(Path.Combine(devices, name)))
            .Order(StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering))
            .Select(name => new SerialPort($"/dev/{name}", probe($"/dev/{name}") ?? Holder(root, name)))];
    }

    private static IEnumerable<string> Names(string folder, string pattern) =>
        Directory.EnumerateFileSystemEntries(folder, pattern).Select(static path => Path.GetFileName(path));

    // Consoles and pseudo-terminals have none. Linux makes names for more UARTs than there are: those have no chip (type 0,
    // PORT_UNKNOWN of include/uapi/linux/serial_core.h).
    private static bool HasDevice(string terminal) =>
        Path.Exists(Path.Combine(terminal, "device")) && Text(Path.Combine(terminal, "type")) != NoChip;

    // Programs that open serial ports note themselves in a file of this name: the process, as a number.
    private static string? Holder(string root, string name) =>
        int.TryParse(Text(Path.Combine(root, "run", "lock", $"LCK..{name}")), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var process)
        && Directory.Exists(Path.Combine(root, "proc", process.ToString(CultureInfo.InvariantCulture)))
            ? $"/dev/{name} is in use: process {process} has locked it (/run/lock/LCK..{name}); end that program and try again."
            : null;

    private static string? Text(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
