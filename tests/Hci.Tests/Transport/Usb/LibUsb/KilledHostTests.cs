using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>A host that was killed leaves a dongle without its driver; the next one gives it back, and takes no dongle for one
/// of these that is not.</summary>
[TestFixture]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class KilledHostTests : IDisposable
{
    private static readonly UsbDeviceInfo s_dongle = Dongles.Controller();

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("hs-usb");
    private readonly List<IUsbDevice> _killed = [];

    // The process that was killed did nothing more; here its memory is given back after the test.
    public void Dispose()
    {
        _killed.ForEach(static device => device.Dispose());
        _parent.Delete(recursive: true);
    }

    private string Folder => Path.Combine(_parent.FullName, "run", "hoststack-usb");

    private string[] Notes => Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [];

    [SetUp]
    public void NeedsLinux()
    {
        if (DetachedDrivers.CurrentBoot is null)
        {
            Assert.Ignore("boot_id is Linux's: run this test there.");
        }
    }

    [Test]
    public void Next_OfTheSamePlugging_GivesTheDongleBack()
    {
        Kill(s_dongle);
        Assert.That(Run(s_dongle), Is.EqualTo(["open 1.4", "claim 0", "claim 1", "release 0", "release 1", "attach 0", "close", "exit"]));
        Assert.That(Notes, Is.Empty);
        Assert.That(Run(s_dongle), Has.None.StartsWith("attach"), "whoever took the driver away since meant it");
    }

    [Test]
    public void Next_ThatIsKilledToo_LeavesItToTheOneAfterIt()
    {
        Kill(s_dongle);
        Kill(s_dongle, driver: false);
        Assert.That(Run(s_dongle), Has.Exactly(1).EqualTo("attach 0"));
    }

    [Test]
    public void Next_WhoseDongleHasItsDriverAgain_DetachesAndAttachesItAsEver()
    {
        Kill(s_dongle);
        Assert.That(Run(s_dongle, driver: true), Is.EqualTo(
            ["open 1.4", "detach 0", "claim 0", "claim 1", "release 0", "release 1", "attach 0", "close", "exit"]));
        Assert.That(Notes, Is.Empty);
    }

    [Test]
    public void Dongle_ThatHadNoDriver_GetsNone()
    {
        Assert.That(Run(s_dongle), Has.None.StartsWith("attach"));
        Kill(s_dongle, driver: false);
        Assert.That(Notes, Is.Empty);
        Assert.That(Run(s_dongle), Has.None.StartsWith("attach"));
    }

    [TestCaseSource(nameof(Others))]
    public void Next_OfAnotherDongle_OrOneThatWasPluggedInAgain_GivesItNoDriver(UsbDeviceInfo other)
    {
        Kill(s_dongle);
        Assert.That(Run(other), Has.None.StartsWith("attach"));
    }

    [Test]
    public void Next_AfterAnotherBoot_GivesItNoDriver()
    {
        Kill(s_dongle);
        var note = Notes.Single();
        File.WriteAllText(note, File.ReadAllText(note).Replace(DetachedDrivers.CurrentBoot!, "5c2f5d3c-0000-4000-8000-000000000000"));
        Assert.That(Run(s_dongle), Has.None.StartsWith("attach"));
    }

    [TestCase("")]
    [TestCase("\n")]
    [TestCase("BOOT 0a12:0001 4 0")]
    [TestCase("BOOT 0a12:0001 4 \n")]
    [TestCase("BOOT 0a12:0001 4 0,\n")]
    [TestCase("BOOT 0a12:0001 4 00\n")]
    [TestCase("BOOT 0a12:0001 4 256\n")]
    [TestCase("BOOT 0a12:0001 4 -0\n")]
    [TestCase("BOOT 0a12:0001 4 0\n\n")]
    [TestCase("BOOT 0a12:0001 4 0\nBOOT 0a12:0001 4 0\n")]
    public void Note_ThatIsNotWhole_IsNone(string text)
    {
        Kill(s_dongle);
        File.WriteAllText(Notes.Single(), text.Replace("BOOT", DetachedDrivers.CurrentBoot, StringComparison.Ordinal));
        Assert.That(Run(s_dongle), Has.None.StartsWith("attach"));
    }

    [Test]
    public void Kill_BetweenTheNoteAndTheDetaching_AndAfterTheAttaching_HarmsNothing()
    {
        var seen = new List<int>();
        var device = new FakeLibUsbDevice(s_dongle) { DriverActive = [0, 1] };
        device.OnDetach = () => seen.Add(Notes.Length);
        device.OnAttach = () => seen.Add(Notes.Length);
        Use(new FakeLibUsb(), device);
        Assert.That(seen, Is.EqualTo([1, 1]), "noted before it is detached and until it is attached");
        Assert.That(Notes, Is.Empty);
    }

    [Test]
    public void Note_IsItsUsersAlone()
    {
        Kill(s_dongle);
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(Folder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
            Assert.That(File.GetUnixFileMode(Notes.Single()), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public void Other_ThatLives_KeepsItsNote()
    {
        Kill(s_dongle);
        var (library, refused) = (new FakeLibUsb(), new FakeLibUsbDevice(s_dongle) { ClaimError = LibUsbError.Busy });
        library.Plug(refused);
        using (var device = Bus(library).Open(s_dongle))
        {
            Assert.That(() => device.Claim(0), Throws.TypeOf<ControllerUnavailableException>());
        }

        Assert.That(library.Calls, Is.EqualTo(["open 1.4", "claim 0", "close", "exit"]));
        Assert.That(Run(s_dongle), Has.Exactly(1).EqualTo("attach 0"));
    }

    [Test]
    public void Driver_ThatMayNotBeDetached_IsNotNoted()
    {
        var library = new FakeLibUsb();
        Use(library, new FakeLibUsbDevice(s_dongle) { DriverActive = [0], DetachError = LibUsbError.Access });
        Assert.That(library.Calls, Has.None.StartsWith("attach"));
        Assert.That(Notes, Is.Empty);
    }

    // An older libusb says of a program's own hold that a driver has the interface, and refuses to detach it.
    [Test]
    public void Driver_ThatIsAnotherHost_KeepsTheNoteOfThatOne()
    {
        Kill(s_dongle);
        Use(new FakeLibUsb(), new FakeLibUsbDevice(s_dongle) { DriverActive = [0], DetachError = LibUsbError.NotFound });
        Assert.That(Notes, Has.Length.EqualTo(1));
    }

    [TestCase(LibUsbError.NotFound, 1)]
    [TestCase(LibUsbError.Busy, 0)]
    [TestCase(LibUsbError.NoDevice, 0)]
    public void Attaching_ThatFails_IsTriedAgainByTheNext_WhereThereWasNoDriver(LibUsbError error, int notes)
    {
        Use(new FakeLibUsb(), new FakeLibUsbDevice(s_dongle) { DriverActive = [0], AttachError = error });
        Assert.That(Notes, Has.Length.EqualTo(notes));
        Assert.That(Run(s_dongle), Has.Exactly(notes).EqualTo("attach 0"));
    }

    [TestCase(true, "That the kernel's driver is detached or attached cannot be noted in ")]
    [TestCase(false, "0a12:0001 at 1.4: that the driver of interface 0 is detached is noted nowhere; ")]
    public void Folder_ThatCannotBeMade_OrNone_ChangesNothingElse_AndIsLoggedForWhoeverLooks(bool isThere, string sentence)
    {
        var file = Path.Combine(_parent.FullName, "file");
        File.WriteAllText(file, "");
        var (library, log) = (new FakeLibUsb(), new LogEntries());
        Use(library, new FakeLibUsbDevice(s_dongle) { DriverActive = [0, 1] }, isThere ? Path.Combine(file, "below") : null, log);
        Assert.That(log.All, Has.Exactly(1).StartsWith($"Debug {sentence}").And.All.StartsWith("Debug "));
        Assert.That(library.Calls, Is.EqualTo(
            ["open 1.4", "detach 0", "claim 0", "claim 1", "release 0", "release 1", "attach 0", "close", "exit"]));
    }

    [Test]
    public void OtherSystems_NoteNothing()
    {
        var library = new FakeLibUsb();
        var device = new FakeLibUsbDevice(s_dongle) { DriverActive = [0] };
        library.Plug(device);
        var opened = new LibUsbBus(() => library, UsbPlatform.MacOs, null) { RuntimeFolder = Folder }.Open(s_dongle);
        opened.Claim(0);
        Assert.That(Notes, Is.Empty);
        opened.Dispose();
    }

    [Test]
    public void Probe_TellsWhatAKilledHostLeft_AndNothingElse()
    {
        using var sysfs = new SysfsTree();
        Assert.That(Probe(s_dongle, sysfs).WasLeftWithoutDriver, Is.False, "nobody had it");
        Kill(s_dongle);
        Assert.That(Probe(s_dongle, sysfs).WasLeftWithoutDriver, Is.True);
        Assert.That(Probe(Dongles.Controller(address: 5), sysfs).WasLeftWithoutDriver, Is.False, "plugged in again");
        sysfs.Bind("1-4:1.0", "btusb");
        Assert.That(Probe(s_dongle, sysfs).WasLeftWithoutDriver, Is.False, "bound by hand");
    }

    private static IEnumerable<TestCaseData> Others()
    {
        yield return new TestCaseData(Dongles.Controller(address: 5)).SetArgDisplayNames("another address");
        yield return new TestCaseData(Dongles.Controller("0a12:0002")).SetArgDisplayNames("other ids");
        yield return new TestCaseData(Dongles.Controller(ports: "5", address: 4)).SetArgDisplayNames("another port");
        yield return new TestCaseData(Dongles.Controller(bus: 2)).SetArgDisplayNames("another bus");
    }

    // A host takes the device, and nothing more is heard of it.
    private void Kill(UsbDeviceInfo info, bool driver = true)
    {
        var library = new FakeLibUsb();
        library.Plug(new FakeLibUsbDevice(info) { DriverActive = driver ? [0, 1] : [] });
        var device = Bus(library).Open(info);
        device.Claim(0);
        device.Claim(1);
        _killed.Add(device);
    }

    // A host that ends in good order; what it asked of the kernel.
    private IReadOnlyList<string> Run(UsbDeviceInfo info, bool driver = false)
    {
        var library = new FakeLibUsb();
        Use(library, new FakeLibUsbDevice(info) { DriverActive = driver ? [0, 1] : [] });
        return library.Calls;
    }

    private void Use(FakeLibUsb library, FakeLibUsbDevice device) => Use(library, device, Folder);

    private static void Use(FakeLibUsb library, FakeLibUsbDevice device, string? folder, ILogger? log = null)
    {
        library.Plug(device);
        using var opened = new LibUsbBus(() => library, UsbPlatform.Linux, null, log) { RuntimeFolder = folder }.Open(device.Info);
        opened.Claim(0);
        opened.Claim(1);
    }

    private UsbAccess Probe(UsbDeviceInfo info, SysfsTree sysfs)
    {
        var library = new FakeLibUsb();
        library.Plug(new FakeLibUsbDevice(info));
        return new LibUsbBus(() => library, UsbPlatform.Linux, sysfs.Devices) { RuntimeFolder = Folder }.Probe(info);
    }

    private LibUsbBus Bus(FakeLibUsb library) => new(() => library, UsbPlatform.Linux, null) { RuntimeFolder = Folder };
}
