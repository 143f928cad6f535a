using System.Net.Sockets;
using HostStack.Hci.Transport.Usb.LibUsb;
using HostStack.NetDevices.Linux.Gateway;

namespace HostStack.Cli.Status;

/// <summary>The folder of status sockets: only its user may look into it.</summary>
internal static class StatusFolder
{
    private const string Suffix = ".sock";

    /// <summary>The folder where this process offers its socket.</summary>
    public static string Own(Func<string, string?> variable)
    {
        // systemd gives a list where the unit has several (systemd.exec(5), RuntimeDirectory=).
        if (First(variable("RUNTIME_DIRECTORY")) is { } given)
        {
            return given;
        }

        if (OperatingSystem.IsWindows())
        {
            // Below the profile, whose access list names its user, the system and administrators.
            return Path.Combine(variable("LOCALAPPDATA") ?? Path.GetTempPath(), "hoststack", "run");
        }

        return variable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Path.IsPathRooted(runtime)
            ? Path.Combine(runtime, "hoststack")
            : Path.Combine(variable("TMPDIR") is { Length: > 0 } temporary ? temporary : "/tmp", $"hoststack-{UnixFile.CurrentUser}");
    }

    /// <summary>The folders where sockets may be: the own one, and those of services of the system.</summary>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="system">Where services of the system have their folders, <c>/run</c>.</param>
    public static IReadOnlyList<string> All(Func<string, string?> variable, string system)
    {
        var services = OperatingSystem.IsLinux() && Directory.Exists(system)
            ? Directory.EnumerateDirectories(system, "hoststack*")
                .Where(static folder => folder is not (KernelGatewayOptions.DefaultRuntimeFolder or LibUsbBus.SystemRuntimeFolder)).Order(StringComparer.Ordinal)
            : Enumerable.Empty<string>();
        return [.. services.Prepend(Own(variable)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>Makes the folder, or sees that it can be trusted.</summary>
    /// <exception cref="IOException">It cannot be made, or others may look into it; the message says what to do.</exception>
    public static void Prepare(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
                return;
            }

            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"The folder '{folder}' for the status socket cannot be made; set XDG_RUNTIME_DIR to a folder of yours.", failure);
        }

        if (UnixFile.TryRead(folder, out var found) && !(found.IsDirectory && found.IsPrivate && IsTrusted(found.Owner)))
        {
            throw new IOException(
                $"The folder '{folder}' for the status socket is open to others; remove it, or make it yours alone (chmod 700).");
        }
    }

    /// <summary>The sockets of a folder.</summary>
    /// <exception cref="UnauthorizedAccessException">This user may not look.</exception>
    public static IReadOnlyList<string> Sockets(string folder) =>
        Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*" + Suffix).Where(IsSocket).Order(StringComparer.Ordinal)] : [];

    /// <summary>Whether a folder that any user could have made is this user's own: what answers there may be believed.</summary>
    public static bool IsOwn(string folder) => !UnixFile.TryRead(folder, out var found) || (found.IsDirectory && IsTrusted(found.Owner));

    /// <summary>Paths that a process may take, one after the other.</summary>
    public static IEnumerable<string> Names(string folder)
    {
        yield return Path.Combine(folder, $"{Environment.ProcessId}{Suffix}");
        for (var i = 2; i < 100; i++)
        {
            yield return Path.Combine(folder, $"{Environment.ProcessId}-{i}{Suffix}");
        }
    }

    /// <summary>Whether a user is this one, or the superuser.</summary>
    public static bool IsTrusted(uint user) => user == 0 || user == UnixFile.CurrentUser;

    /// <summary>Removes a socket that nobody listens at any more: left by a process that was killed.</summary>
    /// <returns>Whether the path is free now.</returns>
    public static bool RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return true;
        }

        if (!IsSocket(path))
        {
            return false;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return false;
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsSocket(string path) => !UnixFile.TryRead(path, out var file) || file.IsSocket;

    private static string? First(string? list) =>
        list?.Split(':', StringSplitOptions.RemoveEmptyEntries) is [var first, ..] && Path.IsPathRooted(first) ? first : null;
}
