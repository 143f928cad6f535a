using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>What a test of the user-mode port needs of the machine.</summary>
internal static class SlirpNeed
{
    /// <summary>Ends the test as ignored where libslirp is not there.</summary>
    public static void Check()
    {
        if (!UserModePort.IsAvailable(out _, out var problem))
        {
            Assert.Ignore(problem);
        }
    }
}
