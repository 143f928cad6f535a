using HostStack.Hci.Capture;
using HostStack.Hci.Packets;

namespace HostStack.Hci.Tests.Capture;

public sealed class BtsnoopReaderTests
{
    private const string Magic = "6274736e6f6f7000";
    private const string Version1 = "00000001";
    private const string H4 = "000003ea";
    private const string Unencapsulated = "000003e9";
    private const string Monitor = "000007d1";

    /// <summary>2026-11-20 10:13:43.911259 UTC, as the capture gn-refused.server has it.</summary>
    private const string Time = "00e33e658df4b015";

    private const string Header = Magic + Version1 + H4;

    /// <summary>Reset, sent: original 4, included 4, flags 2, drops 7.</summary>
    private const string ResetRecord = "00000004" + "00000004" + "00000002" + "00000007" + Time + "01030c00";

    [Test]
    public void Read_H4Record_GivesPacketDirectionTimeAndDrops()
    {
        using var reader = Open(Header + ResetRecord);
        Assert.That(reader.TryRead(out var record), Is.True);
        Assert.That(Convert.ToHexString(record.Packet.Span), Is.EqualTo("01030C00"));
        Assert.That(record.Direction, Is.EqualTo(CaptureDirection.HostToController));
        Assert.That(record.Timestamp.UtcDateTime.Year, Is.EqualTo(2026));
        Assert.That(record.Drops, Is.EqualTo(7));
        Assert.That(record.OriginalLength, Is.EqualTo(4));
        Assert.That(record.IsCut, Is.False);
        Assert.That(reader.TryRead(out _), Is.False);
        Assert.That(reader.Problem, Is.Null);
    }

