using HostStack.Hci.Startup.Broadcom;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Startup.Broadcom;

[TestFixture]
public sealed class HcdFileTests
{
    // Two Write RAM (0xFC4C) at 0x00216104 and 0x0021610A, Launch RAM (0xFC4E).
    private static readonly byte[] s_golden =
    [
        0x4C, 0xFC, 0x0A, 0x04, 0x61, 0x21, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06,
        0x4C, 0xFC, 0x05, 0x0A, 0x61, 0x21, 0x00, 0x07,
        0x4E, 0xFC, 0x04, 0xFF, 0xFF, 0xFF, 0xFF,
    ];

    [Test]
    public void Read_Records_AreGivenAsWritten()
    {
        Assert.That(HcdFile.Read(s_golden, out var records), Is.Null);
        Assert.That(records.Select(record => record.OpCode), Is.EqualTo((ushort[])[0xFC4C, 0xFC4C, 0xFC4E]));
        Assert.That(records[0].Parameters.ToArray(), Is.EqualTo(s_golden[3..13]));
        Assert.That(records[2].Parameters.ToArray(), Is.EqualTo((byte[])[0xFF, 0xFF, 0xFF, 0xFF]));
    }

    [Test]
    public void Read_EveryTruncation_IsRefused([Range(0, 27)] int length)
    {
        Assert.That(HcdFile.Read(s_golden.AsMemory(0, length), out var records), Is.Not.Null);
        Assert.That(records, Is.Empty);
    }

    [TestCase(new byte[] { 0x4E, 0xFC, 0x00, 0x4C, 0xFC, 0x00 }, "something follows its last record")]
    [TestCase(new byte[] { 0x03, 0x0C, 0x00, 0x4E, 0xFC, 0x00 }, "record 0 is no command of the maker's")]
    [TestCase(new byte[] { 0x4C, 0xFC, 0x00 }, "the record that starts it is missing")]
    public void Read_WhatIsNoPatch_IsSaid(byte[] file, string expected) =>
        Assert.That(HcdFile.Read(file, out _), Is.EqualTo(expected));

    [Test]
    public void Read_TextFile_IsNoPatch() =>
        Assert.That(HcdFile.Read("<!DOCTYPE html><html><body>404"u8.ToArray(), out _), Is.Not.Null);

    [Test]
    public void Read_RandomChanges_NeverThrow()
    {
        const int seed = 20702;
        var random = new Random(seed);
        for (var round = 0; round < 20_000; round++)
        {
            var file = s_golden.ToArray();
            file[random.Next(file.Length)] = (byte)random.Next(256);
            file[random.Next(file.Length)] = (byte)random.Next(256);
            Assert.That(() => HcdFile.Read(file, out _), Throws.Nothing, $"seed {seed}, round {round}");
        }
    }

    // Kernel logs: a BCM20702A1 of ASUS asks for these two, in this order; a BCM43430A1 behind a UART for brcm/BCM43430A1.hcd.
    [Test]
    public void Files_UsbAndSerial_HaveTheKernelsNames()
    {
        Assert.That(BroadcomChips.Name(0x220E, isUsb: true), Is.EqualTo("BCM20702A1"));
        Assert.That(
            BroadcomChips.Files("BCM20702A1", new UsbId(0x0B05, 0x17CB)),
            Is.EqualTo((string[])["brcm/BCM20702A1-0b05-17cb.hcd", "brcm/BCM-0b05-17cb.hcd"]));
        Assert.That(BroadcomChips.Name(0x2209, isUsb: false), Is.EqualTo("BCM43430A1"));
        Assert.That(BroadcomChips.Files("BCM43430A1", null), Is.EqualTo((string[])["brcm/BCM43430A1.hcd", "brcm/BCM.hcd"]));
        Assert.That(BroadcomChips.Files(BroadcomChips.Unknown, null), Is.EqualTo((string[])["brcm/BCM.hcd"]));
    }
}
