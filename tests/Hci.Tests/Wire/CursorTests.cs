using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Wire;

public sealed class CursorTests
{
    private static readonly byte[] Octets = [.. Enumerable.Range(1, 40).Select(static i => (byte)i)];

    [Test]
    public void Reader_EveryWidth_HasTheOrderOfItsName()
    {
        var reader = new WireReader(Octets);
        Assert.That(reader.U8(), Is.EqualTo(0x01));
        Assert.That(reader.U16(), Is.EqualTo(0x0302));
        Assert.That(reader.U24(), Is.EqualTo(0x060504));
        Assert.That(reader.U32(), Is.EqualTo(0x0A090807));
        Assert.That(reader.U64(), Is.EqualTo(0x1211100F0E0D0C0B));
        Assert.That(reader.U16BigEndian(), Is.EqualTo(0x1314));
        Assert.That(reader.U32BigEndian(), Is.EqualTo(0x15161718));
        Assert.That(reader.U64BigEndian(), Is.EqualTo(0x191A1B1C1D1E1F20));
        Assert.That(reader.BdAddr().ToString(), Is.EqualTo("26:25:24:23:22:21"));
        Assert.That(reader.Remaining, Is.EqualTo(2));
        Assert.That(reader.AtEnd, Is.False);
        Assert.That(reader.Rest().Length, Is.EqualTo(2));
        Assert.That(reader.AtEnd, Is.True);
    }

    [Test]
    public void Writer_EveryWidth_WritesWhatTheReaderReads()
    {
        var destination = new byte[40];
        var writer = new WireWriter(destination);
        writer.U8(0x01);
        writer.U16(0x0302);
        writer.U24(0xFF060504);
        writer.U32(0x0A090807);
        writer.U64(0x1211100F0E0D0C0B);
        writer.U16BigEndian(0x1314);
        writer.U32BigEndian(0x15161718);
        writer.U64BigEndian(0x191A1B1C1D1E1F20);
        writer.BdAddr(BdAddr.Parse("26:25:24:23:22:21"));
        writer.Bytes([0x27]);
        writer.I8(0x28);
        Assert.That(destination, Is.EqualTo(Octets));
        Assert.That((writer.Length, writer.Remaining), Is.EqualTo((40, 0)));
        Assert.That(writer.Written.SequenceEqual(destination), Is.True);
    }

    [Test]
    public void Writer_BeyondTheEnd_IsTheCallersMistake() =>
        Assert.That(
            static () =>
            {
                var writer = new WireWriter(new byte[1]);
                writer.U16(1);
            },
            Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Reader_ShortRead_PoisonsAllThatFollows()
    {
        var reader = new WireReader([1, 2, 3]);
        Assert.That(reader.U32(), Is.Zero);
        Assert.That(reader.U8(), Is.Zero);
        Assert.That(reader.Rest().IsEmpty, Is.True);
        Assert.That((reader.Ok, reader.AtEnd), Is.EqualTo((false, false)));
    }

    [Test]
    public void Reader_NegativeCount_Poisons()
    {
        var reader = new WireReader([1, 2, 3]);
        Assert.That(reader.Bytes(-1).IsEmpty, Is.True);
        Assert.That(reader.Ok, Is.False);
    }

    [TestCase((byte)0, true, false)]
    [TestCase((byte)1, true, true)]
    [TestCase((byte)2, false, false)]
    public void Reader_Flag_IsZeroOrOne(byte octet, bool ok, bool value)
    {
        var reader = new WireReader([octet]);
        Assert.That((reader.Flag(), reader.Ok), Is.EqualTo((value, ok)));
    }

    [Test]
    public void Handle_ReservedBits_AreNeitherReadNorWritten()
    {
        var reader = new WireReader([0xFF, 0xFE]);
        Assert.That(reader.Handle(), Is.EqualTo(new ConnectionHandle(0x0EFF)));
        var writer = new WireWriter(new byte[2]);
        writer.Handle(new ConnectionHandle(0xFEFF));
        Assert.That(Convert.ToHexString(writer.Written), Is.EqualTo("FF0E"));
    }

    [TestCase("5C:F3:70:66:12:34", true)]
    [TestCase("5c:f3:70:66:12:34", true)]
    [TestCase("5C:F3:70:66:12", false)]
    [TestCase("5C-F3-70-66-12-34", false)]
    [TestCase("5C:F3:70:66:12:3G", false)]
    [TestCase(" C:F3:70:66:12:34", false)]
    [TestCase("", false)]
    public void BdAddr_OfText_IsSixOctets(string text, bool expected)
    {
        Assert.That(BdAddr.TryParse(text, out var address), Is.EqualTo(expected));
        Assert.That(address.ToString(), Is.EqualTo(expected ? "5C:F3:70:66:12:34" : "00:00:00:00:00:00"));
    }

    [Test]
    public void BdAddr_KindOfAddress_IsTold()
    {
        Assert.That(BdAddr.Parse("01:00:00:00:00:00").IsMulticast, Is.True);
        Assert.That(BdAddr.Parse("02:00:00:00:00:01").IsMulticast, Is.False);
        Assert.That(default(BdAddr).IsZero, Is.True);
        Assert.That(static () => BdAddr.Parse("x"), Throws.TypeOf<FormatException>());
    }
}
