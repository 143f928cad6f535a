using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>The states of all gateways of this machine, a file for each interface of each namespace.</summary>
internal sealed class GatewayStateFolder
{
    private const string Extension = ".json";
    private const UnixFileMode FolderMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _path;

    /// <summary>Opens the folder; makes it where it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="NetDeviceException">It cannot be made.</exception>
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
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new NetDeviceException(
                $"The folder {path}, where a gateway notes what it makes, cannot be made ({refused.Message}); run as root.",
                refused is UnauthorizedAccessException,
                refused);
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
        File.WriteAllText(temporary, state.ToJson());
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Forgets a state. Idempotent.</summary>
    public void Remove(GatewayState state) => File.Delete(PathOf(state.Interface, state.Namespace));

    /// <summary>The lease file of an interface.</summary>
    public string LeasesOf(string name, string space) => Path.ChangeExtension(PathOf(name, space), ".leases");

    private static GatewayState? Read(string path)
    {
        try
        {
            return GatewayState.TryParse(File.ReadAllText(path));
        }
        catch (IOException)
        {
            // Removed meanwhile.
            return null;
        }
    }

    private string PathOf(string name, string space) => Path.Combine(_path, $"{name}.{space}{Extension}");
}
