using HostStack.Interop.Tests.Guests;

namespace HostStack.Interop.Tests.Usb;

public class UsbGuestTests
{
    [Test]
    public async Task Try()
    {
        var image = await GuestImage.GetAsync();
        await using var rig = await UsbGuestRig.StartAsync(image);
        var g = rig.Guest;
        await TestContext.Progress.WriteLineAsync($"boot {g.BootTime}");
        await rig.PlugAsync();
        try
        {
            foreach (var script in new[]
            {
                "until_ok 20 test -e /sys/class/bluetooth/hci0; ls -l /sys/class/bluetooth /sys/bus/usb/devices; cat /proc/uptime",
                "until_ok 5 test -e /sys/bus/usb/drivers/btusb/1-1:1.0; ls -l /sys/bus/usb/drivers/btusb; dmesg | tail -30; cat /tmp/usbimport.log; cat /sys/devices/platform/vhci_hcd.0/status",
                "hciconfig -a; lsusb; mount; free -m",
                "cat /proc/uptime; export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_TieredPGO=0; /mnt/dotnet/dotnet /mnt/app/hoststack.dll --version; cat /proc/uptime",
                "cat /proc/uptime; export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_TieredPGO=0; /mnt/dotnet/dotnet /mnt/app/hoststack.dll --help; cat /proc/uptime",
            })
            {
                var r = await g.RunAsync(script);
                await TestContext.Progress.WriteLineAsync($"### {script}\n{r}");
            }

            await rig.PullAsync();
            await TestContext.Progress.WriteLineAsync((await g.RunAsync("until_ok 5 test ! -e /sys/class/bluetooth/hci0; echo $?; dmesg | tail -5; cat /tmp/usbimport.log")).ToString());
            await rig.PlugAsync();
            await TestContext.Progress.WriteLineAsync((await g.RunAsync("until_ok 20 test -e /sys/class/bluetooth/hci0; echo $?; dmesg | tail -5; cat /tmp/usbimport.log")).ToString());
        }
        finally
        {
            await TestContext.Progress.WriteLineAsync(g.Describe());
        }
    }
}
