using HostStack.Cli.Terminal;
using HostStack.Hci.Capture;

namespace HostStack.Cli.Sessions;

/// <summary>The capture of a run: made for its owner alone, and said so.</summary>
internal sealed class CaptureFile : IDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly string _path;
    private readonly IReport _report;

    private CaptureFile(string path, BtsnoopWriter writer, IReport report)
    {
        _path = path;
        _report = report;
        Writer = writer;
    }

    public BtsnoopWriter Writer { get; }

    /// <summary>Makes the file.</summary>
    /// <exception cref="CommandFailedException">It is there already, or cannot be made.</exception>
    public static CaptureFile Create(string path, bool overwrite, TimeProvider time, IReport report)
    {
        try
        {
            var writer = overwrite ? BtsnoopWriter.Create(path, time) : new BtsnoopWriter(CreateNew(path), time);
            report.Happened(
                "capture",
                $"every packet is captured in {path}, readable by you alone: it holds link keys, so do not pass it on",
                Tone.Warning,
                ("file", path));
            return new CaptureFile(path, writer, report);
        }
        catch (IOException) when (!overwrite && File.Exists(path))
        {
            throw new CommandFailedException(ExitCode.CannotCreate, $"'{path}' is there already; name another file, or let it be overwritten with --force.");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailedException(
                failure is UnauthorizedAccessException ? ExitCode.NoPermission : ExitCode.CannotCreate,
                $"The capture '{path}' cannot be written; name a file in a folder that exists and is yours.",
                failure);
        }
    }

    public void Dispose()
    {
        Writer.Dispose();
        if (Writer.Problem is { } problem)
        {
            _report.Happened("capture-ended", problem, Tone.Bad, ("file", _path), ("packets", Writer.Packets));
        }
    }

    // CreateNew and not a check before: nobody can put a file or a link there in between.
    private static FileStream CreateNew(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read,
            BufferSize = BufferSize,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
