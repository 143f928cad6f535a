using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Startup;

/// <summary>Firmware in folders: one of the operator's, then the system's, which on Linux are those of the kernel.</summary>
/// <remarks>.NET reads neither xz nor zstd, in which some distributions pack firmware: such a file is a problem with the
/// command that unpacks it. Only regular files are opened: a pipe would be waited for, a device touched. A controller's start-up
/// reads off the loop, for a folder may lie on a network that hangs.</remarks>
public sealed class FirmwareFolders : IFirmwareSource
{
    /// <summary>Octets of the largest file that is read: no controller takes as much.</summary>
    public const int MaximumFile = 4 * 1024 * 1024;

    private static readonly string[] s_linux = ["/lib/firmware/updates", "/lib/firmware", "/usr/lib/firmware"];
    private static readonly (string Suffix, string Command)[] s_compressed = [(".xz", "xz -dc"), (".zst", "zstd -dc")];

    private readonly string? _operators;
    private readonly IReadOnlyList<string> _system;

    /// <summary>Makes the source.</summary>
    /// <param name="folder">The operator's folder, which is asked first: <c>DIR/rtl_bt/rtl8761bu_fw.bin</c> or
    /// <c>DIR/rtl8761bu_fw.bin</c>; null for none.</param>
    /// <param name="system">The system's folders; null for those that this system has.</param>
    public FirmwareFolders(string? folder = null, IReadOnlyList<string>? system = null)
    {
        _operators = folder;
        _system = system ?? (OperatingSystem.IsLinux() ? s_linux : []);
    }

    /// <summary>The system's folders alone.</summary>
    public static FirmwareFolders System { get; } = new();

    /// <inheritdoc/>
    public string Places
    {
        get
        {
            string[] all = _operators is null ? [.. _system] : [_operators, .. _system];
            return all.Length == 0 ? "no folder: this system has none of its own" : string.Join(", ", all);
        }
    }

    /// <inheritdoc/>
    public FirmwareFile Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var paths = Paths(name).ToArray();
        foreach (var path in paths)
        {
            if (File.Exists(path))
            {
                return Read(path);
            }
        }

        foreach (var path in paths)
        {
            foreach (var (suffix, command) in s_compressed)
            {
                if (File.Exists(path + suffix))
                {
                    return new(
                        default, null,
                        $"{path}{suffix} is compressed, which this program does not read; unpack it with '{command} {path}{suffix} > DIR/{Path.GetFileName(name)}' and name that folder with --firmware DIR.");
                }
            }
        }

        return default;
    }

    /// <inheritdoc/>
    public Task<FirmwareFile> FindAsync(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);

        // A thread of its own: one that hangs in the system's call takes none of the pool's.
        return Task.Factory.StartNew(
            () => Find(name), CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
    }

    private static FirmwareFile Read(string path)
    {
        try
        {
            if (OperatingSystem.IsLinux() && RegularFile.IsSomethingElse(path))
            {
                return new(default, null, $"{path} is no regular file; put the firmware itself there.");
            }

            using var file = File.OpenRead(path);
            if (file.Length > MaximumFile)
            {
                return new(default, null, $"{path} has {file.Length} octets, more than any controller takes; put the right file there.");
            }

            var octets = new byte[file.Length];
            file.ReadExactly(octets);
            return new(octets, path, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new(default, null, $"{path} cannot be read ({failure.Message.TrimEnd('.')}); give this user the right to read it.");
        }
    }

    private IEnumerable<string> Paths(string name)
    {
        if (_operators is not null)
        {
            yield return Path.Combine(_operators, name);
            yield return Path.Combine(_operators, Path.GetFileName(name));
        }

        foreach (var folder in _system)
        {
            yield return Path.Combine(folder, name);
        }
    }
}
