using System.Diagnostics;

namespace HostStack.Interop.Tests.Guests;

/// <summary>The kernel and the initramfs that guests boot: built once by <c>build-guest.sh</c> and kept in the user's
/// cache.</summary>
/// <param name="Folder">Where vmlinuz, initramfs.cpio and versions.txt are.</param>
internal sealed record GuestImage(string Folder)
{
    private const int Unavailable = 69;
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

    /// <summary>Gives the image, building it where there is none.</summary>
    /// <exception cref="GuestUnavailableException">Something is missing on this machine.</exception>
    public static async Task<GuestImage> GetAsync()
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