    [Test]
    public void Read_TimeOfTheYear2000_IsThatOfTheFormat()
    {
        using var reader = Open(Header + ResetRecord.Replace(Time, "00e03ab44a676000", StringComparison.Ordinal));
        Assert.That(reader.TryRead(out var record), Is.True);
        Assert.That(record.Timestamp, Is.EqualTo(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)));
    }

    [TestCase("00000000", H4PacketType.AclData, CaptureDirection.HostToController)]
    [TestCase("00000001", H4PacketType.AclData, CaptureDirection.ControllerToHost)]
    [TestCase("00000002", H4PacketType.Command, CaptureDirection.HostToController)]
    [TestCase("00000003", H4PacketType.Event, CaptureDirection.ControllerToHost)]
    public void Read_Unencapsulated_TypeComesOfTheFlags(string flags, H4PacketType type, CaptureDirection direction)
    {
        using var reader = Open(Magic + Version1 + Unencapsulated + "0000000500000002" + flags + "00000000" + Time + "abcd");
        Assert.That(reader.TryRead(out var record), Is.True);
        Assert.That(record.Packet.ToArray(), Is.EqualTo(new byte[] { (byte)type, 0xAB, 0xCD }));
        Assert.That(record.Direction, Is.EqualTo(direction));
        Assert.That(record.OriginalLength, Is.EqualTo(6));
        Assert.That(record.IsCut, Is.True);
    }

    [TestCase(2, H4PacketType.Command, CaptureDirection.HostToController)]
    [TestCase(3, H4PacketType.Event, CaptureDirection.ControllerToHost)]
    [TestCase(4, H4PacketType.AclData, CaptureDirection.HostToController)]
    [TestCase(5, H4PacketType.AclData, CaptureDirection.ControllerToHost)]
    [TestCase(6, H4PacketType.SynchronousData, CaptureDirection.HostToController)]
    [TestCase(7, H4PacketType.SynchronousData, CaptureDirection.ControllerToHost)]
    [TestCase(18, H4PacketType.IsoData, CaptureDirection.HostToController)]
    [TestCase(19, H4PacketType.IsoData, CaptureDirection.ControllerToHost)]
    public void Read_Monitor_TypeAndAdapterComeOfTheFlags(int code, H4PacketType type, CaptureDirection direction)
    {
        using var reader = Open(Magic + Version1 + Monitor + "0000000200000002" + $"0003{code:x4}" + "00000000" + Time + "abcd");
        Assert.That(reader.TryRead(out var record), Is.True);
        Assert.That(record.Packet.ToArray(), Is.EqualTo(new byte[] { (byte)type, 0xAB, 0xCD }));
        Assert.That(record.Direction, Is.EqualTo(direction));
        Assert.That(record.Adapter, Is.EqualTo(3));
    }

    [TestCase(0)]
    [TestCase(12)]
    [TestCase(17)]
    [TestCase(999)]
    public void Read_MonitorOther_IsANote(int code)
    {
        using var reader = Open(Magic + Version1 + Monitor + "0000000200000002" + $"ffff{code:x4}" + "00000000" + Time + "abcd");
        Assert.That(reader.TryRead(out var record), Is.True);
        Assert.That(record.IsPacket, Is.False);
        Assert.That(record.Type, Is.Null);
        Assert.That(record.Note?.OpCode, Is.EqualTo((MonitorOpCode)code));
        Assert.That(record.Note?.Data.ToArray(), Is.EqualTo(new byte[] { 0xAB, 0xCD }));
    }

    [TestCase("", "first octets")]
    [TestCase("6274736e6f6f", "first octets")]
    [TestCase("7274736e6f6f700000000001000003ea", "first octets")]
    [TestCase(Magic + "00000002" + H4, "version 2")]
    [TestCase(Magic + Version1 + "000003eb", "datalink 1003")]
    public void Open_WhatIsNoCapture_SaysWhy(string hex, string part) =>
        Assert.That(() => Open(hex), Throws.TypeOf<InvalidDataException>().With.Message.Contains(part));

    [Test]
    public void Read_EveryTruncationOfTheLastRecord_GivesTheRecordsBeforeItAndASentence()
    {
        var whole = Convert.FromHexString(Header + ResetRecord + ResetRecord);
        var second = 16 + 28;
        for (var length = second; length < whole.Length; length++)
        {
            using var reader = BtsnoopReader.Open(new MemoryStream(whole, 0, length));
            Assert.That(reader.ReadAll().Count(), Is.EqualTo(1), $"{length} octets");
            Assert.That(reader.Problem is null, Is.EqualTo(length == second), $"{length} octets");
            Assert.That(reader.TryRead(out _), Is.False);
        }
    }

    [TestCase("ffffffff" + "ffffffff" + "00000002" + "00000000" + Time + "01", "4294967295 octets")]
    [TestCase("00010005" + "00010005" + "00000002" + "00000000" + Time + "01", "65541 octets")]
    [TestCase("00000003" + "00000004" + "00000002" + "00000000" + Time + "01030c00", "4 octets of 3")]
    [TestCase("00000004" + "00000004" + "00000002" + "00000000" + "7fffffffffffffff" + "01030c00", "calendar")]
    [TestCase("00000004" + "00000004" + "00000002" + "00000000" + "8000000000000000" + "01030c00", "calendar")]
    public void Read_LyingRecord_EndsWithASentence(string record, string part)
    {
        using var reader = Open(Header + ResetRecord + record + ResetRecord);
        Assert.That(reader.ReadAll().Count(), Is.EqualTo(1));
        Assert.That(reader.Problem, Does.Contain(part).And.Contain("after record 1"));
    }

    [Test]
    public void Read_RandomOctetsAfterTheHeader_NeverThrows()
    {
        const int seed = 4711;
        var random = new Random(seed);
        for (var round = 0; round < 500; round++)
        {
            var octets = new byte[random.Next(0, 200)];
            random.NextBytes(octets);
            octets.AsSpan(0, Math.Min(6, octets.Length)).Clear();
            var header = Convert.FromHexString(Magic + Version1 + (round % 2 == 0 ? H4 : Monitor));
            using var reader = BtsnoopReader.Open(new MemoryStream([.. header, .. octets]));
            Assert.That(() => reader.ReadAll().Count(), Throws.Nothing, $"seed {seed}, round {round}");
        }
    }

    private static BtsnoopReader Open(string hex) => BtsnoopReader.Open(new MemoryStream(Convert.FromHexString(hex)));
}
