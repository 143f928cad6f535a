using HostStack.Hci.Startup;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

[TestFixture]
public sealed class UsbControllerSourceTests
{
    [Test]
    public async Task OpenAsync_ChoosesClaimsAndTellsTheDevice()
    {
        using var bus = new ListedBus(Dongles.Keyboard(), Dongles.Controller("0bda:8771", serial: "00E04C000001", product: "BT 5.1"));
        var source = UsbControllerSource.Parse("", bus);
        await using var transport = await source.OpenAsync(default);
        Assert.Multiple(() =>
        {
            Assert.That(source.Uri, Is.EqualTo("usb:"));
            Assert.That(transport.Name, Is.EqualTo("usb:"));
            Assert.That(transport.Device, Is.EqualTo(new ControllerDevice
            {
                Usb = Dongles.Id("0bda:8771"), Release = 0x8891, SerialNumber = "00E04C000001", Product = "BT 5.1", HasSlept = false,
            }));
            Assert.That(bus.Calls, Is.EqualTo(["open 1.4"]));
            Assert.That(bus.Opened!.Calls, Does.Contain("claim 0"));
        });
    }

    [Test]
    public async Task OpenAsync_LeavesTheCallersThreadWhileTheBusBlocks()
    {
        using var bus = new BlockingBus();
        var opening = UsbControllerSource.Parse("", bus).OpenAsync(default);
        Assert.That(opening.IsCompleted, Is.False, "the call came back while the bus was asked");
        bus.Answer();
        Assert.That(async () => await opening, Throws.TypeOf<ControllerUnavailableException>());
        await Task.CompletedTask;
    }

    [Test]
    public async Task OpenAsync_OfAControllerThatMustSleepOnce_LetsItFirst()
    {
        var known = KnownControllers.All.First(static entry => entry.Quirks.HasFlag(ControllerQuirks.SuspendOnce));
        using var bus = new ListedBus(Dongles.Controller($"{known.Id}") with { Release = known.Release ?? 0x8891 });
        await using var transport = await UsbControllerSource.Parse("", bus).OpenAsync(default);
        Assert.That(bus.Calls, Is.EqualTo(["suspend 1.4", "open 1.4"]));
    }

    [Test]
    public async Task ReopenAsync_OfOneWhoseVersionsSayThatItMustSleep_LetsItAndTellsWhetherItDid([Values] bool may)
    {
        using var bus = new ListedBus(Dongles.Controller() with { Release = 0x1234 }) { MaySuspend = may };
        var source = UsbControllerSource.Parse("", bus);
        var before = await OpenOnceAsync(source);
        Assert.That((before.MustSleep, before.HasSlept), Is.EqualTo((false, (bool?)false)));
        await using var again = await source.ReopenAsync(before with { MustSleep = true, StaysInPlace = true }, default);
        Assert.That(bus.Calls, Is.EqualTo(["open 1.4", "suspend 1.4", "open 1.4"]));
        Assert.That(again.Device, Is.EqualTo(before with { MustSleep = true, HasSlept = may }));
    }

    [Test]
    public void OpenAsync_OfTheFirstThatCannotBeOpened_NamesTheOthers()
    {
        using var bus = new ListedBus(Dongles.Controller(ports: "1"), Dongles.Controller(ports: "2"), Dongles.Controller("0bda:8771", ports: "3"));
        bus.Refusals["1.1"] = new ControllerUnavailableException("No permission; install the rule.", new UnauthorizedAccessException());
        Assert.That(
            async () => await UsbControllerSource.Parse("", bus).OpenAsync(default),
            Throws.TypeOf<ControllerUnavailableException>()
                .With.Message.EqualTo("No permission; install the rule; or name another one, usb:0a12:0001#2, usb:0bda:8771.")
                .And.InnerException.TypeOf<UnauthorizedAccessException>());
    }

    [Test]
    public void OpenAsync_OfANamedOneThatCannotBeOpened_SaysWhy()
    {
        using var bus = new ListedBus(Dongles.Controller(ports: "1"), Dongles.Controller(ports: "2"));
        bus.Refusals["1.1"] = new ControllerUnavailableException("No permission; install the rule.");
        Assert.That(
            async () => await UsbControllerSource.Parse("1.1", bus).OpenAsync(default),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.EqualTo("No permission; install the rule."));
    }

