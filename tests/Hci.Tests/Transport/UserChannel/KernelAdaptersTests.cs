using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Unix;
using HostStack.Hci.Transport.UserChannel;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.UserChannel;

/// <summary>The tree that sysfs shows, rebuilt in a folder: hci0 is a USB dongle, hci10 hangs on a UART.</summary>
[TestFixture]
[Platform("Linux")]
public sealed class KernelAdaptersTests
{
    private string _root = null!;
    private KernelAdapters _adapters = null!;

    private string ClassFolder => Path.Combine(_root, "class", "bluetooth");

    [SetUp]
    public void SetUp()
    {
        _root = Directory.CreateTempSubdirectory("hoststack-sysfs").FullName;
        Directory.CreateDirectory(ClassFolder);
        var dongle = Path.Combine(_root, "devices", "usb1", "1-1");
        Add(0, Path.Combine(dongle, "1-1:1.0"));
        Add(10, Path.Combine(_root, "devices", "serial0", "serial0-0"));
        Directory.CreateDirectory(Path.Combine(ClassFolder, "hci0:256"));
        foreach (var (name, text) in new[]
                 {
                     ("idVendor", "0a12\n"), ("idProduct", "0001\n"), ("bcdDevice", "8891\n"), ("serial", "00190E0A\n"), ("product", "CSR8510 A10\n"),
                 })
        {
            File.WriteAllText(Path.Combine(dongle, name), text);
        }

        _adapters = new KernelAdapters(ClassFolder);
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_root, recursive: true);

    [Test]
    public void List_AdaptersAndConnections_GivesTheAdaptersByNumber() =>
        Assert.That(_adapters.List(), Is.EqualTo(new ushort[] { 0, 10 }));

    [Test]
    public void List_NoBluetoothInTheKernel_IsEmpty() =>
        Assert.That(new KernelAdapters(Path.Combine(_root, "nothing")).List(), Is.Empty);

    [Test]
    public void Describe_UsbDongle_IsWhatItsDescriptorsTell() =>
        Assert.That(_adapters.Describe(0), Is.EqualTo(new ControllerDevice
        {
            IsStarted = true,
            Usb = new UsbId(0x0A12, 0x0001),
            Release = 0x8891,
            SerialNumber = "00190E0A",
            Product = "CSR8510 A10",
        }));

    [Test]
    public void Describe_DongleWithoutStrings_HasNone()
    {
        File.Delete(Path.Combine(_root, "devices", "usb1", "1-1", "serial"));
        File.Delete(Path.Combine(_root, "devices", "usb1", "1-1", "product"));
        Assert.That(_adapters.Describe(0), Is.EqualTo(new ControllerDevice
        {
            IsStarted = true, Usb = new UsbId(0x0A12, 0x0001), Release = 0x8891,
        }));
    }

    [TestCase((ushort)10, TestName = "Describe_Uart_IsStartedByTheKernel")]
    [TestCase((ushort)3, TestName = "Describe_AdapterThatIsGone_IsNothing")]
    public void Describe_NoUsbDevice(ushort number) =>
        Assert.That(_adapters.Describe(number), Is.EqualTo(new ControllerDevice { IsStarted = true }));

    // Flags: up 1, being set up 2, running 4. CapEff as root has it, as a user has it, as the service's unit gives it.
    [TestCase(0u, "000001ffffffffff", null, Errno.None)]
    [TestCase(4u, "0000000000001000", "0", Errno.None)]
    [TestCase(5u, "000001ffffffffff", null, Errno.EBUSY)]
    [TestCase(2u, "000001ffffffffff", null, Errno.EBUSY)]
    [TestCase(5u, "0000000000000000", null, Errno.EPERM)]
    [TestCase(0u, "000001ffffffefff", null, Errno.EPERM)]
    [TestCase(0u, "000001ffffffffff", "1", Errno.ERFKILL)]
    public void Probe_ByFlagsCapabilitiesAndTheRadiosSwitch_SaysWhatAnOpeningWould(
        uint flags, string capabilities, string? blocked, object expected)
    {
        if (blocked is not null)
        {
            var radio = Directory.CreateDirectory(Path.Combine(ClassFolder, "hci10", "rfkill3")).FullName;
            File.WriteAllText(Path.Combine(radio, "soft"), "0\n");
            File.WriteAllText(Path.Combine(radio, "hard"), blocked + "\n");
        }

        Assert.That(Probing(flags, capabilities).Probe(10), Is.EqualTo(expected));
    }

