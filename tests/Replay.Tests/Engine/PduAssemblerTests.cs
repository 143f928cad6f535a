using HostStack.Replay.Engine;

namespace HostStack.Replay.Tests.Engine;

[TestFixture]
public sealed class PduAssemblerTests
{
    private static byte[]? Add(PduAssembler assembler, string hex) =>
        assembler.Add(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));

    [Test]
    public void Add_AWholePdu_GivesItAtOnce() =>
        Assert.That(Add(new PduAssembler(), "0B20 0500 0100 4000 AA"), Is.EqualTo(new byte[] { 1, 0, 0x40, 0, 0xAA }));

    [Test]
    public void Add_Fragments_GivesThePduWithTheLast()
    {
        var assembler = new PduAssembler();
        Assert.That(Add(assembler, "0B20 0500 0300 4000 AA"), Is.Null);
        Assert.That(Add(assembler, "0B10 0100 BB"), Is.Null);
        Assert.That(Add(assembler, "0B10 0100 CC"), Is.EqualTo(new byte[] { 3, 0, 0x40, 0, 0xAA, 0xBB, 0xCC }));
    }

    [Test]
    public void Add_AContinuationOfNothing_IsPassedOver() => Assert.That(Add(new PduAssembler(), "0B10 0100 BB"), Is.Null);

    [Test]
    public void Add_ANewStart_DropsWhatWasOpen()
    {
        var assembler = new PduAssembler();
        Add(assembler, "0B20 0500 0300 4000 AA");
        Assert.That(Add(assembler, "0B20 0500 0100 4000 DD"), Is.EqualTo(new byte[] { 1, 0, 0x40, 0, 0xDD }));
    }
}
