namespace HostStack.Hci.Security.Keys;

/// <summary>When a file was last written, and how long it is.</summary>
/// <param name="WrittenTicks">Of the file system's clock.</param>
/// <param name="Length">Octets.</param>
internal readonly record struct FileStamp(long WrittenTicks, long Length);

/// <summary>The few file operations that a durable store needs, each one step that a crash may fall between.</summary>
internal interface IKeyStoreFileSystem
{
    /// <summary>Makes the folder, open to its owner only, unless it exists.</summary>
    void CreateFolder(string folder);

    /// <summary>All octets of a file; null where it does not exist.</summary>
    byte[]? Read(string path);

    /// <summary>What tells one content of a file from another without reading it; null where the file does not exist.</summary>
    FileStamp? Stamp(string path);

    /// <summary>Makes a new file with mode 0600 and writes it; an old one of that name is deleted first. Not durable.</summary>
    void Write(string path, ReadOnlySpan<byte> content);

    /// <summary>Makes the content of a file durable.</summary>
    void FlushFile(string path);

    /// <summary>Gives a file another name in the same folder, replacing what had it, in one step. Not durable.</summary>
    void Rename(string from, string to);

    /// <summary>Makes the names in a folder durable.</summary>
    void FlushFolder(string folder);

    /// <summary>Takes the mode of a file back to 0600.</summary>
    /// <returns>Whether others could read it before.</returns>
    bool Restrict(string path);

    /// <summary>Takes a lock that other processes respect; null where one has it.</summary>
    IDisposable? TryLock(string path);

    /// <summary>Waits a moment before the lock is tried again.</summary>
    void Pause();
}
