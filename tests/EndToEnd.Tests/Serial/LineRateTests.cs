using HostStack.Hci.Links;
using HostStack.Testing.Firmware;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Vendors;

namespace HostStack.EndToEnd.Tests.Serial;

/// <summary>Whole hosts take a Broadcom chip behind a pseudo-terminal to another rate, and leave it at its first one.</summary>
[TestFixture]
[Platform("Linux")]
internal sealed class LineRateTests : LineFixture
{
    [Test]
    public async Task Close_TheChipIsAtItsFirstRate_AndTheNextOpeningIsAtOnce([Values("h4:serial", "h5:serial")] string scheme)
    {
        var line = new VirtualLine(115_200);
        var model = Chip(line);
        var controller = Radio.Add(new ControllerOptions { Vendor = model });
        await using var source = new LineSource(controller, scheme, "vendor=bcm&speed=3000000");
        for (var opening = 1; opening <= 2; opening++)
        {
            await using (var station = await OpenAsync(source))
            {
                Assert.That((source.Terminal.Speed, line.ChipRate), Is.EqualTo((3_000_000, 3_000_000)), $"opening {opening}");
                Assert.That((await station.Host.GetStatusAsync()).Controller!.Quirks, Has.None.Contains("stays at"));
                await station.AskAsync(times: 5);
            }

            Assert.That(await ChipRateAsync(line), Is.EqualTo(115_200), $"closing {opening}");
        }

        Assert.That((source.Openings, model.Violations.Count), Is.EqualTo((2, 0)));
    }

    [Test]
    public async Task Close_ChipThatSaysNothingAnyMore_NeverHangs([Values("h4:serial", "h5:serial")] string scheme)
    {
        var line = new VirtualLine(115_200);
        var controller = Radio.Add(new ControllerOptions { Vendor = Chip(line, new BroadcomFaults { SilentAtRate = 115_200 }) });
        await using var source = new LineSource(controller, scheme, "vendor=bcm&speed=3000000");
        await using (await OpenAsync(source))
        {
            Assert.That(source.Terminal.Speed, Is.EqualTo(3_000_000));
        }

        Assert.That(await ChipRateAsync(line), Is.EqualTo(3_000_000));
    }

    // The chip changes when its answer has gone out.
    private Task<int> ChipRateAsync(VirtualLine line) => Radio.Loop.RunAsync(() => Task.FromResult(line.ChipRate));

    private static Task<LineStation> OpenAsync(LineSource source) =>
        LineStation.OpenAsync(source, hci: new HciOptions { Firmware = new FirmwareShelf() });

    private static BroadcomModel Chip(VirtualLine line, BroadcomFaults? faults = null) => new()
    {
        Device = new() { Vendor = "bcm", OperatingRate = 3_000_000 },
        Faults = faults ?? new BroadcomFaults(),
        Line = line,
        Subversion = 0x2209,
        Expected = new Dictionary<uint, byte>(),
    };
}
