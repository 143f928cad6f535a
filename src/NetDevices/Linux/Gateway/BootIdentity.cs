namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>This boot of the machine (random(4), <c>/proc/sys/kernel/random/boot_id</c>): what the kernel held before it is
/// gone, and process ids and start times begin again.</summary>
internal static class BootIdentity
{
    /// <summary>The boot; null where the system does not tell it.</summary>
    public static string? Current { get; } = Read();

    private static string? Read()
    {
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
