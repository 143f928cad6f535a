namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class SysfsUsbDevicesTests
{
    private readonly SysfsTree _tree = new();

    [TearDown]
    public void Remove() => _tree.Dispose();

    [Test]
    public void Text_OfADeviceBehindHubs_IsInTheFolderOfItsPorts()
    {
        _tree.Write("3-1.4.2/product", "BT Dongle\n");
        Assert.That(_tree.Devices.Text(Dongles.Controller(bus: 3, ports: "1.4.2"), "product"), Is.EqualTo("BT Dongle"));
    }

    [TestCase("A\u001b[2J\r\nB\t\n", "A [2J  B")]
    [TestCase("  \n", null)]
    [TestCase("\u0085\u0000", null)]
    public void Text_OfADeviceThatTellsControlCharacters_IsPlain(string told, string? text)
    {
        _tree.Write("1-4/product", told);
        Assert.That(_tree.Devices.Text(Dongles.Controller(), "product"), Is.EqualTo(text));
    }

    [Test]
    public void Text_ThatIsNotThere_IsNull() =>
        Assert.That(_tree.Devices.Text(Dongles.Controller(), "serial"), Is.Null);

    [Test]
    public void Driver_IsTheNameOfTheLinksTarget()
    {
        _tree.Bind("1-4:1.0", "btusb");
        Assert.That(_tree.Devices.Driver(Dongles.Controller()), Is.EqualTo("btusb"));
    }

    [Test]
    public void Driver_OfAnotherConfiguration_IsFoundByItsNumber()
    {
        _tree.Write("1-4/bConfigurationValue", "2\n");
        _tree.Bind("1-4:2.0", "btusb");
        Assert.That(_tree.Devices.Driver(Dongles.Controller()), Is.EqualTo("btusb"));
    }

    [Test]
    public void Driver_WhereNoneIsBound_IsNull()
    {
        _tree.Write("1-4:1.0/bInterfaceNumber", "00");
        Assert.That(_tree.Devices.Driver(Dongles.Controller()), Is.Null);
    }

    [Test]
    public void TrySuspendOnce_LetsTheDeviceSleepAndRestoresTheRules()
    {
        Power("on", "2000", "active");
        var waits = 0;
        _tree.Kernel = () =>
        {
            waits++;
            if (waits == 3)
            {
                Assert.That(_tree.Read("1-4/power/control"), Is.EqualTo("auto"));
                Assert.That(_tree.Read("1-4/power/autosuspend_delay_ms"), Is.EqualTo("0"));
                _tree.Write("1-4/power/runtime_status", "suspended\n");
            }
        };
        Assert.That(_tree.Devices.TrySuspendOnce(Dongles.Controller()), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(_tree.Read("1-4/power/control"), Is.EqualTo("on"));
            Assert.That(_tree.Read("1-4/power/autosuspend_delay_ms"), Is.EqualTo("2000"));
            Assert.That(_tree.Waited[^1], Is.EqualTo(TimeSpan.FromMilliseconds(200)), "it sleeps a moment");
        });
    }

    [Test]
    public void TrySuspendOnce_OfADeviceThatStaysAwake_EndsAndRestoresTheRules()
    {
        Power("on", "2000", "active");
        Assert.That(_tree.Devices.TrySuspendOnce(Dongles.Controller()), Is.False);
        Assert.Multiple(() =>
        {
            Assert.That(_tree.Read("1-4/power/control"), Is.EqualTo("on"));
            Assert.That(_tree.Read("1-4/power/autosuspend_delay_ms"), Is.EqualTo("2000"));
            Assert.That(_tree.Waited.Aggregate(TimeSpan.Zero, static (sum, time) => sum + time), Is.EqualTo(TimeSpan.FromSeconds(2)));
        });
    }

    [Test]
    public void TrySuspendOnce_WhereTheKernelKnowsNoSleep_IsNotPossible() =>
        Assert.That(_tree.Devices.TrySuspendOnce(Dongles.Controller()), Is.False);

    [Test]
    public void TrySuspendOnce_OfADeviceThatIsPulledOutMeanwhile_IsNotPossible()
    {
        Power("on", "2000", "active");
        _tree.Kernel = () =>
        {
            _tree.Kernel = null;
            _tree.Dispose();
        };
        try
        {
            Assert.That(_tree.Devices.TrySuspendOnce(Dongles.Controller()), Is.False);
            Assert.That(_tree.Waited, Has.Count.EqualTo(1), "who is gone is not waited for");
        }
        finally
        {
            _tree.Kernel = null;
            _tree.Write("1-4/gone", ""); // so that there is a folder to remove
        }
    }

    [Test]
    public void TrySuspendOnce_OfADeviceThatADriverKeepsAwake_IsNotWaitedForLong()
    {
        Power("on", "2000", "active");
        _tree.Bind("1-4:1.0", "btusb");
        Assert.That(_tree.Devices.TrySuspendOnce(Dongles.Controller()), Is.False);
        Assert.That(_tree.Waited.Aggregate(TimeSpan.Zero, static (sum, time) => sum + time), Is.EqualTo(TimeSpan.FromMilliseconds(200)));
        Assert.That(_tree.Read("1-4/power/control"), Is.EqualTo("on"));
    }

    [Test]
    public void TrySuspendOnce_ThatIsGivenUp_EndsAtOnceAndRestoresTheRules()
    {
        Power("on", "2000", "active");
        using var given = new CancellationTokenSource();
        _tree.Kernel = given.Cancel;
        Assert.That(_tree.Devices.TrySuspendOnce(Dongles.Controller(), given.Token), Is.False);
        Assert.That((_tree.Waited.Count, _tree.Read("1-4/power/control")), Is.EqualTo((1, "on")));
    }

    private void Power(string control, string delay, string status)
    {
        _tree.Write("1-4/power/control", control + "\n");
        _tree.Write("1-4/power/autosuspend_delay_ms", delay + "\n");
        _tree.Write("1-4/power/runtime_status", status + "\n");
    }
}
