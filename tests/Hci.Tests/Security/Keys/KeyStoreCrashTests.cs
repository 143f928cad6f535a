using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Security.Keys;

/// <summary>The store dies at every step of a change: afterwards it holds the rows before it or after it.</summary>
[TestFixture]
public sealed class KeyStoreCrashTests
{
    private static readonly string File = System.IO.Path.GetFullPath("keys/link-keys");
    private static readonly ControllerIdentity Local = new(BdAddr.Parse("00:1B:DC:07:32:03"), "fingerprint");

    [Test]
    public void Save_DiesAtAnyStep_OldOrNewNeverTorn([Range(1, 8)] int step, [Values] CrashKind kind)
    {
        var files = Prepared(1, 2);
        var store = Open(files);
        files.CrashAt = files.Steps + step;
        Assert.That(() => store.Save(Row(3)), Throws.TypeOf<CrashException>());

        var after = Rows(files.After(kind));
        Assert.That(after, Is.EqualTo(new[] { 1, 2 }).Or.EqualTo(new[] { 1, 2, 3 }));
        if (step > 4)
        {
            Assert.That(after, Is.EqualTo(new[] { 1, 2, 3 }), "After the folder's flush the change is durable.");
        }
    }

    [Test]
    public void Remove_DiesAtAnyStep_OldOrNewNeverTorn([Range(1, 8)] int step, [Values] CrashKind kind)
    {
        var files = Prepared(1, 2);
        var store = Open(files);
        files.CrashAt = files.Steps + step;
        Assert.That(() => store.Remove(Row(2).Id), Throws.TypeOf<CrashException>());
        Assert.That(Rows(files.After(kind)), Is.EqualTo(new[] { 1, 2 }).Or.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Save_FirstOfAll_DiesAtAnyStep_EmptyOrThere([Range(1, 8)] int step, [Values] CrashKind kind)
    {
        var files = new CrashingFileSystem();
        var store = Open(files);
        files.CrashAt = step;
        Assert.That(() => store.Save(Row(1)), Throws.TypeOf<CrashException>());
        Assert.That(Rows(files.After(kind)), Is.Empty.Or.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Save_Returned_SurvivesEveryCrash([Values] CrashKind kind)
    {
        var files = Prepared(1);
        Open(files).Save(Row(2));
        Assert.That(Rows(files.After(kind)), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void Save_AfterACrash_WorksAgain([Range(1, 8)] int step, [Values] CrashKind kind)
    {
        var files = Prepared(1);
        files.CrashAt = files.Steps + step;
        Assert.That(() => Open(files).Save(Row(2)), Throws.TypeOf<CrashException>());
        var next = files.After(kind);
        Open(next).Save(Row(3));
        Assert.That(Rows(next), Does.Contain(1).And.Contain(3));
    }

    [Test]
    public void Save_DiskFullAtAnyStep_OneSentenceAndTheOldRows([Range(1, 4)] int step)
    {
        var files = Prepared(1);
        var store = Open(files);
        files.FailAt = files.Steps + step;
        Assert.That(
            () => store.Save(Row(2)),
            Throws.TypeOf<KeyStoreException>().With.Message.Contains("No space left").And.Message.Contains(File));
        Assert.That(store.Find(Row(2).Id), Is.Null, "What is not durable is not there.");
        Assert.That(store.Find(Row(1).Id), Is.Not.Null);
    }

    [Test]
    public void Damage_OfTheFileAtEveryOctet_FallsBackToTheBackup()
    {
        var good = Prepared(1, 2);
        var octets = good.Read(File)!;
        for (var i = 0; i < octets.Length; i++)
        {
            var files = good.After(CrashKind.Kill);
            var damaged = (byte[])octets.Clone();
            damaged[i] ^= 0x01;
            files.Put(File, damaged);
            Assert.That(Rows(files), Is.EqualTo(new[] { 1, 2 }), $"octet {i}");
            Assert.That(files.Read(File + ".damaged"), Is.EqualTo(damaged), "The damaged file is kept.");
        }
    }

    [Test]
    public void Damage_OfTheFileAtEveryLength_FallsBackToTheBackup()
    {
        var good = Prepared(1, 2);
        var octets = good.Read(File)!;
        for (var length = 0; length < octets.Length; length++)
        {
            var files = good.After(CrashKind.Kill);
            files.Put(File, octets[..length]);
            Assert.That(Rows(files), Is.EqualTo(new[] { 1, 2 }), $"length {length}");
        }
    }

    [Test]
    public void Damage_OfFileAndBackup_IsSaidAndNothingIsOverwritten()
    {
        var files = Prepared(1);
        files.Put(File, "x\n"u8.ToArray());
        files.Put(File + ".bak", "y\n"u8.ToArray());
        Assert.That(
            () => Open(files),
            Throws.TypeOf<KeyStoreException>().With.Message.Contains("damaged").And.Message.Contains("move it"));
        Assert.That(files.Read(File), Is.EqualTo("x\n"u8.ToArray()));
        Assert.That(files.Read(File + ".bak"), Is.EqualTo("y\n"u8.ToArray()));
    }

    [Test]
    public void LockedByAnother_ForTooLong_IsSaid()
    {
        var files = Prepared(1);
        files.IsLockedByAnother = true;
        Assert.That(
            () => Open(files), Throws.TypeOf<KeyStoreException>().With.Message.Contains("Another process"));
        Assert.That(files.Paused, Is.EqualTo(TimeSpan.FromSeconds(1)));
    }

    [Test]
    public void LockedByAnother_ChangeOnTheLoop_WaitsFiftyMilliseconds()
    {
        var files = Prepared(1);
        var store = Open(files);
        files.IsLockedByAnother = true;
        Assert.That(() => store.Save(Row(2)), Throws.TypeOf<KeyStoreException>().With.Message.Contains("Another process"));
        Assert.That(files.Paused, Is.EqualTo(TimeSpan.FromMilliseconds(50)));
        Assert.That(() => store.Remove(Row(1).Id), Throws.TypeOf<KeyStoreException>());
        Assert.That(files.Paused, Is.EqualTo(TimeSpan.FromMilliseconds(100)));
    }

    [Test]
    public void Find_ChangedByAnother_SeesTheChangeOnceItIsWritten()
    {
        var files = Prepared(1, 2);
        var store = Open(files);
        Open(files).Remove(Row(1).Id);
        files.IsLockedByAnother = true;
        Assert.That(store.Find(Row(1).Id), Is.Not.Null, "Nobody waits for another process to look something up.");
        Assert.That(files.Paused, Is.EqualTo(TimeSpan.Zero));
        files.IsLockedByAnother = false;
        Assert.That(store.Find(Row(1).Id), Is.Null);
        Assert.That(store.Find(Row(2).Id), Is.Not.Null);

        var reads = files.Reads;
        Assert.That(store.List(), Has.Count.EqualTo(1));
        Assert.That(store.Find(Row(2).Id), Is.Not.Null);
        Assert.That(files.Reads, Is.EqualTo(reads), "A file that nobody changed is not read again.");
    }

    [Test]
    public void Find_DamagedByAnother_KeepsWhatWasRead()
    {
        var files = Prepared(1);
        var store = Open(files);
        files.Put(File, "x\n"u8.ToArray());
        files.Put(File + ".bak", "y\n"u8.ToArray());
        Assert.That(store.Find(Row(1).Id), Is.EqualTo(Row(1)));
        var reads = files.Reads;
        Assert.That(store.Find(Row(1).Id), Is.EqualTo(Row(1)));
        Assert.That(files.Reads, Is.EqualTo(reads), "One attempt for each change.");
    }

    internal static LinkKeyRow Row(int number) => new()
    {
        Id = new(Local, new PeerAddress(new BdAddr((ulong)number))),
        Key = new LinkKey(Enumerable.Repeat((byte)number, LinkKey.Size).ToArray()),
        Type = LinkKeyType.UnauthenticatedP256,
        Name = $"peer {number}",
    };

    private static FileLinkKeyStore Open(CrashingFileSystem files) => new(File, null, files, files.Time);

    private static CrashingFileSystem Prepared(params int[] rows)
    {
        var files = new CrashingFileSystem();
        var store = Open(files);
        foreach (var row in rows)
        {
            store.Save(Row(row));
        }

        return files;
    }

    private static int[] Rows(CrashingFileSystem files)
    {
        var rows = Open(files).List();
        foreach (var row in rows)
        {
            Assert.That(row, Is.EqualTo(Row((int)row.Id.Peer.Address.Value)));
        }

        return [.. rows.Select(row => (int)row.Id.Peer.Address.Value).Order()];
    }
}