    [TestCase(Errno.EAFNOSUPPORT, "000001ffffffffff", Errno.EAFNOSUPPORT)]
    [TestCase(Errno.ENODEV, "000001ffffffffff", Errno.ENODEV)]
    [TestCase(Errno.ENODEV, "0000000000000000", Errno.EPERM)]
    public void Probe_WhereTheKernelRefuses_SaysItsError(object error, string capabilities, object expected) =>
        Assert.That(Probing(0, capabilities, (Errno)error).Probe(0), Is.EqualTo(expected));

    [Test]
    public void Probe_WhereTheCapabilitiesAreNotTold_LeavesThemToTheOpening() =>
        Assert.That(new KernelAdapters(ClassFolder, Path.Combine(_root, "nothing"), Flags(0)).Probe(0), Is.EqualTo(Errno.None));

    [Test]
    public void List_OfAdapters_TellsWhyOneCannotBeOpened()
    {
        var adapters = UserChannelControllerSource.List(Probing(1, "000001ffffffffff"));
        Assert.That(adapters.Select(static adapter => (adapter.Uri, adapter.CanOpen)), Is.EqualTo([("hci-user:0", false), ("hci-user:10", false)]));
        Assert.That(adapters[1].Problem, Does.StartWith("The adapter hci10 is up, ").And.Contain("hciconfig hci10 down"));
        Assert.That(UserChannelControllerSource.List(Probing(0, "000001ffffffffff")), Has.All.Property(nameof(KernelAdapter.Problem)).Null);
    }

    [Test]
    public void Probe_OfThisKernel_AnswersForAnAdapterThatIsNotThere() =>
        Assert.That(new KernelAdapters().Probe(0xFFFE), Is.AnyOf(Errno.EAFNOSUPPORT, Errno.EPERM, Errno.ENODEV));

    [Test]
    public void TryOpen_AdapterThatIsNotThere_TheKernelSaysSo()
    {
        var error = new KernelAdapters().TryOpen(0xFFFE, out var descriptor);
        Assert.That(descriptor, Is.Null);
        if (error is Errno.EAFNOSUPPORT or Errno.EPERM)
        {
            Assert.Ignore($"This kernel lets nobody in here ({error}); the guests of Interop.Tests prove the user channel.");
        }

        Assert.That(error, Is.EqualTo(Errno.ENODEV));
    }

    private KernelAdapters Probing(uint flags, string capabilities, Errno error = Errno.None)
    {
        var status = Path.Combine(_root, "status");
        File.WriteAllText(status, $"Name:\ttest\nCapPrm:\t000001ffffffffff\nCapEff:\t{capabilities}\n");
        return new KernelAdapters(ClassFolder, status, Flags(flags, error));
    }

    private static KernelAdapters.FlagsAsker Flags(uint given, Errno error = Errno.None) => (ushort _, out uint flags) =>
    {
        flags = given;
        return error;
    };

    // As the kernel links them: the class's entry to the adapter, the adapter's "device" to what it hangs on.
    private void Add(int number, string device)
    {
        var adapter = Path.Combine(device, "bluetooth", $"hci{number}");
        Directory.CreateDirectory(adapter);
        Directory.CreateSymbolicLink(Path.Combine(adapter, "device"), Path.Combine("..", "..", "..", Path.GetFileName(device)));
        Directory.CreateSymbolicLink(Path.Combine(ClassFolder, $"hci{number}"), adapter);
    }
}
