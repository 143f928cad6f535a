using System.Diagnostics;
using System.Globalization;

namespace HostStack.Interop.Tests.Guests;

/// <summary>The kernel and the initramfs that guests boot: built once by <c>build-guest.sh</c> and kept in the user's
/// cache.</summary>
/// <param name="Folder">Where vmlinuz, initramfs.cpio and versions.txt are.</param>
internal sealed record GuestImage(string Folder)
{
    private const int Unavailable = 69;
    private static readonly SemaphoreSlim Asking = new(1, 1);
    private static GuestImage? _image;
    private static string? _unavailable;
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(5);

    public string Kernel => Path.Combine(Folder, "vmlinuz");

    public string Initramfs => Path.Combine(Folder, "initramfs.cpio");

    /// <summary>Kernel, BlueZ and busybox, a line each.</summary>
    public string Versions => File.ReadAllText(Path.Combine(Folder, "versions.txt")).TrimEnd();

    private static string Cache =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "hoststack",
            "interop-guest");

    /// <summary>Gives the image. Where guests cannot run here the test ends as ignored.</summary>
    public static async Task<GuestImage> RequireAsync()
    {
        Requires.Programs(("qemu-system-x86_64", "qemu-system-x86"));
        await Asking.WaitAsync();
        try
        {
            if (_image is null && _unavailable is null)
            {
                var started = Stopwatch.GetTimestamp();
                _image = await BuildAsync();
                await TestContext.Progress.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"guest image ({Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s): {_image.Versions.ReplaceLineEndings("; ")}"));
            }
        }
        catch (GuestUnavailableException missing)
        {
            _unavailable = missing.Message;
        }
        finally
        {
            Asking.Release();
        }

        if (_image is null)
        {
            NotRun.Ignore(_unavailable!);
        }

        return _image!;
    }

    private static async Task<GuestImage> BuildAsync()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Guests", "build-guest.sh");
        var start = new ProcessStartInfo("/bin/bash", [script, Cache])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var builder = Process.Start(start)!;
        var output = builder.StandardOutput.ReadToEndAsync();
        var errors = builder.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(BuildLimit);
        try
        {
            await builder.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            builder.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"The guest's image was not built within {BuildLimit}; run {script} by hand.");
        }

        var last = (await output).TrimEnd().Split('\n')[^1];
        return builder.ExitCode switch
        {
            0 => new GuestImage(last),
            Unavailable => throw new GuestUnavailableException(last),
            var status => throw new InvalidOperationException(
                $"build-guest.sh ended with {status}: {(await errors).TrimEnd()} {last}"),
        };
    }
}

/// <summary>Guests cannot run on this machine; the message says why and what to do.</summary>
internal sealed class GuestUnavailableException(string message) : Exception(message);
