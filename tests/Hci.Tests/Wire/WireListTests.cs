using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Wire;

public sealed class WireListTests
{
    [Test]
    public void List_OfCollectionExpression_IsEqualByItsRecords()
    {
        WireList<Lap> one = [Lap.Giac, Lap.Liac];
        WireList<Lap> other = [Lap.Giac, Lap.Liac];
        Assert.That(one == other, Is.True);
        Assert.That(one.GetHashCode(), Is.EqualTo(other.GetHashCode()));
        Assert.That(one != [Lap.Giac], Is.True);
        Assert.That(default(WireList<Lap>) == [], Is.True);
        Assert.That(one.ToString(), Is.EqualTo("[0x9E8B33, 0x9E8B00]"));
        Assert.That((one.Count, one.EncodedSize, one[1]), Is.EqualTo((2, 6, Lap.Liac)));
    }

    [Test]
    public void List_OfMoreRecordsThanOctets_IsEmptyAndPoisonsTheReader()
    {
        var reader = new WireReader([1, 2, 3, 4, 5]);
        Assert.That(WireList<Lap>.Read(ref reader, 2).Count, Is.Zero);
        Assert.That(reader.Ok, Is.False);
    }

    [Test]
    public void Records_WithAnIncompleteOne_LeaveItOut()
    {
        var records = new WireRecords<Lap>([0x33, 0x8B, 0x9E, 0x00]);
        Assert.That(records.Count, Is.EqualTo(1));
        Assert.That(records[0], Is.EqualTo(Lap.Giac));
    }
}
