using HostStack.Hci.Capture;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Capture;

public sealed class BtsnoopWriterTests
{
    private static readonly byte[] Reset = [0x01, 0x03, 0x0C, 0x00];
    private static readonly byte[] Complete = [0x04, 0x0E, 0x04, 0x01, 0x03, 0x0C, 0x00];

    [Test]
    public void Write_H4_GivesTheGoldenFile()
    {
        var octets = Write(BtsnoopDatalink.H4, new FixedTime());
        Assert.That(octets, Is.EqualTo(Convert.FromHexString(
            "6274736e6f6f7000" + "00000001" + "000003ea"
            + "00000004" + "00000004" + "00000002" + "00000000" + "00e03ab44a676001" + "01030c00"
            + "00000007" + "00000007" + "00000003" + "00000000" + "00e03ab44a676001" + "040e0401030c00"
            + "00000007" + "00000007" + "00000000" + "00000000" + "00e03ab44a676001" + "022a200200abcd"
            + "00000007" + "00000007" + "00000001" + "00000000" + "00e03ab44a676001" + "022a200200abcd")));
    }

    [Test]
    public void Write_Monitor_GivesTheGoldenFile()
    {
        var octets = Write(BtsnoopDatalink.LinuxMonitor, new FixedTime());
        Assert.That(octets, Is.EqualTo(Convert.FromHexString(
            "6274736e6f6f7000" + "00000001" + "000007d1"
            + "00000003" + "00000003" + "00000002" + "00000000" + "00e03ab44a676001" + "030c00"
            + "00000006" + "00000006" + "00000003" + "00000000" + "00e03ab44a676001" + "0e0401030c00"
            + "00000006" + "00000006" + "00000004" + "00000000" + "00e03ab44a676001" + "2a200200abcd"
            + "00000006" + "00000006" + "00000005" + "00000000" + "00e03ab44a676001" + "2a200200abcd")));
    }

    [TestCase(BtsnoopDatalink.H4)]
    [TestCase(BtsnoopDatalink.LinuxMonitor)]
    public void Write_ReadBack_IsEqual(BtsnoopDatalink datalink)
    {
        var time = new ManualTime();
        using var reader = BtsnoopReader.Open(new MemoryStream(Write(datalink, time)));
        var records = reader.ReadAll().ToList();
        Assert.That(records, Has.Count.EqualTo(4));
        Assert.That(records[0].Packet.ToArray(), Is.EqualTo(Reset));
        Assert.That(records[1].Packet.ToArray(), Is.EqualTo(Complete));
        Assert.That(records[1].Direction, Is.EqualTo(CaptureDirection.ControllerToHost));
        Assert.That(records[3].Timestamp, Is.EqualTo(time.GetUtcNow()));
    }

    [Test]
    public void Create_OverAFileThatOthersCanRead_LeavesItToTheOwner()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("File modes are of Unix.");
            return;
        }

        var folder = Directory.CreateTempSubdirectory("btsnoop");
        try
        {
            var path = Path.Combine(folder.FullName, "a.btsnoop");
            foreach (var round in new[] { "new", "overwritten" })
            {
                using (var writer = BtsnoopWriter.Create(path, new FixedTime()))
                {
                    writer.Packet(CaptureDirection.HostToController, Reset);
                }

                Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite), round);
                Assert.That(new FileInfo(path).Length, Is.EqualTo(16 + 24 + 4));
                File.SetUnixFileMode(
                    path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public void Write_DiskFull_EndsTheCaptureWithASentenceAndNothingThrows()
    {
        using var writer = new BtsnoopWriter(new FullDisk(16 + 28), new FixedTime());
        writer.Packet(CaptureDirection.HostToController, Reset);
        Assert.That(writer.Problem, Is.Null);
        writer.Packet(CaptureDirection.HostToController, Reset);
        writer.Packet(CaptureDirection.HostToController, Reset);
        Assert.That(writer.Problem, Does.Contain("after 1 packets"));
        Assert.That(writer.Packets, Is.EqualTo(1));
    }

    [Test]
    public void Write_AfterDispose_IsLeftOut()
    {
        var writer = new BtsnoopWriter(new MemoryStream(), new FixedTime());
        writer.Dispose();
        writer.Packet(CaptureDirection.HostToController, Reset);
        writer.Dispose();
        Assert.That(writer.Packets, Is.Zero);
    }

    [Test]
    public void Write_EmptyPacketOrDatalink1001_IsNotWritten()
    {
        using var writer = new BtsnoopWriter(new MemoryStream(), new FixedTime());
        writer.Packet(CaptureDirection.HostToController, []);
        Assert.That(writer.Packets, Is.Zero);
        Assert.That(
            () => new BtsnoopWriter(new MemoryStream(), new FixedTime(), BtsnoopDatalink.Unencapsulated),
            Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Write_SteadyState_AllocatesNothing()
    {
        using var writer = new BtsnoopWriter(new MemoryStream(new byte[1 << 20]), new FixedTime());
        for (var i = 0; i < 100; i++)
        {
            writer.Packet(CaptureDirection.HostToController, Complete);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            writer.Packet(CaptureDirection.HostToController, Complete);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(writer.Packets, Is.EqualTo(1100));
    }

    private static byte[] Write(BtsnoopDatalink datalink, TimeProvider time)
    {
        var stream = new MemoryStream();
        using (var writer = new BtsnoopWriter(stream, time, datalink))
        {
            byte[] data = [0x02, 0x2A, 0x20, 0x02, 0x00, 0xAB, 0xCD];
            writer.Packet(CaptureDirection.HostToController, Reset);
            writer.Packet(CaptureDirection.ControllerToHost, Complete);
            writer.Packet(CaptureDirection.HostToController, data);
            writer.Packet(CaptureDirection.ControllerToHost, data);
        }

        return stream.ToArray();
    }

    /// <summary>One microsecond after the year 2000 began.</summary>
    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMicroseconds(1);
    }

    private sealed class FullDisk(int capacity) : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length + buffer.Length > capacity)
            {
                throw new IOException("No space left on device.");
            }

            base.Write(buffer);
        }
    }
}
