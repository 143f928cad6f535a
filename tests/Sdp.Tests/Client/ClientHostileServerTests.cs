using HostStack.Sdp.Client;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Tests.Client;

[TestFixture]
public sealed class ClientHostileServerTests
{
    [Test]
    [Category("Attack")]
    public void Continuation_ThatMakesTheRequestTooLongForTheServer_IsInvalidAndDoesNotThrow()
    {
        var rig = new ClientRig(mtu: 48);
        var query = rig.Start(client => client.SearchAttributesAsync([new SdpUuid(new UInt128(0x1234, 0x5678))]));

        rig.Answer(0x07, "0002 3506" + "10" + new string('0', 32));

        Assert.That(ClientRig.Result(query).Outcome, Is.EqualTo(SdpOutcome.InvalidResponse));
    }

    [Test]
    public void Response_EveryTruncation_IsInvalidOrUnexpected()
    {
        var response = Hex.Parse("07 0001 000D 000A 3508 3506 090001 350100 00");
        for (var length = 0; length < response.Length; length++)
        {
            var rig = new ClientRig();
            var query = Query(rig);
            rig.Receive(Hex.Of(response.AsSpan(0, length)));
            if (length < 5)
            {
                Assert.That(query.IsCompleted, Is.False);
                Assert.That(rig.Client.UnexpectedResponses, Is.EqualTo(1));
            }
            else
            {
                Assert.That(ClientRig.Result(query).Outcome, Is.EqualTo(SdpOutcome.InvalidResponse), $"{length} octets");
            }
        }
    }

    [TestCase("05 0001 0005 0002 3500 00", TestName = "Response_OfAnotherKind_IsInvalid")]
    [TestCase("06 0001 0005 0002 3500 00", TestName = "Response_ThatIsARequest_IsInvalid")]
    [TestCase("01 0001 0001 00", TestName = "Response_ErrorCutShort_IsInvalid")]
    [TestCase("07 0001 0005 0002 0901 00", TestName = "Response_NotASequence_IsInvalid")]
    [TestCase("07 0001 0006 0003 350100 00", TestName = "Response_ListOfNil_IsInvalid")]
    [TestCase("07 0001 0006 0002 3500 0000", TestName = "Response_TrailingOctet_IsInvalid")]
    [TestCase("07 0001 0004 0002 3500 00", TestName = "Response_LengthTooSmall_IsInvalid")]
    public void Response_Malformed(string pdu)
    {
        var rig = new ClientRig();
        var query = Query(rig);
        rig.Receive(pdu);
        Assert.That(ClientRig.Result(query).Outcome, Is.EqualTo(SdpOutcome.InvalidResponse));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "SDP nesting")]
    public void Response_ThousandNestedSequences_IsInvalid()
    {
        var nested = Nesting.Of(1000);
        var rig = new ClientRig();
        var query = Query(rig);
        for (var offset = 0; offset < nested.Length; offset += 500)
        {
            var piece = nested.AsSpan(offset, Math.Min(500, nested.Length - offset));
            var state = offset + 500 < nested.Length ? "0101" : "00";
            rig.Answer(0x07, $"{piece.Length:X4}{Hex.Of(piece)}{state}");
        }

        Assert.That(ClientRig.Result(query).Outcome, Is.EqualTo(SdpOutcome.InvalidResponse));
    }

    [Test]
    public void Response_ThatNeverEnds_StopsAtTheRounds()
    {
        var rig = new ClientRig();
        var query = Query(rig);
        var rounds = 0;
        while (!query.IsCompleted && rounds < 100)
        {
            rig.Answer(0x07, "0000 01 01");
            rounds++;
        }

        Assert.That(ClientRig.Result(query).Outcome, Is.EqualTo(SdpOutcome.TooLong));
        Assert.That(rounds, Is.EqualTo(SdpClient.MaximumRounds));
    }

    [Test]
    public void Response_TooManyOctets_StopsAtTheBound()
    {
        var rig = new ClientRig(mtu: 32000);
        var query = Query(rig);
        var piece = $"{30000:X4}{new string('0', 60000)}0101";
        rig.Answer(0x07, piece);
        rig.Answer(0x07, piece);
        Assert.That(query.IsCompleted, Is.False);
        rig.Answer(0x07, piece);
        Assert.That(ClientRig.Result(query).Outcome, Is.EqualTo(SdpOutcome.TooLong));
    }

    [Test]
    public void Response_Unasked_IsCounted()
    {
        var rig = new ClientRig();
        rig.Receive("07 0001 0005 0002 3500 00");
        Assert.That(rig.Client.UnexpectedResponses, Is.EqualTo(1));
    }

    [Test]
    public void Response_MutatedBrowse_NeverThrowsAndCanBeSummarised([Range(0, 9)] int seed)
    {
        var random = new Random(seed);
        var original = Golden.Octets(Golden.TraceBrowseResponse);
        for (var run = 0; run < 300; run++)
        {
            byte[] pdu = [.. original];
            for (var change = random.Next(1, 5); change > 0; change--)
            {
                pdu[random.Next(7, pdu.Length)] = (byte)random.Next(256);
            }

            var rig = new ClientRig();
            var query = Query(rig);
            pdu[2] = 1;
            rig.Receive(Hex.Of(pdu));
            if (query.IsCompleted && ClientRig.Result(query).Value is { } records)
            {
                foreach (var record in records)
                {
                    Assert.That(
                        () => RecordDescription.ToText(RecordDescription.Describe(record)), Throws.Nothing, $"seed {seed}, run {run}");
                }
            }

            Assert.That(rig.Loop.Faults, Is.Zero, $"seed {seed}, run {run}");
        }
    }

    private static Task<SdpResult<IReadOnlyList<ServiceRecord>>> Query(ClientRig rig) =>
        rig.Start(client => client.SearchAttributesAsync([KnownUuid.L2cap]));
}
