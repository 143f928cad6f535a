using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux.Native;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>The states of all gateways of this machine, a file for each interface of each namespace.</summary>
internal sealed class GatewayStateFolder
{
    private const string Extension = ".json";

    /// <summary>The mode of everything in it: whoever can open the lock can keep it.</summary>
    public const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The folder's mode: others only pass through, as dnsmasq does, which is nobody, to the lease file that it was
    /// given.</summary>
    public const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly string _path;

    /// <summary>Opens the folder; makes it where it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="NetDeviceException">It cannot be made, or is somebody else's.</exception>
    public GatewayStateFolder(string path)
    {
        _path = path;
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(path);
            }
            else
            {
                Directory.CreateDirectory(path, FolderMode);
                Claim(path);
            }
        }
        catch (Exception refused) when (refused is (IOException and not NetDeviceException) or UnauthorizedAccessException)
        {
            throw new NetDeviceException(
                $"The folder {path}, where a gateway notes what it makes, cannot be made ({refused.Message}); run as root.",
                refused is UnauthorizedAccessException,
                refused);
        }
    }

    /// <summary>The folder; null: it is somebody else's.</summary>
    public static GatewayStateFolder? TryOpen(string path)
    {
        try
        {
            return new GatewayStateFolder(path);
        }
        catch (NetDeviceException)
        {
            return null;
        }
    }

    /// <summary>All states that can be read, by interface.</summary>
    public IReadOnlyList<GatewayState> ReadAll() =>
        [.. Directory.EnumerateFiles(_path, "*" + Extension).Order(StringComparer.Ordinal).Select(Read).OfType<GatewayState>()];

    /// <summary>The state of an interface in a namespace; null: none.</summary>
    public GatewayState? Read(string name, string space) => Read(PathOf(name, space));

    /// <summary>Writes a state in one step: a reader sees the old one or the new one.</summary>
    public void Write(GatewayState state)
    {
        var path = PathOf(state.Interface, state.Namespace);
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, Private(System.IO.FileMode.CreateNew, FileAccess.Write, FileShare.None)))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(state.ToJson()));
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Forgets a state. Idempotent.</summary>
    public void Remove(GatewayState state) => File.Delete(PathOf(state.Interface, state.Namespace));

    /// <summary>The lease file of an interface.</summary>
    public string LeasesOf(string name, string space) => Path.ChangeExtension(PathOf(name, space), ".leases");

    /// <summary>Makes an empty lease file that this user alone reads and writes.</summary>
    public static void MakeLeases(string path)
    {
        File.Delete(path);
        using var file = new FileStream(path, Private(System.IO.FileMode.CreateNew, FileAccess.Write, FileShare.None));
    }

    /// <summary>How a file is opened that is nobody else's, where it is made.</summary>
    public static FileStreamOptions Private(System.IO.FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode;
        }

        return options;
    }

    // One that was there may be of somebody who waits for root to write into it, or of times when everybody could read it.
    private static void Claim(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        if (FileIdentity.FolderOwner(path) is var owner && owner != GatewayCalls.OwnUser)
        {
            throw new NetDeviceException(
                $"The folder {path}, where a gateway notes what it makes, is {(owner is { } user ? $"user {user}'s" : "no folder")}; "
                + "run as that user or as root, or remove it.",
                isPermission: true);
        }

        if (File.GetUnixFileMode(path) != FolderMode)
        {
            File.SetUnixFileMode(path, FolderMode);
        }
    }

    private static GatewayState? Read(string path)
    {
        try
        {
            return GatewayState.TryParse(File.ReadAllText(path));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Removed meanwhile.
            return null;
        }
    }

    private string PathOf(string name, string space) => Path.Combine(_path, $"{name}.{space}{Extension}");
}
