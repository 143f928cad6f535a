using System.ComponentModel;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>The lock of a runtime folder, which keeps the gateways that note there out of each other's way. Nobody has it for
/// long, and nobody waits for it without end.</summary>
internal static class GatewayLock
{
    private const string FileName = "lock";

    // errno EWOULDBLOCK, as .NET gives it: opening a file takes a shared lock for a moment, and somebody has the lock.
    private const int SharingViolation = 11;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Takes the lock; disposing gives it back.</summary>
    /// <param name="folder">The folder, opened by <see cref="GatewayStateFolder"/> before.</param>
    /// <param name="patience">How long to wait for whoever has it; null: ten seconds.</param>
    /// <param name="refused">Hears of each attempt that found it taken.</param>
    /// <exception cref="NetDeviceException">The folder is somebody else's, or somebody keeps the lock.</exception>
    public static IDisposable Take(string folder, TimeSpan? patience = null, Action? refused = null)
    {
        var path = Path.Combine(folder, FileName);
        using var never = new ManualResetEventSlim();
        for (var waited = TimeSpan.Zero; ; waited += Interval)
        {
            if (TryOnce(path) is { } held)
            {
                return held;
            }

            refused?.Invoke();
            if (waited >= (patience ?? Patience))
            {
                throw new NetDeviceException(
                    $"Another process keeps the lock {path}; 'fuser {path}' names it: end that one.");
            }

            never.Wait(Interval);
        }
    }

    /// <summary>The same; null where it cannot be had, and why.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="why">One sentence with the remedy; empty: it was had.</param>
    /// <param name="patience">How long to wait; null: ten seconds.</param>
    public static IDisposable? TryTake(string folder, out string why, TimeSpan? patience = null)
    {
        try
        {
            why = "";
            return Take(folder, patience);
        }
        catch (NetDeviceException refused)
        {
            why = refused.Message;
            return null;
        }
    }

    private static FileStream? TryOnce(string path)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, GatewayStateFolder.Private(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));
            if (!OperatingSystem.IsWindows())
            {
                // One that was made when others could still open it.
                File.SetUnixFileMode(file.SafeFileHandle, GatewayStateFolder.FileMode);
            }

            if (GatewayCalls.TryLock(file.SafeFileHandle))
            {
                return file;
            }

            file.Dispose();
            return null;
        }
        catch (IOException taken) when (taken.HResult == SharingViolation)
        {
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or Win32Exception)
        {
            file?.Dispose();
            throw new NetDeviceException(
                $"The notes of gateways beside {path} cannot be used ({refused.Message}); run as root.", isPermission: true, refused);
        }
    }
}
