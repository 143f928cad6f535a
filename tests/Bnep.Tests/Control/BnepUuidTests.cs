using HostStack.Bnep.Control;

namespace HostStack.Bnep.Tests.Control;

[TestFixture]
internal sealed class BnepUuidTests
{
    private const string Foreign = "12345678 1234 5678 9ABC DEF012345678";

    [TestCase("1117", BnepUuidSize.Bits16, "0x1117")]
    [TestCase("00001117", BnepUuidSize.Bits16, "0x1117")]
    [TestCase("00001117 0000 1000 8000 00805F9B34FB", BnepUuidSize.Bits16, "0x1117")]
    [TestCase("00011117", BnepUuidSize.Bits32, "0x00011117")]
    [TestCase(Foreign, BnepUuidSize.Bits128, "12345678-1234-5678-9abc-def012345678")]
    public void Read_EachForm_KnowsItsShortestForm(string octets, BnepUuidSize shortest, string text)
    {
        var uuid = BnepUuid.Read(Golden.Octets(octets));
        Assert.Multiple(() =>
        {
            Assert.That(uuid.ShortestSize, Is.EqualTo(shortest));
            Assert.That(uuid.ToString(), Is.EqualTo(text));
            Assert.That(uuid.IsBluetooth, Is.EqualTo(octets != Foreign));
        });
    }

    [Test]
    public void Read_ThreeFormsOfGn_AreEqual() =>
        Assert.That(
            new[]
            {
                BnepUuid.Read(Golden.Octets("1117")),
                BnepUuid.Read(Golden.Octets("00001117")),
                BnepUuid.Read(Golden.Octets("00001117 0000 1000 8000 00805F9B34FB")),
            },
            Is.All.EqualTo(BnepUuid.Gn));

    [Test]
    public void Read_LastOctetOffTheBase_IsForeign()
    {
        var uuid = BnepUuid.Read(Golden.Octets("00001117 0000 1000 8000 00805F9B34FC"));
        Assert.That(uuid.IsBluetooth, Is.False);
        Assert.That(uuid, Is.Not.EqualTo(BnepUuid.Gn));
    }

    [Test]
    public void IsValidSize_OfEveryOctet_TakesThree()
    {
        var valid = Enumerable.Range(0, 256).Where(static size => BnepUuid.IsValidSize((byte)size));
        Assert.That(valid, Is.EqualTo(new[] { 2, 4, 16 }));
    }
}
