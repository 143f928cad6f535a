using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Transport.Usb.LibUsb;

namespace HostStack.Hci.Tests.Transport.Usb.LibUsb;

/// <summary>Where others could have written, no note is believed and none is written; all else goes on.</summary>
[TestFixture]
[Platform("Linux", Reason = "Drivers are taken from devices on Linux: run this there.")]
[SupportedOSPlatform("linux")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed partial class HostileNotesTests : IDisposable
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const uint Nobody = 65534;

    private static readonly UsbDeviceInfo s_dongle = Dongles.Controller();

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("hs-usb");

    private string Folder => Path.Combine(_parent.FullName, "hoststack-usb");

    private string Note => Path.Combine(Folder, "1.4.detached");

    [SetUp]
    public void MakeNote()
    {
        Directory.CreateDirectory(Folder);
        File.SetUnixFileMode(Folder, Own);
        WriteNote("0");
    }

    public void Dispose() => _parent.Delete(recursive: true);

    [Test]
    public void Folder_OfThisUser_IsBelieved() => AssertIsBelieved(Folder);

    [TestCase(UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute, true)]
    [TestCase(UnixFileMode.GroupWrite, false)]
    [TestCase(UnixFileMode.OtherWrite, false)]
    [TestCase(UnixFileMode.OtherWrite | UnixFileMode.StickyBit, false)]
    public void Folder_WhereOthersMayWrite_IsNotUsed(UnixFileMode others, bool isUsed)
    {
        File.SetUnixFileMode(Folder, Own | others);
        if (isUsed)
        {
            AssertIsBelieved(Folder);
        }
        else
        {
            AssertIsNotUsed(Folder);
        }
    }

    [Test]
    public void Folder_OfAnotherUser_IsNotUsed()
    {
        GiveAway(Folder);
        AssertIsNotUsed(Folder);
    }

    [TestCase("")]
    [TestCase("/")]
    public void Folder_ThatIsALink_IsNotUsed(string end)
    {
        var link = Path.Combine(_parent.FullName, "link");
        File.CreateSymbolicLink(link, Folder);
        AssertIsNotUsed(link + end);
    }

    [Test]
    public void Folder_ThatIsAFile_OrAPipe_IsNotUsed()
    {
        var name = Path.Combine(_parent.FullName, "other");
        File.WriteAllText(name, "");
        AssertIsNotUsed(name);
        File.Delete(name);
        Assert.That(MakePipe(name, 0x180), Is.Zero);
        AssertIsNotUsed(name);
    }

    [Test]
    public void Refusal_IsToldOnce_ForEachOpening()
    {
        File.SetUnixFileMode(Folder, Own | UnixFileMode.OtherWrite);
        var (_, log) = Run(Folder, driver: true);
        Assert.That(log, Has.Exactly(1).StartsWith($"Warning {Folder} is not used for notes of detached drivers, "));
    }

    [Test]
    public void Note_ThatIsAPipe_IsNotWaitedFor_AndGivesWayToANote()
    {
        File.Delete(Note);
        Assert.That(MakePipe(Note, 0x180), Is.Zero);
        AssertNoteIsNone();
    }

    [Test]
    public void Note_ThatIsALink_IsNotFollowed_AndGivesWayToANote()
    {
        var other = Path.Combine(_parent.FullName, "other");
        File.Move(Note, other);
        var text = File.ReadAllText(other);
        File.CreateSymbolicLink(Note, other);
        File.CreateSymbolicLink(Note + ".new", other);
        AssertNoteIsNone();
        Assert.That(File.ReadAllText(other), Is.EqualTo(text));
    }

    [Test]
    public void Note_ThatIsAFolder_IsNone()
    {
        File.Delete(Note);
        Directory.CreateDirectory(Note);
        AssertIsNotBelieved(Folder);
        Assert.That(Run(Folder, driver: true).Calls, Has.Exactly(1).EqualTo("attach 0"));
    }

    [Test]
    public void Note_ThatOthersMayWrite_IsNone()
    {
        File.SetUnixFileMode(Note, Own | UnixFileMode.OtherWrite);
        AssertNoteIsNone();
    }

    [Test]
    public void Note_OfAnotherUser_IsNone()
    {
        GiveAway(Note);
        AssertNoteIsNone();
    }

    [Test]
    public void Note_IsReadToALimit([Values(512, 513, 514, 1 << 20)] int length)
    {
        // Each is a note by its words.
        var interfaces = "0";
        var rest = length - WriteNote(interfaces);
        interfaces += string.Concat(Enumerable.Repeat(",10", rest % 2)) + string.Concat(Enumerable.Repeat(",0", (rest - (3 * (rest % 2))) / 2));
        Assert.That(WriteNote(interfaces), Is.EqualTo(length));
        if (length <= 512)
        {
            Assert.That(IsToldOf(Folder), Is.True);
            Assert.That(Run(Folder).Calls, Has.Exactly(1).EqualTo("attach 0"));
        }
        else
        {
            AssertNoteIsNone();
        }
    }

    private int WriteNote(string interfaces)
    {
        var text = $"{DetachedDrivers.CurrentBoot} {s_dongle.Id} {s_dongle.Address} {interfaces}\n";
        File.WriteAllText(Note, text);
        File.SetUnixFileMode(Note, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return text.Length;
    }

    private void AssertIsBelieved(string folder)
    {
        Assert.That(IsToldOf(folder), Is.True);
        Assert.That(Run(folder).Calls, Has.Exactly(1).EqualTo("attach 0"));
        Assert.That(Directory.GetFileSystemEntries(folder), Is.Empty);
    }

    private static void AssertIsNotBelieved(string folder)
    {
        Assert.That(IsToldOf(folder), Is.False);
        Assert.That(Run(folder).Calls, Is.EqualTo(["open 1.4", "claim 0", "claim 1", "release 0", "release 1", "close", "exit"]));
    }

    // Nothing is read there and nothing written.
    private void AssertIsNotUsed(string folder)
    {
        var (note, time) = (File.ReadAllText(Note), Directory.GetLastWriteTimeUtc(Folder));
        AssertIsNotBelieved(folder);
        var (calls, log) = Run(folder, driver: true);
        Assert.That(calls, Is.EqualTo(
            ["open 1.4", "detach 0", "claim 0", "claim 1", "release 0", "release 1", "attach 0", "close", "exit"]));
        Assert.That(log, Has.Some.Contains("is not used for notes").Or.Some.Contains("cannot be noted"));
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.EqualTo([Note]));
        Assert.That(File.ReadAllText(Note), Is.EqualTo(note));
        Assert.That(Directory.GetLastWriteTimeUtc(Folder), Is.EqualTo(time), "not even for a moment");
    }

    // What has the name of a note is none; a host that detaches a driver puts its note there.
    private void AssertNoteIsNone()
    {
        AssertIsNotBelieved(Folder);
        Assert.That(Run(Folder, driver: true).Calls, Has.Exactly(1).EqualTo("attach 0"));
        Assert.That(Directory.GetFileSystemEntries(Folder), Is.Empty, "noted and removed again");
    }

    private static void GiveAway(string path)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Ignore("Only root gives files to others: run this test as root.");
        }

        Assert.That(ChangeOwner(path, Nobody, Nobody), Is.Zero);
    }

    private static bool IsToldOf(string folder)
    {
        using var sysfs = new SysfsTree();
        var library = new FakeLibUsb();
        library.Plug(new FakeLibUsbDevice(s_dongle));
        return new LibUsbBus(() => library, UsbPlatform.Linux, sysfs.Devices) { RuntimeFolder = folder }.Probe(s_dongle).WasLeftWithoutDriver;
    }

    // A host that ends in good order; what it asked of the kernel.
    private static (IReadOnlyList<string> Calls, IReadOnlyList<string> Log) Run(string folder, bool driver = false)
    {
        var (library, log) = (new FakeLibUsb(), new LogEntries());
        library.Plug(new FakeLibUsbDevice(s_dongle) { DriverActive = driver ? [0, 1] : [] });
        using (var opened = new LibUsbBus(() => library, UsbPlatform.Linux, null, log) { RuntimeFolder = folder }.Open(s_dongle))
        {
            opened.Claim(0);
            opened.Claim(1);
        }

        return (library.Calls, [.. log.All]);
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint owner, uint group);
}
