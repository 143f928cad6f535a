using HostStack.Bnep.Control;
using HostStack.Bnep.Filters;
using HostStack.Ethernet;
using HostStack.Hci.Wire;

namespace HostStack.Bnep.Tests.Control;

/// <summary>Every control message without the packet type before it: golden octets, truncations, trailing octets.</summary>
[TestFixture]
internal sealed class ControlMessageTests
{
    private const string Nap128 = "00001116 0000 1000 8000 00805F9B34FB";
    private const string Panu128 = "00001115 0000 1000 8000 00805F9B34FB";

    [Test]
    public void CommandNotUnderstood_GoldenOctets_RoundTrip()
    {
        Check<CommandNotUnderstood>("00 42");
        Assert.That(CommandNotUnderstood.TryParse(Golden.Octets("00 42"), out var value), Is.True);
        Assert.That(value.UnknownType, Is.EqualTo(0x42));
    }

    // The first is figure 20; the second is the request of the capture nap-accepted, record 241.
    [TestCase("01 10 " + Nap128 + Panu128, BnepUuidSize.Bits128)]
    [TestCase("01 02 1116 1115", BnepUuidSize.Bits16)]
    [TestCase("01 04 00001116 00001115", BnepUuidSize.Bits32)]
    public void SetupRequest_EachUuidForm_MeansTheSame(string octets, BnepUuidSize size)
    {
        Check<SetupRequest>(octets);
        Assert.That(SetupRequest.TryParse(Golden.Octets(octets), out var value), Is.True);
        Assert.That(value, Is.EqualTo(new SetupRequest(BnepUuid.Nap, BnepUuid.Panu, size)));
    }

    [TestCase("01 00")]
    [TestCase("01 01 16 15")]
    [TestCase("01 03 001116 001115")]
    [TestCase("01 08 0000000000001116 0000000000001115")]
    [TestCase("01 FF")]
    public void SetupRequest_SizeThatDoesNotExist_IsRejectedAndTold(string octets)
    {
        Assert.That(SetupRequest.TryParse(Golden.Octets(octets), out _), Is.False);
        Assert.That(SetupRequest.HasInvalidSize(Golden.Octets(octets)), Is.True);
    }

    // bad-dest, record 239: the destination 0x1101.
    [Test]
    public void SetupRequest_CapturedForeignService_IsReadAsItIs()
    {
        Assert.That(SetupRequest.TryParse(Golden.Octets("01 02 1101 1115"), out var value), Is.True);
        Assert.That(value.Destination, Is.EqualTo(BnepUuid.FromShort(0x1101)));
    }

    // Figure 20; the capture bad-dest, record 242.
    [TestCase("02 0000", SetupResponseCode.Success)]
    [TestCase("02 0001", SetupResponseCode.InvalidDestinationUuid)]
    [TestCase("02 0002", SetupResponseCode.InvalidSourceUuid)]
    [TestCase("02 0003", SetupResponseCode.InvalidUuidSize)]
    [TestCase("02 0004", SetupResponseCode.NotAllowed)]
    [TestCase("02 BEEF", (SetupResponseCode)0xBEEF)]
    public void SetupResponse_GoldenOctets_RoundTrip(string octets, SetupResponseCode code)
    {
        Check<SetupResponse>(octets);
        Assert.That(SetupResponse.TryParse(Golden.Octets(octets), out var value), Is.True);
        Assert.That(value.Code, Is.EqualTo(code));
    }

    [TestCase("04 0000", FilterKind.NetworkType, FilterResponseCode.Success)]
    [TestCase("04 0003", FilterKind.NetworkType, FilterResponseCode.TooManyFilters)]
    [TestCase("06 0000", FilterKind.Multicast, FilterResponseCode.Success)]
    [TestCase("06 0004", FilterKind.Multicast, FilterResponseCode.SecurityRefused)]
    public void FilterResponse_GoldenOctets_RoundTrip(string octets, FilterKind kind, FilterResponseCode code)
    {
        Check<FilterResponse>(octets);
        Assert.That(FilterResponse.TryParse(Golden.Octets(octets), out var value), Is.True);
        Assert.That(value, Is.EqualTo(new FilterResponse(kind, code)));
    }

    [Test]
    public void NetworkTypeFilterSet_Figure24_RoundTrip()
    {
        var octets = Golden.Octets(Golden.FilterIPv4Arp)[1..];
        CheckTruncations(octets, static span => NetworkTypeFilterSet.TryParse(span, out _));
        Assert.That(NetworkTypeFilterSet.TryParse(octets, out var set), Is.True);
        Assert.That(set.Count, Is.EqualTo(2));
        Assert.That(set[0], Is.EqualTo(new NetworkTypeRange(EtherType.IPv4, EtherType.IPv4)));
        Assert.That(set[1], Is.EqualTo(new NetworkTypeRange(EtherType.Arp, EtherType.Arp)));
        Assert.That(NetworkTypeFilterSet.Encode([set[0], set[1]]), Is.EqualTo(octets));
        var written = new byte[set.EncodedSize];
        var writer = new WireWriter(written);
        set.Write(ref writer);
        Assert.That(written, Is.EqualTo(octets));
    }

