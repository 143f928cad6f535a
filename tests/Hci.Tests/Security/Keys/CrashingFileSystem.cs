using HostStack.Hci.Security.Keys;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Security.Keys;

/// <summary>The process or the machine dies here. Not an I/O error: nothing may catch it.</summary>
internal sealed class CrashException : Exception;

/// <summary>How a test's machine dies.</summary>
public enum CrashKind
{
    /// <summary>The process is killed: what was written stays as it is, a write in progress is half done.</summary>
    Kill,

    /// <summary>Power is lost, and nothing that was not flushed reached the disk.</summary>
    PowerLossLate,

    /// <summary>Power is lost; all names reached the disk, of contents only what was flushed.</summary>
    PowerLossEarly,
}

/// <summary>A file system in memory that dies before a chosen step, or in the middle of a write.</summary>
internal sealed class CrashingFileSystem : IKeyStoreFileSystem
{
    private Dictionary<string, Content> _names = [];
    private Dictionary<string, Content> _durableNames = [];
    private long _written;

    /// <summary>Steps that were taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Dies in this step; 0: never.</summary>
    public int CrashAt { get; set; }

    /// <summary>Fails with an I/O error in this step; 0: never.</summary>
    public int FailAt { get; set; }

    public bool IsLockedByAnother { get; set; }

    /// <summary>Passes by a millisecond in each <see cref="Pause"/>, and not otherwise.</summary>
    public ManualTime Time { get; } = new();

    public TimeSpan Paused { get; private set; }

    public int Reads { get; private set; }

    public IReadOnlyCollection<string> Names => _names.Keys;

    public void Put(string path, byte[] octets)
    {
        _names[path] = new Content { Number = ++_written, Cached = octets, Durable = octets };
        _durableNames[path] = _names[path];
    }

    /// <summary>What is left after the crash.</summary>
    public CrashingFileSystem After(CrashKind kind)
    {
        var after = new CrashingFileSystem();
        foreach (var (path, content) in kind == CrashKind.PowerLossLate ? _durableNames : _names)
        {
            after.Put(path, kind == CrashKind.Kill ? content.Cached : content.Durable);
        }

        return after;
    }

    public void CreateFolder(string folder)
    {
    }

    public byte[]? Read(string path)
    {
        Reads++;
        return _names.TryGetValue(path, out var content) ? [.. content.Cached] : null;
    }

    public FileStamp? Stamp(string path) =>
        _names.TryGetValue(path, out var content) ? new FileStamp(content.Number, content.Cached.Length) : null;

    public void Write(string path, ReadOnlySpan<byte> content)
    {
        // Dying in a write leaves half of it.
        var made = new Content { Number = ++_written };
        if (++Steps == CrashAt)
        {
            made.Cached = content[..(content.Length / 2)].ToArray();
            _names[path] = made;
            throw new CrashException();
        }

        FailIfAsked();
        made.Cached = content.ToArray();
        _names[path] = made;
    }

    public void FlushFile(string path)
    {
        Step();
        _names[path].Durable = _names[path].Cached;
    }

    public void Rename(string from, string to)
    {
        Step();
        _names.Remove(from, out var content);
        _names[to] = content!;
    }

    public void FlushFolder(string folder)
    {
        Step();
        _durableNames = new Dictionary<string, Content>(_names);
    }

    public bool Restrict(string path) => false;

    public IDisposable? TryLock(string path) => IsLockedByAnother ? null : new MemoryStream();

    public void Pause()
    {
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Paused += TimeSpan.FromMilliseconds(1);
    }

    private void Step()
    {
        if (++Steps == CrashAt)
        {
            throw new CrashException();
        }

        FailIfAsked();
    }

    private void FailIfAsked()
    {
        if (Steps == FailAt)
        {
            throw new IOException("No space left on device");
        }
    }

    private sealed class Content
    {
        public long Number { get; init; }

        public byte[] Cached { get; set; } = [];

        public byte[] Durable { get; set; } = [];
    }
}
