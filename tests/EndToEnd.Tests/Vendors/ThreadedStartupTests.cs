using HostStack.Hci.Links;
using HostStack.Hci.Startup;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Testing.Firmware;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Vendors;

namespace HostStack.EndToEnd.Tests.Vendors;

/// <summary>The start-ups on threads of their own and by the real clock, as a program runs them.</summary>
[TestFixture]
internal sealed class ThreadedStartupTests
{
    [Test]
    [CancelAfter(60_000)]
    public async Task Realtek_OnThreads_TakesItsPatch(CancellationToken stop)
    {
        var patch = RealtekFile.Octets(30_204, seed: 1);
        var model = new RealtekModel { Device = VendorWorld.Usb(0x0BDA, 0x8771), Expected = [.. patch[..^4], 0x22, 0xD9, 0xC6, 0xDF] };
        var shelf = new FirmwareShelf().With("rtl_bt/rtl8761bu_fw.bin", RealtekFile.First(14, 0xDFC6D922, (2, patch)));
        await RunAsync(model, VendorWorld.Options(shelf).Hci, host => Assert.That(model.IsPatched, Is.True), stop);
        Assert.That(model.Violations, Is.Empty);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Realtek_OnThreads_WithFilesOnADisk_TakesItsPatch(CancellationToken stop)
    {
        var patch = RealtekFile.Octets(3_000, seed: 3);
        var model = new RealtekModel { Device = VendorWorld.Usb(0x0BDA, 0x8771), Expected = [.. patch[..^4], 0x22, 0xD9, 0xC6, 0xDF] };
        var folder = Directory.CreateTempSubdirectory("hoststack-firmware").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "rtl8761bu_fw.bin"), RealtekFile.First(14, 0xDFC6D922, (2, patch)), stop);
            var options = new HciOptions { Firmware = new FirmwareFolders(folder, []) };
            await RunAsync(model, options, host => Assert.That(model.IsPatched, Is.True), stop);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        Assert.That(model.Violations, Is.Empty);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Broadcom_OnThreads_KeepsItsTimes(CancellationToken stop)
    {
        (uint Address, byte[] Octets)[] writes = [(0x0021_6104, RealtekFile.Octets(251, seed: 2))];
        var model = new BroadcomModel { Device = VendorWorld.Usb(0x0A5C, 0x21E8), Expected = BroadcomFile.Memory(writes) };
        var shelf = new FirmwareShelf().With("brcm/BCM20702A1-0a5c-21e8.hcd", BroadcomFile.Of(writes));
        await RunAsync(model, VendorWorld.Options(shelf).Hci, host => Assert.That(model.IsPatched, Is.True), stop);
        Assert.That(model.Violations, Is.Empty);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Csr_OnThreads_LeavesItsBusAndIsOpenedAgain(CancellationToken stop)
    {
        var model = new CsrModel
        {
            Device = VendorWorld.Usb(0x0A12, 0x0001, 0x8891),
            LeavesItsBus = true,
            AwayTime = TimeSpan.FromMilliseconds(100),
        };
        await RunAsync(
            model, VendorWorld.Options(new FirmwareShelf(), "00:11:22:33:44:55").Hci,
            host => Assert.That(host.Address, Is.EqualTo(BdAddr.Parse("00:11:22:33:44:55"))), stop);
        Assert.That((model.Restarts, model.Violations.Count), Is.EqualTo((1, 0)));
    }

    private static async Task RunAsync(VendorModel model, HciOptions options, Action<BluetoothHost> judge, CancellationToken stop)
    {
        using var radio = new VirtualRadio();
        radio.Start();
        var controller = radio.Add(new ControllerOptions { Vendor = model });
        await using var host = await BluetoothHost.OpenAsync(
            controller.Source, new BluetoothHostOptions { Hci = options }, loggerFactory: null, stop);
        judge(host);
    }
}
