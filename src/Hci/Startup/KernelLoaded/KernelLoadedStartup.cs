namespace HostStack.Hci.Startup.KernelLoaded;

/// <summary>Chips whose firmware the Linux kernel loads and this host does not: they work where it is loaded already, for it
/// stays until the power goes; where the bring-up fails, the way round is told.</summary>
internal sealed class KernelLoadedStartup(string maker) : IControllerStartup
{
    /// <summary>The way round, as the end of a sentence.</summary>
    public const string WayRound =
        "on Linux let the kernel load it and write hci-user:N (N as 'hciconfig' or 'btmgmt info' number it), elsewhere use another dongle";

    public Task RunAsync(StartupContext context)
    {
        context.Warn($"This host does not load the firmware of {maker} chips; the controller works where the kernel has loaded it before, else {WayRound}.");
        context.Advice = $"The firmware of {maker} chips is not loaded by this host: {WayRound}.";
        return Task.CompletedTask;
    }
}
