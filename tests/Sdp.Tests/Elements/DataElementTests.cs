using HostStack.Sdp.Elements;

namespace HostStack.Sdp.Tests.Elements;

[TestFixture]
public sealed class DataElementTests
{
    // From the rules of Core, Vol 3, Part B, 3.2 and 3.3: type in five bits, size index in three.
    private static readonly object[] Vectors =
    [
        new object[] { "00", DataElement.Nil },
        new object[] { "08 FF", DataElement.UInt8(0xFF) },
        new object[] { "09 0102", DataElement.UInt16(0x0102) },
        new object[] { "0A 01020304", DataElement.UInt32(0x01020304) },
        new object[] { "0B 0102030405060708", DataElement.UInt64(0x0102030405060708) },
        new object[] { "0C 0102030405060708090A0B0C0D0E0F10", DataElement.UInt128(new UInt128(0x0102030405060708, 0x090A0B0C0D0E0F10)) },
        new object[] { "10 FE", DataElement.Int8(-2) },
        new object[] { "11 FFFE", DataElement.Int16(-2) },
        new object[] { "12 FFFFFFFE", DataElement.Int32(-2) },
        new object[] { "13 FFFFFFFFFFFFFFFE", DataElement.Int64(-2) },
        new object[] { "14 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFE", DataElement.Int128(-2) },
        new object[] { "19 1116", DataElement.Uuid(new SdpUuid((ushort)0x1116)) },
        new object[] { "1A 00001116", DataElement.Uuid(new SdpUuid(0x1116u)) },
        new object[]
        {
            "1C 0000111600001000800000805F9B34FB",
            DataElement.Uuid(new SdpUuid(new UInt128(0x0000111600001000, 0x800000805F9B34FB))),
        },
        new object[] { "25 03 474E20", DataElement.Text("GN ") },
        new object[] { "28 01", DataElement.Boolean(true) },
        new object[] { "28 00", DataElement.Boolean(false) },
        new object[] { "35 00", DataElement.Sequence() },
        new object[] { "35 05 08 01 35 01 00", DataElement.Sequence(DataElement.UInt8(1), DataElement.Sequence(DataElement.Nil)) },
        new object[] { "3D 03 09 0001", DataElement.Alternative(DataElement.UInt16(1)) },
        new object[] { "45 02 613A", DataElement.Url("a:") },
    ];

