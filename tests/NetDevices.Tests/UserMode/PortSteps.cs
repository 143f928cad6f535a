using HostStack.NetDevices.UserMode;
using HostStack.Testing;

namespace HostStack.NetDevices.Tests.UserMode;

/// <summary>Waits for what a port's own thread does.</summary>
internal static class PortSteps
{
    /// <summary>Waits until something is so; looked at each time that the thread has done what there was to do.</summary>
    /// <param name="port">Whose thread.</param>
    /// <param name="condition">What.</param>
    /// <param name="what">In words.</param>
    public static void Until(this UserModePort port, Func<bool> condition, string what)
    {
        var steps = new Steps();
        port.Rests += steps.Tell;
        try
        {
            steps.Until(condition, what);
        }
        finally
        {
            port.Rests -= steps.Tell;
        }
    }
}
