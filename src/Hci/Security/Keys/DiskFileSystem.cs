using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HostStack.Hci.Security.Keys;

/// <summary>The real file system.</summary>
internal sealed partial class DiskFileSystem : IKeyStoreFileSystem
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private SpinWait _spin;

    public void CreateFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        }
    }

    public byte[]? Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;

    public FileStamp? Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.LastWriteTimeUtc.Ticks, file.Length) : null;
    }

    public void Write(string path, ReadOnlySpan<byte> content)
    {
        File.Delete(path);
        using var stream = Open(path, FileMode.CreateNew, FileShare.None);
        stream.Write(content);
    }

    public void FlushFile(string path)
    {
        using var stream = Open(path, FileMode.Open, FileShare.Read);
        stream.Flush(flushToDisk: true);
    }

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        // A rename lasts when the folder does; the framework opens no folders.
        var descriptor = NativeOpen(folder, 0);
        if (descriptor < 0)
        {
            throw new IOException($"The folder '{folder}' cannot be opened.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        var failed = NativeFlush(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = NativeClose(descriptor);

        // Some file systems (network shares) cannot flush a folder and say so: they order renames themselves.
        if (failed && error is not (InvalidArgument or NotSupported or NotSupportedOnMac))
        {
            throw new IOException($"The folder '{folder}' cannot be flushed.", new Win32Exception(error));
        }
    }

    public bool Restrict(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path) || (File.GetUnixFileMode(path) & ~Owner) == 0)
        {
            return false;
        }

        File.SetUnixFileMode(path, Owner);
        return true;
    }

    public IDisposable? TryLock(string path)
    {
        try
        {
            return Open(path, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }

    public void Pause() => _spin.SpinOnce();

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
        {
            options.UnixCreateMode = Owner;
        }

        return new FileStream(path, options);
    }

    private const int InvalidArgument = 22;
    private const int NotSupported = 95;
    private const int NotSupportedOnMac = 45;

    // Two arguments only: the third, which makes open variadic, is for new files.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int NativeOpen(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int NativeFlush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int NativeClose(int descriptor);
}