    [TestCaseSource(nameof(Vectors))]
    public void Parse_Vector_GivesTheElementAndWritesBack(string hex, DataElement expected)
    {
        var octets = Hex.Parse(hex);
        Assert.That(DataElement.TryParse(octets, out var element), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That(element, Is.EqualTo(expected));
            Assert.That(element!.GetHashCode(), Is.EqualTo(expected.GetHashCode()));
            Assert.That(element.EncodedSize, Is.EqualTo(octets.Length));
            Assert.That(Hex.Of(expected.ToArray()), Is.EqualTo(Hex.Of(octets)));
        });
    }

    [TestCaseSource(nameof(Vectors))]
    public void Parse_EveryTruncationAndATrailingOctet_IsRejected(string hex, DataElement expected)
    {
        var octets = Hex.Parse(hex);
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.That(DataElement.TryParse(octets.AsSpan(0, length), out _), Is.False, $"{expected.Type} cut to {length}");
        }

        Assert.That(DataElement.TryParse([.. octets, 0x00], out _), Is.False);
    }

    [TestCase("36 0003 09 0001", "35 03 09 0001")]
    [TestCase("37 00000003 09 0001", "35 03 09 0001")]
    [TestCase("26 0001 41", "25 01 41")]
    [TestCase("27 00000001 41", "25 01 41")]
    public void Write_LengthReadInALongForm_IsWrittenInTheShortest(string hex, string canonical)
    {
        Assert.That(DataElement.TryParse(Hex.Parse(hex), out var element), Is.True);
        Assert.That(element!.ToArray(), Is.EqualTo(Hex.Parse(canonical)));
    }

    [TestCase(255, 2)]
    [TestCase(256, 3)]
    [TestCase(65535, 3)]
    [TestCase(65536, 5)]
    public void Write_LengthsAroundTheFormsLimits_TakeTheShortestHeader(int length, int header)
    {
        var octets = DataElement.Text(new byte[length]).ToArray();
        Assert.That(octets, Has.Length.EqualTo(header + length));
        Assert.That(DataElement.TryParse(octets, out var element), Is.True);
        Assert.That(element!.Length, Is.EqualTo(length));
    }

    [Test]
    public void Parse_EveryDescriptor_IsReadOrRefusedByTheTable([Range(0, 255)] int descriptor)
    {
        var type = descriptor >> 3;
        var size = descriptor & 7;
        var allowed = type switch
        {
            0 or 5 => size == 0,
            1 or 2 => size <= 4,
            3 => size is 1 or 2 or 4,
            4 or 6 or 7 or 8 => size >= 5,
            _ => false,
        };
        var data = size >= 5 ? new byte[1 << (size - 5)] : type == 0 ? [] : new byte[1 << size];
        Assert.That(DataElement.TryParse([(byte)descriptor, .. data], out _), Is.EqualTo(allowed));
    }

    [TestCase("37 FFFFFFFF 00")]
    [TestCase("27 80000000 00")]
    [TestCase("47 7FFFFFFF 00")]
    public void Parse_LengthBeyondTheOctets_IsRejectedWithoutAllocating(string hex)
    {
        var octets = Hex.Parse(hex);
        var parsed = DataElement.TryParse(octets, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        parsed |= DataElement.TryParse(octets, out _);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(parsed, Is.False);
    }

    [TestCase(DataElement.MaximumDepth, true)]
    [TestCase(DataElement.MaximumDepth + 1, false)]
    public void Parse_NestingAroundTheCap_IsReadUpToIt(int depth, bool expected)
    {
        var element = DataElement.Sequence();
        for (var i = 1; i < depth; i++)
        {
            element = DataElement.Sequence(element);
        }

        Assert.That(DataElement.TryParse(element.ToArray(), out _), Is.EqualTo(expected));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "SDP nesting")]
    public void Parse_ThousandNestedSequences_IsRejectedAtEveryTruncation()
    {
        var octets = Nesting.Of(1000);
        Assert.That(DataElement.TryParse(octets, out _), Is.False);
        for (var length = 0; length < octets.Length; length++)
        {
            Assert.That(DataElement.TryParse(octets.AsSpan(0, length), out _), Is.False);
        }
    }

    [TestCase(DataElement.MaximumCount - 1, true)]
    [TestCase(DataElement.MaximumCount, false)]
    public void Parse_NumberOfElementsAroundTheCap_IsReadUpToIt(int items, bool expected)
    {
        // Nil elements: one octet each.
        byte[] octets = [0x37, 0, 0, (byte)(items >> 8), (byte)items, .. new byte[items]];
        Assert.That(DataElement.TryParse(octets, out _), Is.EqualTo(expected));
    }

    [Test]
    public void TryGet_OtherType_IsFalse()
    {
        var text = DataElement.Text("x");
        Assert.Multiple(() =>
        {
            Assert.That(text.TryGetUnsigned(out _), Is.False);
            Assert.That(text.TryGetSigned(out _), Is.False);
            Assert.That(text.TryGetUuid(out _), Is.False);
            Assert.That(text.TryGetBoolean(out _), Is.False);
            Assert.That(DataElement.Nil.TryGetText(out _), Is.False);
            Assert.That(DataElement.UInt128(UInt128.MaxValue).TryGetUnsigned(out _), Is.False);
        });
    }

    [Test]
    public void TryGetSigned_EachWidth_KeepsTheSign()
    {
        DataElement[] elements = [DataElement.Int8(-3), DataElement.Int16(-3), DataElement.Int32(-3), DataElement.Int64(-3), DataElement.Int128(-3)];
        foreach (var element in elements)
        {
            Assert.That(element.TryGetSigned(out var value) ? value : 0, Is.EqualTo((Int128)(-3)), $"{element.Length} octets");
        }
    }

    [Test]
    public void TryGetText_BadUtf8AndTrailingNul_IsReadable()
    {
        Assert.That(DataElement.Text([0x41, 0xFF, 0x00]).TryGetText(out var text), Is.True);
        Assert.That(text, Is.EqualTo("A\uFFFD"));
    }

    [Test]
    public void Parse_RandomOctets_NeverThrowAndWriteBackWhatWasRead([Range(0, 19)] int seed)
    {
        var random = new Random(seed);
        for (var run = 0; run < 2000; run++)
        {
            var octets = new byte[random.Next(0, 40)];
            random.NextBytes(octets);
            octets.AsSpan(0, Math.Min(octets.Length, 1)).Fill((byte)(0x35 + random.Next(0, 3)));
            if (DataElement.TryParse(octets, out var element))
            {
                Assert.That(DataElement.TryParse(element!.ToArray(), out var again), Is.True, $"seed {seed}: {Hex.Of(octets)}");
                Assert.That(again, Is.EqualTo(element), $"seed {seed}: {Hex.Of(octets)}");
            }
        }
    }
}
