using HostStack.Hci.Packets;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Startup.Broadcom;

/// <summary>Sends the one command of its maker's that Linux sends to a BCM92035 before everything else (drivers/bluetooth/btusb.c,
/// BTUSB_BCM92035: 0xFC3B with the parameter 0). Nothing public says what it does; a dongle that refuses it is used as it is.</summary>
internal sealed class Bcm92035Startup : IControllerStartup
{
    private const ushort Prepare = 0xFC3B;

    /// <summary>The ids of the only dongle that gets it.</summary>
    public static UsbId Id { get; } = new(0x0A5C, 0x2009);

    /// <summary>Whether a device is the one.</summary>
    public static bool Fits(ControllerDevice device) => device.Usb == Id;

    public async Task RunAsync(StartupContext context)
    {
        if (context.IsSecondAttempt)
        {
            return; // One that does not answer it may work without.
        }

        var answer = await context.SendAsync(Prepare, new byte[] { 0 });
        if (answer.IsEmpty || answer.Span[0] != 0)
        {
            var how = answer.IsEmpty ? "no status" : $"{(HciStatus)answer.Span[0]}";
            context.Warn($"The BCM92035 refuses the command that prepares it (0x{Prepare:X4}: {how}); it is used as it is.");
        }
    }
}