    // nap-accepted.client, record 245: broadcast and the all-nodes group.
    [Test]
    public void MulticastFilterSet_Captured_RoundTrip()
    {
        var octets = Golden.Octets("05 0018 FFFFFFFFFFFF FFFFFFFFFFFF 333300000001 333300000001");
        CheckTruncations(octets, static span => MulticastFilterSet.TryParse(span, out _));
        Assert.That(MulticastFilterSet.TryParse(octets, out var set), Is.True);
        Assert.That(set.Count, Is.EqualTo(2));
        Assert.That(set[0], Is.EqualTo(new MulticastRange(MacAddress.Broadcast, MacAddress.Broadcast)));
        Assert.That(set[1], Is.EqualTo(new MulticastRange(Golden.AllNodes, Golden.AllNodes)));
        Assert.That(MulticastFilterSet.Encode([set[0], set[1]]), Is.EqualTo(octets));
        var written = new byte[set.EncodedSize];
        var writer = new WireWriter(written);
        set.Write(ref writer);
        Assert.That(written, Is.EqualTo(octets));
    }

    [TestCase("03 0003 0800 08")]
    [TestCase("03 0004 0800 0800 00")]
    [TestCase("03 0008 0800 0800")]
    [TestCase("03 0006 0800 0800 0806")]
    public void NetworkTypeFilterSet_WrongLength_IsRejected(string octets) =>
        Assert.That(NetworkTypeFilterSet.TryParse(Golden.Octets(octets), out _), Is.False);

    [TestCase("05 0004 01005E00")]
    [TestCase("05 000C 01005E000000 01005E0000")]
    [TestCase("05 0006 01005E000000")]
    [TestCase("05 FFFF 01005E000000 01005E000000")]
    public void MulticastFilterSet_WrongLength_IsRejected(string octets) =>
        Assert.That(MulticastFilterSet.TryParse(Golden.Octets(octets), out _), Is.False);

    [Test]
    public void EachMessage_OtherControlType_IsRejected([Range(0, 8)] int type)
    {
        byte[] three = [(byte)type, 0, 0];
        byte[] two = [(byte)type, 0];
        byte[] six = [(byte)type, 2, 0x11, 0x16, 0x11, 0x15];
        Assert.Multiple(() =>
        {
            Assert.That(CommandNotUnderstood.TryParse(two, out _), Is.EqualTo(type == 0));
            Assert.That(SetupRequest.TryParse(six, out _), Is.EqualTo(type == 1));
            Assert.That(SetupResponse.TryParse(three, out _), Is.EqualTo(type == 2));
            Assert.That(NetworkTypeFilterSet.TryParse(three, out _), Is.EqualTo(type == 3));
            Assert.That(FilterResponse.TryParse(three, out _), Is.EqualTo(type is 4 or 6));
            Assert.That(MulticastFilterSet.TryParse(three, out _), Is.EqualTo(type == 5));
        });
    }

    [TestCase("00 42", 2)]
    [TestCase("01 10", 34)]
    [TestCase("02 0000", 3)]
    [TestCase("03 0008", 11)]
    [TestCase("04 0000", 3)]
    [TestCase("05 000C", 15)]
    [TestCase("06 0000", 3)]
    public void Measure_EachMessage_NeedsItsOctets(string start, int size)
    {
        var octets = new byte[size + 5];
        Golden.Octets(start).CopyTo(octets, 0);
        Assert.That(ControlMessage.TryMeasure(octets, out var measured), Is.True);
        Assert.That(measured, Is.EqualTo(size));
        for (var length = 1; length < size; length++)
        {
            Assert.That(ControlMessage.TryMeasure(octets.AsSpan(0, length), out _), Is.False, $"{length} octets");
        }
    }

    private static void Check<T>(string text)
        where T : struct, IWireFormat<T>
    {
        var octets = Golden.Octets(text);
        Assert.That(T.TryParse(octets, out var value), Is.True);
        Assert.That(value.EncodedSize, Is.EqualTo(octets.Length));
        var written = new byte[octets.Length];
        var writer = new WireWriter(written);
        value.Write(ref writer);
        Assert.That(written, Is.EqualTo(octets));
        CheckTruncations(octets, static span => T.TryParse(span, out _));
    }

    private static void CheckTruncations(byte[] octets, ParseAttempt attempt)
    {
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.That(attempt(octets.AsSpan(0, length)), Is.False, $"{length} octets");
        }

        Assert.That(attempt([.. octets, 0]), Is.False, "a trailing octet");
    }

    private delegate bool ParseAttempt(ReadOnlySpan<byte> octets);
}
