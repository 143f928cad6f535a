using HostStack.Hci.Startup.Realtek;
using HostStack.Testing.Firmware;

namespace HostStack.Hci.Tests.Startup.Realtek;

[TestFixture]
public sealed class RealtekPatchFileTests
{
    // Written by hand after the public description: two patches of six and eight octets, project 14 (RTL8761B).
    private static readonly byte[] s_golden =
    [
        0x52, 0x65, 0x61, 0x6C, 0x74, 0x65, 0x63, 0x68, // Realtech
        0x22, 0xD9, 0xC6, 0xDF, // version 0xDFC6D922
        0x02, 0x00,
        0x01, 0x00, 0x02, 0x00, // for ROM version 0 and 1
        0x06, 0x00, 0x08, 0x00,
        0x1E, 0x00, 0x00, 0x00, 0x24, 0x00, 0x00, 0x00,
        0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5,
        0xB0, 0xB1, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7,
        0x0E, 0x01, 0x00, // project
        0x51, 0x04, 0xFD, 0x77,
    ];

    private static readonly RealtekChip s_chip = Chip("RTL8761BU");

    [Test]
    public void Extract_FirstFormat_GivesThePatchOfTheRomWithTheFilesVersion()
    {
        Assert.That(RealtekPatchFile.Extract(s_golden, s_chip, romVersion: 1, key: 0, out var patch), Is.Null);
        Assert.That(patch, Is.EqualTo((byte[])[0xB0, 0xB1, 0xB2, 0xB3, 0x22, 0xD9, 0xC6, 0xDF]));
        Assert.That(RealtekPatchFile.Extract(s_golden, s_chip, romVersion: 0, key: 0, out patch), Is.Null);
        Assert.That(patch, Is.EqualTo((byte[])[0xA0, 0xA1, 0x22, 0xD9, 0xC6, 0xDF]));
    }

    [Test]
    public void Extract_GoldenFile_IsWhatTheTestsWriterWrites() =>
        Assert.That(
            RealtekFile.First(14, 0xDFC6D922, (1, s_golden[30..36]), (2, s_golden[36..44]))[..44], Is.EqualTo(s_golden[..44]));

    [Test]
    public void Extract_EveryTruncation_IsRefused([Range(0, 50)] int length)
    {
        Assert.That(RealtekPatchFile.Extract(s_golden.AsSpan(0, length), s_chip, 1, 0, out var patch), Is.Not.Null);
        Assert.That(patch, Is.Empty);
    }

    // A file that is cut and still ends with the mark: every length in it must be checked by itself.
    [Test]
    public void Extract_EveryTruncationWithTheMarkBehindIt_NeverReachesOut([Range(0, 46)] int length)
    {
        byte[] cut = [.. s_golden.AsSpan(0, length), 0x0E, 0x01, 0x00, 0x51, 0x04, 0xFD, 0x77];
        var wrong = RealtekPatchFile.Extract(cut, s_chip, 1, 0, out var patch);
        Assert.That(wrong is null, Is.EqualTo(patch.Length > 0));
        Assert.That(wrong is null, Is.EqualTo(length >= 41), "the patch's octets may come from the records, never from behind the file");
    }

    [Test]
    public void Check_WithoutTheRomsVersion_RefusesEveryTruncation_AndALyingTable()
    {
        Assert.That(RealtekPatchFile.Check(s_golden, s_chip), Is.Null);
        Assert.That(RealtekPatchFile.Check(Second(), s_chip), Is.Null);
        for (var length = 0; length < s_golden.Length; length++)
        {
            Assert.That(RealtekPatchFile.Check(s_golden.AsSpan(0, length), s_chip), Is.Not.Null, $"{length} octets");
        }

        var file = s_golden.ToArray();
        (file[12], file[13]) = (0xFF, 0xFF);
        Assert.That(RealtekPatchFile.Check(file, s_chip), Is.EqualTo("its table of 65535 patches is cut off"));
    }

    [TestCase(2, "it has no patch for ROM version 2")]
    [TestCase(255, "it has no patch for ROM version 255")]
    public void Extract_RomWithoutPatch_IsSaid(int romVersion, string expected) =>
        Assert.That(RealtekPatchFile.Extract(s_golden, s_chip, (byte)romVersion, 0, out _), Is.EqualTo(expected));

    [TestCase("RTL8822CU", "it is for another chip (project 14)")]
    [TestCase("RTL8761A", null)] // Of one family: the ROM chooses.
    public void Extract_OtherChip_IsSaid(string chip, string? expected) =>
        Assert.That(RealtekPatchFile.Extract(s_golden, Chip(chip), 1, 0, out _), Is.EqualTo(expected));

