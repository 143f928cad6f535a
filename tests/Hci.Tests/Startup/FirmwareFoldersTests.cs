using System.Runtime.InteropServices;
using HostStack.Hci.Startup;

namespace HostStack.Hci.Tests.Startup;

[TestFixture]
public sealed partial class FirmwareFoldersTests
{
    private const string Name = "rtl_bt/rtl8761bu_fw.bin";

    private string _root = null!;
    private string _system = null!;
    private string _own = null!;

    [SetUp]
    public void SetUp()
    {
        _root = Directory.CreateTempSubdirectory("hoststack-firmware").FullName;
        _system = Directory.CreateDirectory(Path.Combine(_root, "system")).FullName;
        _own = Directory.CreateDirectory(Path.Combine(_root, "own")).FullName;
    }

    [TearDown]
    public void TearDown() => Directory.Delete(_root, recursive: true);

    [Test]
    public void Find_InTheSystemsFolder_ReadsIt()
    {
        var path = Put(_system, Name, 1, 2, 3);
        var file = new FirmwareFolders(null, [_system]).Find(Name);
        Assert.That((file.IsFound, file.Path, file.Problem), Is.EqualTo((true, path, (string?)null)));
        Assert.That(file.Octets.ToArray(), Is.EqualTo((byte[])[1, 2, 3]));
    }

    [TestCase("rtl_bt/rtl8761bu_fw.bin")]
    [TestCase("rtl8761bu_fw.bin")]
    public void Find_InTheOperatorsFolder_GoesFirst(string where)
    {
        Put(_system, Name, 1);
        Put(_own, where, 2);
        Assert.That(new FirmwareFolders(_own, [_system]).Find(Name).Octets.ToArray(), Is.EqualTo((byte[])[2]));
    }

    [Test]
    public void Find_Nowhere_IsNothingAndNoProblem()
    {
        var folders = new FirmwareFolders(_own, [_system]);
        Assert.That(folders.Find(Name), Is.EqualTo(default(FirmwareFile)));
        Assert.That(folders.Places, Is.EqualTo($"{_own}, {_system}"));
    }

    [TestCase(".xz", "xz -dc")]
    [TestCase(".zst", "zstd -dc")]
    public void Find_Compressed_SaysHowToUnpack(string suffix, string command)
    {
        var path = Put(_system, Name + suffix, 1);
        var file = new FirmwareFolders(null, [_system]).Find(Name);
        Assert.That(file.IsFound, Is.False);
        Assert.That(file.Problem, Is.EqualTo(
            $"{path} is compressed, which this program does not read; unpack it with '{command} {path} > DIR/rtl8761bu_fw.bin' and name that folder with --firmware DIR."));
    }

    [Test]
    public void Find_CompressedBesideAnother_TakesTheOther()
    {
        Put(_system, Name + ".xz", 1);
        Put(_own, Name, 2);
        Assert.That(new FirmwareFolders(_own, [_system]).Find(Name).IsFound, Is.True);
    }

    [Test]
    public void Find_FileThatIsTooLong_IsSaid()
    {
        var path = Put(_system, Name);
        using (var file = File.OpenWrite(path))
        {
            file.SetLength(FirmwareFolders.MaximumFile + 1);
        }

        Assert.That(new FirmwareFolders(null, [_system]).Find(Name).Problem, Does.StartWith(path).And.Contain("more than any controller takes"));
    }

    [Test]
    [Platform("Linux")]
    [CancelAfter(60_000)]
    public async Task Find_APipe_IsRefusedUnopened(CancellationToken stop)
    {
        // Whoever opens a pipe to read waits for a writer, who never comes.
        var path = Path.Combine(_system, Name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        Assert.That(MakePipe(path, 0b110_000_000), Is.Zero);
        var file = await new FirmwareFolders(null, [_system]).FindAsync(Name).WaitAsync(stop);
        Assert.That(file, Is.EqualTo(new FirmwareFile(default, null, $"{path} is no regular file; put the firmware itself there.")));
    }

    [Test]
    [Platform("Linux")]
    public void Find_ADevice_IsRefused_AndAFileBehindALinkIsNot()
    {
        Directory.CreateDirectory(Path.Combine(_system, "rtl_bt"));
        File.CreateSymbolicLink(Path.Combine(_system, Name), "/dev/zero");
        Assert.That(new FirmwareFolders(null, [_system]).Find(Name).Problem, Does.Contain("is no regular file"));

        var real = Put(_root, "real.bin", 7);
        Directory.CreateDirectory(Path.Combine(_own, "rtl_bt"));
        File.CreateSymbolicLink(Path.Combine(_own, Name), real);
        Assert.That(new FirmwareFolders(_own, [_system]).Find(Name).Octets.ToArray(), Is.EqualTo((byte[])[7]));
    }

    [Test]
    public async Task FindAsync_ReadsAsFindDoes()
    {
        Put(_system, Name, 1, 2, 3);
        Assert.That((await new FirmwareFolders(null, [_system]).FindAsync(Name)).Octets.ToArray(), Is.EqualTo((byte[])[1, 2, 3]));
    }

    [Test]
    public void Places_SystemWithoutFolders_IsSaid() =>
        Assert.That(new FirmwareFolders(null, []).Places, Is.EqualTo("no folder: this system has none of its own"));

    private static string Put(string folder, string name, params byte[] octets)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, octets);
        return path;
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
