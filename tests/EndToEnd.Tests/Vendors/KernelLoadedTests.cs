using HostStack.EndToEnd.Tests.Rig;
using HostStack.Testing.Firmware;
using HostStack.VirtualController.Vendors;

namespace HostStack.EndToEnd.Tests.Vendors;

/// <summary>Chips whose firmware this host does not load: what is said, and what works all the same.</summary>
[TestFixture]
internal sealed class KernelLoadedTests
{
    private static readonly byte[] s_bootLoader = [0x00, 0x37, 0x0B, 0x00, 0x06, 0x00, 0x00, 0x00, 0x00, 0x00];
    private static readonly byte[] s_running = [0x00, 0x37, 0x0B, 0x00, 0x23, 0x10, 0x01, 0x2E, 0x14, 0x00];
    private static readonly byte[] s_rom = [0x00, 0x37, 0x07, 0x10, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00];

    // Of published kernel logs: "370710018002030d57" and "370810225019140f18", each "already patched".
    private static readonly byte[] s_patched = [0x00, 0x37, 0x07, 0x10, 0x01, 0x80, 0x02, 0x03, 0x0D, 0x57];
    private static readonly byte[] s_patchedLater = [0x00, 0x37, 0x08, 0x10, 0x22, 0x50, 0x19, 0x14, 0x0F, 0x18];

    private static readonly byte[] s_newBootLoader = [0x00, 0x10, 0x04, 0x00, 0x03, 0x90, 0x02, 0x1C, 0x01, 0x01];
    private static readonly byte[] s_newRunning = [0x00, 0x10, 0x04, 0x00, 0x03, 0x90, 0x02, 0x1C, 0x01, 0x03];

    private static IEnumerable<TestCaseData> BootLoaders() => [new(s_bootLoader), new(s_newBootLoader)];

    private static IEnumerable<TestCaseData> Workers() =>
    [
        new(s_running, null), new(s_newRunning, null), new(s_patched, null), new(s_patchedLater, null), new(s_rom, "runs from its ROM"),
    ];

    [TestCaseSource(nameof(BootLoaders))]
    public void Intel_InItsBootLoader_IsToldTheWayRound(byte[] version) => World.Run(async world =>
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(world, Intel(version), new FirmwareShelf()), TimeSpan.FromSeconds(1)),
            Does.Contain("waits for its firmware").And.Contain("hci-user:N")));

    [TestCaseSource(nameof(Workers))]
    public void Intel_WhoseFirmwareRuns_Works(byte[] version, string? warning) => World.Run(async world =>
    {
        var station = await VendorWorld.OpenAsync(world, Intel(version), new FirmwareShelf());
        var quirks = (await VendorWorld.InfoAsync(station)).Quirks;
        Assert.That(quirks, warning is null ? Is.Empty : Has.One.Contains(warning));
        await VendorWorld.PingAsync(world, station);
    });

    [Test]
    public void Intel_ThatDoesNotAnswer_IsToldTheWayRound() => World.Run(async world =>
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(
                world, new KernelLoadedModel { Device = VendorWorld.Usb(0x8087, 0x0032), IsDead = true }, new FirmwareShelf())),
            Does.Contain("did not answer").And.Contain("hci-user:N")));

    [TestCase(0x0E8D, 0x0608, "MediaTek")]
    [TestCase(0x0CF3, 0xE007, "Qualcomm")]
    public void Others_WhoseFirmwareIsThere_Work_AndAreWarnedOf(int vendor, int product, string maker) => World.Run(async world =>
    {
        var model = new KernelLoadedModel { Device = VendorWorld.Usb((ushort)vendor, (ushort)product) };
        var station = await VendorWorld.OpenAsync(world, model, new FirmwareShelf());
        Assert.That(model.VendorCommands, Is.Empty);
        Assert.That((await VendorWorld.InfoAsync(station)).Quirks, Has.One.Contains(maker).And.Some.Contains("hci-user:N"));
    });

    [Test]
    public void Others_WithoutFirmware_AreToldTheWayRound() => World.Run(async world =>
        Assert.That(
            await VendorWorld.SentenceOfFailureAsync(world, VendorWorld.OpenAsync(
                world, new KernelLoadedModel { Device = VendorWorld.Usb(0x0E8D, 0x0608), IsDead = true }, new FirmwareShelf())),
            Does.Contain("did not answer").And.Contain("hci-user:N")));

    [Test]
    public void StartedByTheSystem_NothingOfTheMakersIsSent() => World.Run(async world =>
    {
        var model = Intel(s_bootLoader, isStarted: true);
        await VendorWorld.OpenAsync(world, model, new FirmwareShelf());
        Assert.That(model.VendorCommands, Is.Empty);
    });

    private static KernelLoadedModel Intel(byte[] version, bool isStarted = false) => new()
    {
        Device = VendorWorld.Usb(0x8087, 0x0A2B) with { IsStarted = isStarted },
        IntelVersion = version,
    };
}
