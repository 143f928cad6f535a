using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Tests.Records;

[TestFixture]
public sealed class ServiceRecordDatabaseTests
{
    [Test]
    public void New_Database_HoldsTheServersOwnRecord()
    {
        var database = new ServiceRecordDatabase();
        var record = database.Find(ServiceRecordHandle.SdpServer)!;
        Assert.Multiple(() =>
        {
            Assert.That(database.Records, Has.Count.EqualTo(1));
            Assert.That(record.Contains(KnownUuid.ServiceDiscoveryServer), Is.True);
            Assert.That(record[AttributeId.VersionNumberList], Is.EqualTo(DataElement.Sequence(DataElement.UInt16(0x0100))));
            Assert.That(record[AttributeId.ServiceDatabaseState], Is.EqualTo(DataElement.UInt32(0)));
            Assert.That(record.Handle, Is.EqualTo(ServiceRecordHandle.SdpServer));
        });
    }

    [Test]
    public void Add_Records_GetHandlesFrom10000ThatAreNotUsedAgain()
    {
        var database = new ServiceRecordDatabase();
        var first = database.Add(NetworkServiceRecord.Gn());
        var second = database.Add(NetworkServiceRecord.Nap());
        Assert.That(database.Remove(second), Is.True);
        var third = database.Add(NetworkServiceRecord.Panu());
        Assert.That(new[] { first.Value, second.Value, third.Value }, Is.EqualTo(new[] { 0x10000u, 0x10001u, 0x10002u }));
        Assert.That(database.Find(second), Is.Null);
    }

    [Test]
    public void Change_AddAndRemove_MoveTheDatabaseState()
    {
        var database = new ServiceRecordDatabase();
        var states = new List<uint> { database.State };
        var handle = database.Add(NetworkServiceRecord.Gn());
        states.Add(database.State);
        database.Change(handle, NetworkServiceRecord.Nap());
        states.Add(database.State);
        database.Remove(handle);
        states.Add(database.State);
        Assert.That(states, Is.Unique);
        Assert.That(
            database.Find(ServiceRecordHandle.SdpServer)![AttributeId.ServiceDatabaseState],
            Is.EqualTo(DataElement.UInt32(database.State)));
    }

    [Test]
    public void Change_UnknownOrOwnRecord_IsRefusedAndLeavesTheState()
    {
        var database = new ServiceRecordDatabase();
        Assert.Multiple(() =>
        {
            Assert.That(database.Remove(ServiceRecordHandle.SdpServer), Is.False);
            Assert.That(database.Remove(new(0x10000)), Is.False);
            Assert.That(database.Change(ServiceRecordHandle.SdpServer, NetworkServiceRecord.Gn()), Is.False);
            Assert.That(database.Change(new(0x10000), NetworkServiceRecord.Gn()), Is.False);
            Assert.That(database.State, Is.Zero);
        });
    }

    [Test]
    public void Search_SeveralUuids_AllMustMatch()
    {
        var database = new ServiceRecordDatabase();
        var gn = database.Add(NetworkServiceRecord.Gn());
        var nap = database.Add(NetworkServiceRecord.Nap());
        Assert.Multiple(() =>
        {
            Assert.That(Handles(KnownUuid.Bnep), Is.EqualTo(new[] { gn.Value, nap.Value }));
            Assert.That(Handles(KnownUuid.Bnep, KnownUuid.Nap), Is.EqualTo(new[] { nap.Value }));
            Assert.That(Handles(KnownUuid.Gn, KnownUuid.Nap), Is.Empty);
            Assert.That(Handles(KnownUuid.PublicBrowseRoot), Is.EqualTo(new[] { 0u, gn.Value, nap.Value }));
        });

        IEnumerable<uint> Handles(params SdpUuid[] uuids) => database.Search(uuids).Select(r => r.Handle!.Value.Value);
    }
}
