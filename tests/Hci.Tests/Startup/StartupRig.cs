using HostStack.Hci.Links;
using HostStack.Hci.Tests.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Testing.Firmware;

namespace HostStack.Hci.Tests.Startup;

/// <summary>Hosts on scripted chips of a maker's.</summary>
internal static class StartupRig
{
    public static HostRig Of(FirmwareShelf shelf, ControllerDevice device, string? address = null)
    {
        var rig = new HostRig(new HciOptions { Firmware = shelf, Address = address is null ? null : BdAddr.Parse(address) });
        rig.Transport.Device = device;
        return rig;
    }

    /// <summary>Opens, and lets the chip rest where its start-up lets it rest.</summary>
    public static async Task OpenInStepsAsync(this HostRig rig)
    {
        var opening = rig.Open();
        for (var i = 0; i < 20 && !opening.IsCompleted; i++)
        {
            rig.Advance(TimeSpan.FromMilliseconds(50));
        }

        Assert.That(opening.IsCompleted, Is.True, "the host opens");
        await opening;
    }
}