    [TestCase(20, 0x02, 0x00, "its patch 1 reaches out of the file")] // Length 2: no room for the version.
    [TestCase(20, 0xFF, 0xFF, "its patch 1 reaches out of the file")]
    [TestCase(26, 0xFF, 0xFF, "its patch 1 reaches out of the file")]
    [TestCase(26, 0x00, 0x00, "its patch 1 reaches out of the file")] // Into the header.
    [TestCase(28, 0xFF, 0xFF, "its patch 1 reaches out of the file")]
    [TestCase(12, 0xFF, 0xFF, "its table of 65535 patches is cut off")]
    [TestCase(45, 0x00, 0x00, "it does not say for which chip it is")] // A record of length 0.
    public void Extract_LengthsThatLie_AreSaid(int at, int low, int high, string expected)
    {
        var file = s_golden.ToArray();
        (file[at], file[at + 1]) = ((byte)low, (byte)high);
        Assert.That(RealtekPatchFile.Extract(file, s_chip, 1, 0, out var patch), Is.EqualTo(expected));
        Assert.That(patch, Is.Empty);
    }

    [Test]
    public void Extract_NoSignature_IsSaid() =>
        Assert.That(
            RealtekPatchFile.Extract(new byte[100], s_chip, 1, 0, out _), Is.EqualTo("it begins with neither 'Realtech' nor 'RTBTCore'"));

    [Test]
    public void Extract_RandomChanges_NeverThrow()
    {
        const int seed = 8761;
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var file = (round % 2 == 0 ? s_golden : Second()).ToArray();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                file[random.Next(8, file.Length)] = (byte)random.Next(256);
            }

            Assert.That(() => RealtekPatchFile.Extract(file, s_chip, 1, 3, out _), Throws.Nothing, $"seed {seed}, round {round}");
        }
    }

    [Test]
    public void Extract_SecondFormat_JoinsPartsByPriority()
    {
        Assert.That(RealtekPatchFile.Extract(Second(), s_chip, romVersion: 1, key: 0, out var patch), Is.Null);
        Assert.That(patch, Is.EqualTo((byte[])[0x40, 0x30, 0x10, 0x20]), "no key: no signed header; the later of equal priorities first");
        Assert.That(RealtekPatchFile.Extract(Second(), s_chip, romVersion: 1, key: 3, out patch), Is.Null);
        Assert.That(patch, Is.EqualTo((byte[])[0x60, 0x40, 0x30, 0x10, 0x20]));
    }

    [Test]
    public void Extract_SecondFormat_EveryTruncation_IsRefused()
    {
        var whole = Second();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.That(RealtekPatchFile.Extract(whole.AsSpan(0, length), s_chip, 1, 3, out _), Is.Not.Null, $"{length} octets");
        }
    }

    [Test]
    public void Extract_SecondFormat_EveryTruncationWithTheTailBehindIt_NeverThrows()
    {
        var whole = Second();
        for (var length = 20; length < whole.Length - 11; length++)
        {
            byte[] cut = [.. whole.AsSpan(0, length), .. whole.AsSpan(whole.Length - 7)];
            Assert.That(RealtekPatchFile.Extract(cut, s_chip, 1, 3, out _), Is.Not.Null, $"{length} octets");
        }
    }

    [Test]
    public void Extract_FirstChipOfTheFamily_TakesTheFileAsItIs()
    {
        byte[] file = [1, 2, 3, 4, 5, 6, 7, 8];
        Assert.That(RealtekPatchFile.Extract(file, Chip("RTL8723A"), 0, 0, out var patch), Is.Null);
        Assert.That(patch, Is.EqualTo(file));
        Assert.That(RealtekPatchFile.Extract(s_golden, Chip("RTL8723A"), 0, 0, out _), Is.Not.Null, "a container is for another chip");
        Assert.That(RealtekPatchFile.Extract(file.AsSpan(0, 7), Chip("RTL8723A"), 0, 0, out _), Is.Not.Null);
    }

    private static byte[] Second() => RealtekFile.Second(
        14,
        (1, [(2, 5, 0, [0x10]), (1, 0, 0, [0x99]), (2, 9, 0, [0x20])]),
        (2, [(2, 5, 0, [0x30]), (2, 1, 0, [0x40])]),
        (3, [(2, 0, 7, [0x50]), (2, 0, 3, [0x60])]),
        (9, [(2, 0, 0, [0x70])]));

    private static RealtekChip Chip(string name) => RealtekChips.All.First(chip => chip.Name == name);
}
