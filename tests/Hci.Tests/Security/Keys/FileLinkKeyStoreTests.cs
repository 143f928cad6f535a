using System.Security.Cryptography;
using System.Text;
using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Security.Keys;

/// <summary>The store on a real disk, and the form of its file.</summary>
[TestFixture]
public sealed class FileLinkKeyStoreTests
{
    private const string Line =
        """{"local":"00:1B:DC:07:32:03","controller":"CSR 4.0","peer":"5C:F3:70:66:12:34","peerType":0,"key":"c234c1198f3b520186ab92a2f874934e","type":5,"size":16,"madeWithSecureConnections":false,"peerSupportsSecureConnections":true,"bonded":true,"name":"desk"}""";

    private string _folder = "";

    private string File => Path.Combine(_folder, "state", "link-keys");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("hoststack-keys-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Save_NewStore_IsReadBack()
    {
        var row = KeyStoreCrashTests.Row(7);
        new FileLinkKeyStore(File).Save(row);
        var store = new FileLinkKeyStore(File);
        Assert.That(store.Find(row.Id), Is.EqualTo(row));
        Assert.That(store.List(), Is.EqualTo(new[] { row }));
        Assert.That(store.Remove(row.Id), Is.True);
        Assert.That(store.Remove(row.Id), Is.False);
        Assert.That(new FileLinkKeyStore(File).List(), Is.Empty);
        Assert.That(
            System.IO.File.ReadAllText(File + ".bak"), Does.Not.Contain("0707"), "A removed key is in no file.");
    }

    [Test]
    public void Save_OnUnix_FilesAreTheOwnersOnly()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no modes.");
        }
        else
        {
            new FileLinkKeyStore(File).Save(KeyStoreCrashTests.Row(1));
            foreach (var file in Directory.GetFiles(Path.GetDirectoryName(File)!))
            {
                Assert.That(
                    System.IO.File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), file);
            }

            Assert.That(
                System.IO.File.GetUnixFileMode(Path.GetDirectoryName(File)!),
                Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }
    }

    [Test]
    public void Open_FileThatOthersCouldRead_IsRestrictedAndSaid()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no modes.");
        }
        else
        {
            new FileLinkKeyStore(File).Save(KeyStoreCrashTests.Row(1));
            System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
            var log = new KeptLog();
            _ = new FileLinkKeyStore(File, log);
            Assert.That(System.IO.File.GetUnixFileMode(File), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.That(log.Lines.Single(), Does.Contain("0600"));
        }
    }

    [Test]
    public void Save_TwoStoresOnOneFile_KeepEachOthersRows()
    {
        var first = new FileLinkKeyStore(File);
        var second = new FileLinkKeyStore(File);
        first.Save(KeyStoreCrashTests.Row(1));
        second.Save(KeyStoreCrashTests.Row(2));
        first.Save(KeyStoreCrashTests.Row(3));
        Assert.That(first.List(), Has.Count.EqualTo(3));
        Assert.That(second.List(), Has.Count.EqualTo(3));
        Assert.That(first.Remove(KeyStoreCrashTests.Row(1).Id), Is.True);
        Assert.That(second.Find(KeyStoreCrashTests.Row(1).Id), Is.Null, "A removed bond is no bond to the other process either.");
    }

    [Test]
    public void Save_ManyThreads_LoseNothing()
    {
        Parallel.For(1, 9, i =>
        {
            // Eight writers at once may each wait longer than a change on the loop may: such a change says so.
            for (var saved = false; !saved;)
            {
                try
                {
                    new FileLinkKeyStore(File).Save(KeyStoreCrashTests.Row(i));
                    saved = true;
                }
                catch (KeyStoreException busy) when (busy.Message.Contains("try again", StringComparison.Ordinal))
                {
                }
            }
        });
        Assert.That(new FileLinkKeyStore(File).List(), Has.Count.EqualTo(8));
    }

    [Test]
    public void Open_GoldenFile_IsRead()
    {
        Write(Line + "\n");
        var row = new FileLinkKeyStore(File).List().Single();
        Assert.That(row.Id, Is.EqualTo(new LinkKeyId(
            new(BdAddr.Parse("00:1B:DC:07:32:03"), "CSR 4.0"), new PeerAddress(BdAddr.Parse("5C:F3:70:66:12:34")))));
        Assert.That(row.Key, Is.EqualTo(new LinkKey(Convert.FromHexString("C234C1198F3B520186AB92A2F874934E"))));
        Assert.That((row.Type, row.Size, row.IsBonded, row.Name), Is.EqualTo((LinkKeyType.AuthenticatedP192, 16, true, "desk")));
        Assert.That(row.PeerSupportsSecureConnections, Is.True);
        Assert.That(row.MadeWithSecureConnections, Is.False);
    }

    [Test]
    public void Save_RowWithFieldsOfALaterVersion_KeepsThem()
    {
        Write(Line[..^1] + """,\u0022le\u0022:{\u0022ltk\u0022:\u002200ff\u0022}}""".Replace("\\u0022", "\"", StringComparison.Ordinal) + "\n");
        var store = new FileLinkKeyStore(File);
        store.Save(store.List().Single() with { Name = "other" });
        Assert.That(System.IO.File.ReadAllText(File), Does.Contain("\"le\":{\"ltk\":\"00ff\"}").And.Contain("\"name\":\"other\""));
    }

    [Test]
    public void Open_FileOfALaterVersion_IsRefusedAndKept()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        const string later = """{"format":"hoststack-link-keys","version":2,"rows":0,"sha256":""}""" + "\n";
        System.IO.File.WriteAllText(File, later);
        Assert.That(() => new FileLinkKeyStore(File), Throws.TypeOf<KeyStoreException>().With.Message.Contains("later version"));
        Assert.That(System.IO.File.ReadAllText(File), Is.EqualTo(later));
    }

    [TestCase("key\":\"c2", "key\":\"g2")]
    [TestCase("\"type\":5", "\"type\":77")]
    [TestCase("5C:F3:70:66:12:34", "5C:F3:70:66:12")]
    [TestCase("\"controller\":\"CSR 4.0\",", "")]
    [TestCase("{\"local\"", "{\"local")]
    public void Open_RowThatIsNone_IsDamage(string good, string bad)
    {
        Write(Line.Replace(good, bad, StringComparison.Ordinal) + "\n");
        Assert.That(() => new FileLinkKeyStore(File), Throws.TypeOf<KeyStoreException>().With.Message.Contains("damaged"));
    }

    [Test]
    public void Print_Row_NeverTellsTheKey()
    {
        var text = KeyStoreCrashTests.Row(0xAB).ToString();
        Assert.That(text, Does.Not.Contain("ABAB").IgnoreCase.And.Contain("(link key)"));
    }

    [Test]
    public void Adopt_RowsOfAnotherController_BecomeOurs()
    {
        var store = new InMemoryLinkKeyStore();
        var row = KeyStoreCrashTests.Row(1);
        store.Save(row);
        var now = row.Id.Controller with { Fingerprint = "new firmware" };
        Assert.That(store.ListForeign(now), Is.EqualTo(new[] { row }));
        Assert.That(store.Adopt(now), Is.EqualTo(1));
        Assert.That(store.List().Single().Id.Controller, Is.EqualTo(now));
        Assert.That(store.ListForeign(now), Is.Empty);
    }

    private void Write(string body)
    {
        var sum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(
            File, $$"""{"format":"hoststack-link-keys","version":1,"rows":1,"sha256":"{{sum}}"}""" + "\n" + body);
    }
}
