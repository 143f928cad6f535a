using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Hci.Security.Keys;

/// <summary>Bonds in a file that no crash loses: the file holds the rows before a change or after it, never between.</summary>
/// <remarks>
/// <para>A change is written beside the file, flushed, renamed over it, and the folder is flushed; then the same is done
/// for a backup (<c>.bak</c>), so that a file that is damaged later costs nothing. File and folder are open to their owner
/// only. A lock file (<c>.lock</c>) is held during each change, and rows that another process wrote are read first: several
/// processes can share a file. What another process has changed is seen by the next look-up.</para>
/// <para>A damaged file is kept beside the file (<c>.damaged</c>) and the backup is used.</para>
/// <para>Writing is synchronous; on the machine's disk a change takes a few milliseconds.</para>
/// </remarks>
public sealed partial class FileLinkKeyStore : ILinkKeyStore
{
    // A change is asked for on the loop, which carries every link meanwhile; opening is not.
    private static readonly TimeSpan ChangePatience = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan OpenPatience = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly IKeyStoreFileSystem _files;
    private readonly ILogger _log;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private FileStamp? _stamp;
    private Dictionary<LinkKeyId, LinkKeyRow> _rows = [];

    /// <summary>Opens a store; the file need not exist.</summary>
    /// <param name="path">The file.</param>
    /// <param name="log">Where notices of damage go; never a key.</param>
    /// <exception cref="KeyStoreException">The file cannot be read, is of a later version, or is damaged as its backup is;
    /// the message says what to do.</exception>
    public FileLinkKeyStore(string path, ILogger? log = null)
        : this(path, log, new DiskFileSystem(), TimeProvider.System)
    {
    }

    internal FileLinkKeyStore(string path, ILogger? log, IKeyStoreFileSystem files, TimeProvider time)
    {
        Path = System.IO.Path.GetFullPath(path);
        _folder = System.IO.Path.GetDirectoryName(Path)
            ?? throw new KeyStoreException($"'{path}' is a folder; give the key store a file name.");
        _log = log ?? NullLogger.Instance;
        _files = files;
        _time = time;
        Locked(() => _rows = Load(), OpenPatience);
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
            Refresh();
            return _rows.GetValueOrDefault(id);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<LinkKeyRow> List()
    {
        lock (_gate)
        {
            Refresh();
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
        }, ChangePatience);

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
        }, ChangePatience);
        return removed;
    }

    /// <summary>Reads the file again, changed or not; look-ups do so by themselves where another process changed it.</summary>
    /// <exception cref="KeyStoreException">The file cannot be read.</exception>
    public void Reload() => Locked(() => _rows = Load(), ChangePatience);

    // Never throws and never waits: a peer's question brings it here. Without a good file the rows stay as they are.
    private void Refresh()
    {
        FileStamp? now = null;
        try
        {
            now = _files.Stamp(Path);
            if (now == _stamp)
            {
                return;
            }

            // Where another process is writing at this moment, the next look-up sees what it wrote.
            using var taken = _files.TryLock(Path + ".lock");
            if (taken is not null)
            {
                _rows = Load();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or KeyStoreException)
        {
            _stamp = now;
            LogNotReloaded(_log, Path, failure.Message);
        }
    }

    private void Locked(Action action, TimeSpan patience)
    {
        lock (_gate)
        {
            try
            {
                _files.CreateFolder(_folder);
                using (TakeLock(patience))
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

    private IDisposable TakeLock(TimeSpan patience)
    {
        var began = _time.GetTimestamp();
        do
        {
            if (_files.TryLock(Path + ".lock") is { } taken)
            {
                return taken;
            }

            _files.Pause();
        }
        while (_time.GetElapsedTime(began) < patience);
        throw new KeyStoreException(
            $"Another process holds the link key file '{Path}' for too long; try again, end that process or name another file.");
    }

    private Dictionary<LinkKeyId, LinkKeyRow> Load()
    {
        if (_files.Restrict(Path))
        {
            LogRestricted(_log, Path);
        }

        // Before the content: what is written between the two is read the next time.
        _stamp = _files.Stamp(Path);
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
        try
        {
            Replace(Path, octets);
        }
        finally
        {
            // A change that is not durable is not there, though the file may have its new name.
            _stamp = _files.Stamp(Path);
        }

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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The link key file {File} was changed and cannot be read ({Reason}); the keys read before are used.")]
    private static partial void LogNotReloaded(ILogger log, string file, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The link key file {File} could be read by others; its mode is 0600 now.")]
    private static partial void LogRestricted(ILogger log, string file);
}
