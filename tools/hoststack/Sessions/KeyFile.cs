using HostStack.Hci.Security.Keys;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Sessions;

/// <summary>Where the user's link keys live.</summary>
internal static class KeyFile
{
    /// <summary>Opens the file; it need not exist.</summary>
    /// <exception cref="KeyStoreException">It cannot be used.</exception>
    public static FileLinkKeyStore Open(string? chosen, Func<string, string?> variable, ILoggerFactory loggers) =>
        new(chosen ?? DefaultPath(variable), loggers.CreateLogger("HostStack.Keys"));

    /// <summary><c>hoststack/link-keys.json</c> in the user's data folder; of a service, <c>link-keys.json</c> in the folder that
    /// the service manager keeps for it.</summary>
    internal static string DefaultPath(Func<string, string?> variable)
    {
        // A list where the unit has several (systemd.exec(5), StateDirectory=).
        if (variable("STATE_DIRECTORY")?.Split(':') is [var state, ..] && Path.IsPathRooted(state))
        {
            return Path.Combine(state, "link-keys.json");
        }

        var folder = OperatingSystem.IsWindows() ? variable("LOCALAPPDATA") : variable("XDG_DATA_HOME");

        // A relative XDG_DATA_HOME is to be ignored (XDG Base Directory Specification).
        if (string.IsNullOrEmpty(folder) || !Path.IsPathRooted(folder))
        {
            var home = variable(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME");
            if (string.IsNullOrEmpty(home))
            {
                throw new CommandFailedException(ExitCode.CannotCreate, "There is no home folder for link keys; name a file with --keys.");
            }

            folder = OperatingSystem.IsWindows() ? Path.Combine(home, "AppData", "Local") : Path.Combine(home, ".local", "share");
        }

        return Path.Combine(folder, "hoststack", "link-keys.json");
    }
}
