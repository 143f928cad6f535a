using HostStack.Bnep.Frames;

namespace HostStack.Bnep.Tests.Frames;

[TestFixture]
internal sealed class ExtensionChainTests
{
    // Control, two unknown ones, then payload.
    private const string Ordered = "80 02 0742 85 03 AABBCC 06 00";

    [Test]
    public void Parse_ChainAndPayload_EndsBehindTheLastHeader()
    {
        Assert.That(ExtensionChain.TryParse(Golden.Octets(Ordered + "4500"), out var chain), Is.True);
        Assert.That(Convert.ToHexString(chain.Octets), Is.EqualTo(Golden.Hex(Ordered)));
        Assert.That((chain.Controls, chain.Unknowns, chain.UnknownOctets), Is.EqualTo((1, 2, 7)));
    }

    [Test]
    public void Parse_EveryTruncation_IsRejected()
    {
        var whole = Golden.Octets(Ordered);
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.That(ExtensionChain.TryParse(whole.AsSpan(0, length), out _), Is.False, $"{length} octets");
        }
    }

    [TestCase("81", TestName = "Parse_NoLength_IsRejected")]
    [TestCase("01 05 AABBCCDD", TestName = "Parse_LengthBeyondTheOctets_IsRejected")]
    [TestCase("81 01 AA 02 FF 00", TestName = "Parse_SecondLengthBeyondTheOctets_IsRejected")]
    public void Parse_Broken_IsRejected(string octets) =>
        Assert.That(ExtensionChain.TryParse(Golden.Octets(octets), out _), Is.False);

    [Test]
    public void Unknown_InAscendingOrder_IsTheTailWithoutACopy()
    {
        Assert.That(ExtensionChain.TryParse(Golden.Octets(Ordered), out var chain), Is.True);
        byte[]? scratch = null;
        Assert.That(Convert.ToHexString(chain.Unknown(ref scratch)), Is.EqualTo("8503AABBCC0600"));
        Assert.That(scratch, Is.Null);
    }

    [TestCase("85 01 AA 00 02 0742", "05 01 AA", TestName = "Unknown_BeforeAControlHeader_BecomesTheLast")]
    [TestCase("85 01 AA 80 02 0742 06 01 BB", "85 01 AA 06 01 BB", TestName = "Unknown_AroundAControlHeader_IsPutTogether")]
    [TestCase("00 02 0742", "", TestName = "Unknown_ControlAlone_IsEmpty")]
    [TestCase("7F 00", "7F 00", TestName = "Unknown_OneOfNoPayload_IsKept")]
    public void Unknown_OfAChain_IsAChainOfItsOwn(string octets, string expected)
    {
        Assert.That(ExtensionChain.TryParse(Golden.Octets(octets), out var chain), Is.True);
        byte[]? scratch = null;
        var unknown = chain.Unknown(ref scratch).ToArray();
        Assert.That(Convert.ToHexString(unknown), Is.EqualTo(Golden.Hex(expected)));
        Assert.That(unknown, Has.Length.EqualTo(chain.UnknownOctets));
        if (unknown.Length > 0)
        {
            Assert.That(ExtensionChain.TryParse(unknown, out var again), Is.True);
            Assert.That((again.Unknowns, again.Octets.Length), Is.EqualTo((chain.Unknowns, unknown.Length)));
        }
    }

    [Test]
    public void Walker_AfterTheLastHeader_LeavesThePayload()
    {
        var walker = new ExtensionWalker(Golden.Octets("00 01 AA 4500"));
        Assert.That(walker.TryNext(out var header), Is.True);
        Assert.That(Convert.ToHexString(header.Payload), Is.EqualTo("AA"));
        Assert.That(walker.TryNext(out _), Is.False);
        Assert.That(walker.IsMalformed, Is.False);
        Assert.That(Convert.ToHexString(walker.Rest), Is.EqualTo("4500"));
    }
}
