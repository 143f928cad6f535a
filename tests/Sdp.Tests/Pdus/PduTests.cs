using HostStack.Hci.Wire;
using HostStack.Sdp.Elements;
using HostStack.Sdp.Pdus;
using HostStack.Sdp.Records;

namespace HostStack.Sdp.Tests.Pdus;

[TestFixture]
public sealed class PduTests
{
    // The examples of Core, Vol 3, Part B, 4 and Appendix B give the shapes; the octets are counted out here.
    private const string Search = "35 06 19 1115 19 0100 0010 00";
    private const string SearchAnswer = "0002 0002 00010000 00010001 00";
    private const string SearchAnswerMore = "0003 0001 00010000 02 ABCD";
    private const string Attribute = "00010000 0007 35 08 09 0001 0A 01000102 00";
    private const string SearchAttribute = "35 03 19 1002 FFFF 35 03 09 0100 02 ABCD";
    private const string Piece = "0005 35 03 09 0001 00";
    private const string PieceMore = "0002 35 03 10 000102030405060708090A0B0C0D0E0F";

    private delegate bool Parser(ReadOnlySpan<byte> octets, out byte[] written);

    private static readonly TestCaseData[] Formats =
    [
        new TestCaseData((Parser)RoundTrip<PduHeader>, "06 0001 000F", true).SetName("{m}(header)"),
        new TestCaseData((Parser)RoundTrip<ErrorResponse>, "0003", true).SetName("{m}(error)"),
        new TestCaseData((Parser)RoundTrip<ServiceSearchRequest>, Search, true).SetName("{m}(search)"),
        new TestCaseData((Parser)RoundTrip<ServiceSearchResponse>, SearchAnswer, true).SetName("{m}(search answer)"),
        new TestCaseData((Parser)RoundTrip<ServiceSearchResponse>, SearchAnswerMore, true).SetName("{m}(search answer, more)"),
        new TestCaseData((Parser)RoundTrip<ServiceAttributeRequest>, Attribute, true).SetName("{m}(attribute)"),
        new TestCaseData((Parser)RoundTrip<ServiceSearchAttributeRequest>, SearchAttribute, true).SetName("{m}(search attribute)"),
        new TestCaseData((Parser)RoundTrip<AttributeListResponse>, Piece, true).SetName("{m}(list)"),
        new TestCaseData((Parser)RoundTrip<AttributeListResponse>, PieceMore, true).SetName("{m}(list, more)"),
    ];

    [TestCaseSource(nameof(Formats))]
    public void Format_GoldenOctets_AreReadAndWrittenBack(object parser, string hex, bool expected)
    {
        var octets = Hex.Parse(hex);
        Assert.That(((Parser)parser)(octets, out var written), Is.EqualTo(expected));
        Assert.That(Hex.Of(written), Is.EqualTo(Hex.Of(octets)));
    }