    [Test]
    public void OpenAsync_Cancelled_OpensNothing()
    {
        using var bus = new ListedBus(Dongles.Controller());
        Assert.That(
            async () => await UsbControllerSource.Parse("", bus).OpenAsync(new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(bus.Calls, Is.Empty);
    }

    [Test]
    public async Task ReopenAsync_OfOneOfTwo_TakesTheOneThatWasOpen()
    {
        using var bus = new ListedBus(Dongles.Controller(ports: "1"), Dongles.Controller(ports: "2"));
        var source = UsbControllerSource.Parse("0a12:0001#2", bus);
        var before = await OpenOnceAsync(source);
        bus.Plugged.RemoveAt(0); // it is number 1 now, and still the one
        await using var again = await source.ReopenAsync(before, default);
        Assert.That(bus.Calls.Where(static call => call.StartsWith("open", StringComparison.Ordinal)), Is.EqualTo(["open 1.2", "open 1.2"]));
    }

    [Test]
    public async Task ReopenAsync_WhileItIsUnplugged_TakesNoOther()
    {
        using var bus = new ListedBus(Dongles.Controller(ports: "1", serial: "A"), Dongles.Controller(ports: "2", serial: "B"));
        var source = UsbControllerSource.Parse("", bus);
        var before = await OpenOnceAsync(source);
        bus.Plugged.RemoveAt(0);
        Assert.That(
            async () => await source.ReopenAsync(before, default),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.Contains("is another one"));

        bus.Plugged.Add(Dongles.Controller(ports: "7", serial: "A"));
        await using var again = await source.ReopenAsync(before, default);
        Assert.That(bus.Calls[^1], Is.EqualTo("open 1.7"));
    }

    [Test]
    public async Task ReopenAsync_OfAPlaceThatTheUserNamed_LooksNowhereElse()
    {
        using var bus = new ListedBus(Dongles.Controller(ports: "1", serial: "A"));
        var source = UsbControllerSource.Parse("1.1", bus);
        var before = await OpenOnceAsync(source);
        bus.Plugged[0] = Dongles.Controller(ports: "2", serial: "A");
        Assert.That(
            async () => await source.ReopenAsync(before, default),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.Contains("at the same place"));
    }

    [Test]
    public async Task ReopenAsync_OfOneThatStaysInPlace_TakesNoTwinElsewhere()
    {
        using var bus = new ListedBus(Dongles.Controller(ports: "1"), Dongles.Controller(ports: "2"));
        var source = UsbControllerSource.Parse("", bus);
        var before = await OpenOnceAsync(source) with { StaysInPlace = true };
        var own = bus.Plugged[0];
        bus.Plugged.RemoveAt(0);
        Assert.That(
            async () => await source.ReopenAsync(before, default),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.EqualTo("The USB device 0a12:0001 at 1.1 is gone; plug it in again, at the same place."));

        bus.Plugged.Add(own);
        await using var again = await source.ReopenAsync(before, default);
        Assert.That(bus.Calls[^1], Is.EqualTo("open 1.1"));
    }

    [Test]
    public async Task ReopenAsync_OfANewSource_GoesByWhatTheHostRemembers()
    {
        using var bus = new ListedBus(Dongles.Controller(ports: "1", serial: "A"), Dongles.Controller(ports: "2", serial: "B"));
        var before = new ControllerDevice { Usb = Dongles.Id("0a12:0001"), SerialNumber = "B" };
        await using var transport = await UsbControllerSource.Parse("", bus).ReopenAsync(before, default);
        Assert.That(bus.Calls[^1], Is.EqualTo("open 1.2"));
    }

    private static async Task<ControllerDevice> OpenOnceAsync(UsbControllerSource source)
    {
        await using var transport = await source.OpenAsync(default);
        return transport.Device!;
    }

    private sealed class BlockingBus : IUsbBus, IDisposable
    {
        private readonly ManualResetEventSlim _answered = new();

        public void Answer() => _answered.Set();

        public IReadOnlyList<UsbDeviceInfo> List()
        {
            _answered.Wait();
            return [];
        }

        public UsbAccess Probe(UsbDeviceInfo device) => default;

        public IUsbDevice Open(UsbDeviceInfo device) => throw new NotSupportedException();

        public bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default) => false;

        public void Dispose() => _answered.Dispose();
    }
}
