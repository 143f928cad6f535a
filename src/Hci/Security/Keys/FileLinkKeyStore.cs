using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Security.Keys;

/// <summary>Bonds in a file that no crash loses: the file holds the rows before a change or after it, never between.</summary>
/// <remarks>
/// <para>A change is written beside the file, flushed, renamed over it, and the folder is flushed; then the same is done
/// for a backup (<c>.bak</c>), so that a file that is damaged later costs nothing. File and folder are open to their owner
/// only. A lock file (<c>.lock</c>) is held during each change, and rows that another process wrote are read first: several
/// processes can share a file.</para>
/// <para>A damaged file is kept beside the file (<c>.damaged</c>) and the backup is used.</para>
/// <para>Writing is synchronous; on the machine's disk a change takes a few milliseconds.</para>
/// </remarks>
public sealed partial class FileLinkKeyStore : ILinkKeyStore
{
    // At a pause of a millisecond or less, this is about a second of another process's write.
    private const int LockAttempts = 1000;

    private readonly Lock _gate = new();
    private readonly IKeyStoreFileSystem _files;
    private readonly ILogger _log;
    private readonly string _folder;
    private Dictionary<LinkKeyId, LinkKeyRow> _rows = [];

    /// <summary>Opens a store; the file need not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">Where notices of damage go; never a key.</param>
    /// <exception cref="KeyStoreException">The file cannot be read, is of a later version, or is damaged as its backup is;
    /// the message says what to do.</exception>
    public FileLinkKeyStore(string path, ILogger? log = null)
        : this(path, log, new DiskFileSystem())
    {
    }

    internal FileLinkKeyStore(string path, ILogger? log, IKeyStoreFileSystem files)
    {
        Path = System.IO.Path.GetFullPath(path);
        _folder = System.IO.Path.GetDirectoryName(Path)
            ?? throw new KeyStoreException($"'{path}' is a folder; give the key store a file name.");
        _log = log ?? NullLogger.Instance;
        _files = files;
        Locked(() => _rows = Load());
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    private string Backup => Path + ".bak";

    private string Damaged => Path + ".damaged";

    /// <inheritdoc/>
    public LinkKeyRow? Find(LinkKeyId id)
    {
        lock (_gate)
        {
            return _rows.GetValueOrDefault(id);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<LinkKeyRow> List()
    {
        lock (_gate)
        {
            return [.. _rows.Values];
        }
    }

    /// <inheritdoc/>
    public void Save(LinkKeyRow row) =>
        Locked(() =>
        {
            var rows = Load();
            rows[row.Id] = row;
            Store(rows);
        });

    /// <inheritdoc/>
    public bool Remove(LinkKeyId id)
    {
        var removed = false;
        Locked(() =>
        {
            var rows = Load();
            removed = rows.Remove(id);
            if (removed)
            {
                Store(rows);
            }
        });
        return removed;
    }

    /// <summary>Reads what other processes have written since.</summary>
    /// <exception cref="KeyStoreException">The file cannot be read.</exception>
    public void Reload() => Locked(() => _rows = Load());

    private void Locked(Action action)
    {
        lock (_gate)
        {
            try
            {
                _files.CreateFolder(_folder);
                using (TakeLock())
                {
                    action();
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new KeyStoreException(
                    $"The link key file '{Path}' cannot be used ({failure.Message}); check its folder's space and permissions, or name another file.",
                    failure);
            }
        }
    }

    private IDisposable TakeLock()
    {
        for (var attempt = 0; attempt < LockAttempts; attempt++)
        {
            if (_files.TryLock(Path + ".lock") is { } taken)
            {
                return taken;
            }

            _files.Pause();
        }

        throw new KeyStoreException(
            $"Another process holds the link key file '{Path}' for too long; end that process or name another file.");
    }

    private Dictionary<LinkKeyId, LinkKeyRow> Load()
    {
        if (_files.Restrict(Path))
        {
            LogRestricted(_log, Path);
        }

        var file = _files.Read(Path);
        if (file is not null && Decode(Path, file) is { } rows)
        {
            return rows;
        }

        var backup = _files.Read(Backup);
        if (file is null && backup is null)
        {
            return [];
        }

        if (file is not null)
        {
            // A copy: the damaged file stays in its place until a good one replaces it.
            _files.Write(Damaged, file);
        }

        if (backup is not null && Decode(Backup, backup) is { } saved)
        {
            LogBackupUsed(_log, Path, Backup, Damaged);
            return saved;
        }

        throw new KeyStoreException(
            $"The link key file '{Path}' is damaged and has no good backup; move it and its backup away to start without bonds, or restore them from a copy.");
    }

    private static Dictionary<LinkKeyId, LinkKeyRow>? Decode(string path, byte[] octets) =>
        LinkKeyFile.TryDecode(octets, out var rows) switch
        {
            LinkKeyFileState.Good => rows.GroupBy(row => row.Id).ToDictionary(same => same.Key, same => same.Last()),
            LinkKeyFileState.TooNew => throw new KeyStoreException(
                $"The link key file '{path}' was written by a later version of this program; use that version or name another file."),
            _ => null,
        };

    private void Store(Dictionary<LinkKeyId, LinkKeyRow> rows)
    {
        var octets = LinkKeyFile.Encode(rows.Values);
        Replace(Path, octets);
        _rows = rows;
        Replace(Backup, octets);
    }

    private void Replace(string path, byte[] octets)
    {
        var temporary = path + ".tmp";
        _files.Write(temporary, octets);
        _files.FlushFile(temporary);
        _files.Rename(temporary, path);
        _files.FlushFolder(_folder);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The link key file {File} is missing or damaged; its backup {Backup} is used, and a damaged file is kept as {Damaged}.")]
    private static partial void LogBackupUsed(ILogger log, string file, string backup, string damaged);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The link key file {File} could be read by others; its mode is 0600 now.")]
    private static partial void LogRestricted(ILogger log, string file);
}