    [TestCaseSource(nameof(Formats))]
    public void Format_EveryTruncation_IsRejected(object parser, string hex, bool expected)
    {
        var octets = Hex.Parse(hex);
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.That(((Parser)parser)(octets.AsSpan(0, length), out _), Is.Not.EqualTo(expected), $"{length} octets");
        }
    }

    [TestCaseSource(nameof(Formats))]
    public void Format_TrailingOctet_IsRejected(object parser, string hex, bool expected)
    {
        // An error response may carry information: what follows its code is that.
        var isError = hex == "0003";
        Assert.That(((Parser)parser)([.. Hex.Parse(hex), 0x00], out _), Is.EqualTo(isError && expected));
    }

    [Test]
    public void CapturedBrowse_Request_IsReadFieldByField()
    {
        var pdu = Golden.Octets(Golden.BrowseRequest);
        Assert.That(PduHeader.TryParse(pdu.AsSpan(0, PduHeader.Size), out var header), Is.True);
        Assert.That(ServiceSearchAttributeRequest.TryParse(pdu.AsSpan(PduHeader.Size), out var request), Is.True);
        Assert.That(header, Is.EqualTo(new PduHeader(PduId.ServiceSearchAttributeRequest, 0, 15)));
        Assert.That(request.Pattern.Uuids, Is.EqualTo(new[] { KnownUuid.L2cap }));
        Assert.That(request.MaximumByteCount, Is.EqualTo(0xFFFF));
        Assert.That(request.Attributes.Ranges, Is.EqualTo(new[] { AttributeRange.All }));
        Assert.That(request.Continuation.IsEmpty, Is.True);
    }

    [TestCase(Golden.BrowseRequest)]
    [TestCase(Golden.BrowseRequest2)]
    [TestCase(Golden.PnpRequest)]
    public void CapturedRequest_WrittenAgain_IsTheSame(string hex)
    {
        var parameters = Golden.Octets(hex).AsSpan(PduHeader.Size);
        Assert.That(RoundTrip<ServiceSearchAttributeRequest>(parameters, out var written), Is.True);
        Assert.That(Hex.Of(written), Is.EqualTo(Hex.Of(parameters)));
    }

    [TestCase(Golden.BrowseResponse1, 0x290, 8)]
    [TestCase(Golden.BrowseResponse2, 0x23, 0)]
    [TestCase(Golden.PnpResponse, 0x4C, 0)]
    [TestCase(Golden.TraceBrowseResponse, 594, 0)]
    [TestCase(Golden.TracePnpResponse, 76, 0)]
    public void CapturedResponse_WrittenAgain_IsTheSame(string hex, int length, int continuation)
    {
        var parameters = Golden.Octets(hex).AsSpan(PduHeader.Size);
        Assert.That(AttributeListResponse.TryParse(parameters, out var response), Is.True);
        Assert.That(response.Piece.Length, Is.EqualTo(length));
        Assert.That(response.Continuation.Length, Is.EqualTo(continuation));
        Assert.That(RoundTrip<AttributeListResponse>(parameters, out var written), Is.True);
        Assert.That(Hex.Of(written), Is.EqualTo(Hex.Of(parameters)));
    }

    [TestCase("35 00 0010 00", TestName = "Search_NoUuid_IsRejected")]
    [TestCase("35 03 09 1115 0010 00", TestName = "Search_NotAUuid_IsRejected")]
    [TestCase("3D 03 19 1115 0010 00", TestName = "Search_Alternative_IsRejected")]
    [TestCase("19 1115 0010 00", TestName = "Search_UuidWithoutSequence_IsRejected")]
    [TestCase("35 03 19 1115 0000 00", TestName = "Search_MaximumCountZero_IsRejected")]
    [TestCase("35 02 19 1115 0010 00", TestName = "Search_UuidBeyondItsSequence_IsRejected")]
    [TestCase("35 03 19 1115 0010 11 0102030405060708090A0B0C0D0E0F1011", TestName = "Search_StateOf17_IsRejected")]
    public void Search_Malformed(string hex) =>
        Assert.That(ServiceSearchRequest.TryParse(Hex.Parse(hex), out _), Is.False);

    [TestCase(ServiceSearchPattern.MaximumCount, true)]
    [TestCase(ServiceSearchPattern.MaximumCount + 1, false)]
    public void Search_NumberOfUuids_IsBoundedAtTwelve(int count, bool expected)
    {
        var pattern = DataElement.Sequence(
            Enumerable.Range(0, count).Select(i => DataElement.Uuid(new SdpUuid((ushort)(0x1100 + i))))).ToArray();
        Assert.That(ServiceSearchRequest.TryParse([.. pattern, 0, 1, 0], out _), Is.EqualTo(expected));
    }

    [TestCase("00010000 0006 35 03 09 0001 00", TestName = "Attribute_MaximumBelowSeven_IsRejected")]
    [TestCase("00010000 0007 35 00 00", TestName = "Attribute_NoIdentifier_IsRejected")]
    [TestCase("00010000 0007 35 02 08 01 00", TestName = "Attribute_IdentifierOfOneOctet_IsRejected")]
    [TestCase("00010000 0007 35 05 0A 00020001 00", TestName = "Attribute_RangeThatFalls_IsRejected")]
    [TestCase("00010000 0007 35 03 19 0001 00", TestName = "Attribute_NotANumber_IsRejected")]
    public void Attribute_Malformed(string hex) =>
        Assert.That(ServiceAttributeRequest.TryParse(Hex.Parse(hex), out _), Is.False);

    [TestCase(AttributeIdList.MaximumCount, true)]
    [TestCase(AttributeIdList.MaximumCount + 1, false)]
    public void Attribute_NumberOfRanges_IsBounded(int count, bool expected)
    {
        var list = DataElement.Sequence(Enumerable.Repeat(DataElement.UInt16(1), count)).ToArray();
        Assert.That(ServiceAttributeRequest.TryParse([0, 1, 0, 0, 0, 7, .. list, 0], out _), Is.EqualTo(expected));
    }

    [TestCase("0001 0002 00010000 00010001 00", TestName = "SearchAnswer_MoreThanTheTotal_IsRejected")]
    [TestCase("0002 4000 00010000 00", TestName = "SearchAnswer_CountBeyondTheOctets_IsRejected")]
    [TestCase("FFFF FFFF 00", TestName = "SearchAnswer_CountThatWraps_IsRejected")]
    [Category("Attack")]
    [Property("Id", "SDP counts")]
    public void SearchAnswer_Malformed(string hex) =>
        Assert.That(ServiceSearchResponse.TryParse(Hex.Parse(hex), out _), Is.False);

    private static bool RoundTrip<T>(ReadOnlySpan<byte> octets, out byte[] written)
        where T : struct, IWireFormat<T>, allows ref struct
    {
        written = [];
        if (!T.TryParse(octets, out var value))
        {
            return false;
        }

        written = new byte[value.EncodedSize];
        var writer = new WireWriter(written);
        value.Write(ref writer);
        return writer.Length == written.Length;
    }
}
