using System.Globalization;

namespace HostStack.Cli.Controllers;

/// <summary>The serial ports of this machine, by the names that systems give them.</summary>
internal static class SerialPorts
{
    // Adapters on USB, the UARTs of boards, and macOS' names for all of them.
    private static readonly string[] Patterns = ["ttyUSB*", "ttyACM*", "ttyAMA*", "ttyS*", "cu.usb*"];

    /// <summary>Finds them, by name.</summary>
    /// <param name="root">The folder in which <c>/dev</c> and <c>/sys</c> are.</param>
    public static IReadOnlyList<string> Find(string root)
    {
        var folder = Path.Combine(root, "dev");
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder))
        {
            return [];
        }

        return [.. Patterns
            .SelectMany(pattern => Directory.EnumerateFileSystemEntries(folder, pattern))
            .Select(static path => Path.GetFileName(path))
            .Where(name => HasChip(root, name))
            .Order(StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering))
            .Select(static name => $"/dev/{name}")];
    }

    // Linux makes names for more UARTs of the old kind than there are: those have no chip (type 0).
    private static bool HasChip(string root, string name)
    {
        if (!name.StartsWith("ttyS", StringComparison.Ordinal))
        {
            return true;
        }

        try
        {
            return File.ReadAllText(Path.Combine(root, "sys", "class", "tty", name, "type")).Trim() != "0";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
