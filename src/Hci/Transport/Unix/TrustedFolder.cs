using System.Runtime.Versioning;
using System.Text;

namespace HostStack.Hci.Transport.Unix;

/// <summary>A folder in which only this user and root can have put what is there. It is held open, so that nobody puts another one
/// in its place.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TrustedFolder : IDisposable
{
    private const UnixFileMode FileAccessMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileDescriptor _folder;

    private TrustedFolder(FileDescriptor folder) => _folder = folder;

    /// <summary>Opens a folder.</summary>
    /// <param name="path">Its name; a link is none.</param>
    /// <param name="error">Why not; <see cref="Errno.None"/>: what is there is no folder, or not to be trusted.</param>
    /// <returns>The folder, or null.</returns>
    public static TrustedFolder? TryOpen(string path, out Errno error)
    {
        // With a separator at the end, a link would be followed.
        var opened = FileDescriptor.TryOpen(Path.TrimEndingDirectorySeparator(path), LibC.O_PATH | LibC.O_NOFOLLOW, out error);
        if (opened is null)
        {
            return null;
        }

        if (FileStatus.Of(opened) is { IsFolder: true, IsTrusted: true })
        {
            return new TrustedFolder(opened);
        }

        opened.Dispose();
        return null;
    }

    /// <summary>Reads a file.</summary>
    /// <param name="name">Its name here.</param>
    /// <param name="limit">Of octets.</param>
    /// <returns>Its text; null where there is none.</returns>
    /// <exception cref="IOException">It cannot be read, is longer, is no regular file, or others could have written it.</exception>
    public unsafe string? Read(string name, int limit)
    {
        // The opening of a pipe does not wait for a writer.
        using var file = FileDescriptor.TryOpen(PathOf(name), LibC.O_NOFOLLOW | LibC.O_NONBLOCK, out var error);
        if (file is null)
        {
            return error == Errno.ENOENT ? null : throw UnixError.Failure($"opening {name}", error);
        }

        if (FileStatus.Of(file) is not { IsRegular: true, IsTrusted: true })
        {
            throw new IOException($"{name} is no file, or others could have written it");
        }

        var buffer = new byte[limit + 1];
        var length = 0;
        fixed (byte* start = buffer)
        {
            while (length < buffer.Length)
            {
                var count = (int)LibC.Read(file, start + length, (nuint)(buffer.Length - length));
                if (count < 0)
                {
                    throw UnixError.Failure($"reading {name}", UnixError.Last);
                }

                if (count == 0)
                {
                    return Encoding.Latin1.GetString(buffer, 0, length);
                }

                length += count;
            }
        }

        throw new IOException($"{name} is longer than {limit} octets");
    }

    /// <summary>Writes a file that is this user's alone, in one step: a reader sees the old text or the new one.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public void Write(string name, string text)
    {
        var temporary = PathOf(name + ".new");
        File.Delete(temporary);
        var created = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            UnixCreateMode = FileAccessMode,
        };
        using (var file = new FileStream(temporary, created))
        {
            file.Write(Encoding.Latin1.GetBytes(text));
        }

        File.Move(temporary, PathOf(name), overwrite: true);
    }

    /// <summary>Removes a file. Idempotent.</summary>
    /// <exception cref="IOException">It cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not.</exception>
    public void Delete(string name) => File.Delete(PathOf(name));

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    // The open folder itself, whatever has its name by now (proc_pid_fd(5)).
    private string PathOf(string name) => $"/proc/self/fd/{_folder.Number}/{name}";
}
