using HostStack.Hci.Packets;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

[TestFixture]
public sealed class UsbPacketAssemblerTests
{
    private const int UsbPacket = 16;

    // Core, Vol 4, Part E, 7.7.14 and 7.3.2: Command Complete of Reset.
    private static readonly byte[] ResetAnswer = [0x0E, 0x04, 0x01, 0x03, 0x0C, 0x00];

    // 7.7.3: Connection Complete, success, handle 0x000B, 00:1B:DC:0F:62:3C, ACL, no encryption.
    private static readonly byte[] ConnectionComplete =
        [0x03, 0x0B, 0x00, 0x0B, 0x00, 0x3C, 0x62, 0x0F, 0xDC, 0x1B, 0x00, 0x01, 0x00];

    // Handle 0x000B, first automatically flushable packet, an L2CAP information request.
    private static readonly byte[] Data =
        [0x0B, 0x20, 0x0A, 0x00, 0x06, 0x00, 0x01, 0x00, 0x0A, 0x01, 0x02, 0x00, 0x02, 0x00];

    private RecordingSink _sink = null!;

    [SetUp]
    public void SetUp() => _sink = new RecordingSink();

    [Test]
    public void Feed_Event_IsDeliveredWithItsTypeOctet()
    {
        Feed(Events(), ConnectionComplete);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { (byte[])[0x04, .. ConnectionComplete] }));
    }

    [Test]
    public void Feed_Data_IsDeliveredWithItsTypeOctet()
    {
        Feed(DataPipe(), Data);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { (byte[])[0x02, .. Data] }));
    }

    // Barrot BR8554: one octet of noise behind the answer to Read Local Extended Features, which fills a USB packet.
    [Test]
    public void Feed_StrayOctet_OfADeviceThatIsKnownForIt_IsDropped()
    {
        byte[] features = [0x0E, 0x0E, 0x01, 0x04, 0x10, 0x00, 0x01, 0x02, 0x0F, 0, 0, 0, 0, 0, 0, 0];
        var events = new UsbPacketAssembler(H4PacketType.Event, UsbPacket, byte.MaxValue) { DropsStrayOctets = true };
        Feed(events, features);
        Feed(events, [0x5A]);
        Feed(events, ConnectionComplete);
        Feed(events, [.. features, 0x5A]);
        Feed(events, [.. ConnectionComplete, .. ConnectionComplete.AsSpan(..3)]);
        Feed(events, ConnectionComplete.AsSpan(3..));
        Assert.That(_sink.Packets.Select(packet => packet.Length), Is.EqualTo((int[])[17, 14, 17, 14, 14]));
        Assert.That(events.Discarded, Is.EqualTo(2));
        Assert.That(events.IsLost, Is.False);
    }

    [Test]
    public void Feed_EveryTruncation_DeliversNothingBeforeTheRest([Range(0, 12)] int length)
    {
        var events = Events();
        Feed(events, ConnectionComplete.AsSpan(..length));
        Assert.That(_sink.Packets, Is.Empty);
        Assert.That(events.IsWithinPacket, Is.EqualTo(length > 0));
        Feed(events, ConnectionComplete.AsSpan(length..));
        Assert.That(_sink.Packets, Is.EqualTo(new[] { (byte[])[0x04, .. ConnectionComplete] }));
    }

    [Test]
    public void Feed_EveryTruncationOfData_DeliversNothingBeforeTheRest([Range(0, 13)] int length)
    {
        var data = DataPipe();
        Feed(data, Data.AsSpan(..length));
        Assert.That(_sink.Packets, Is.Empty);
        Feed(data, Data.AsSpan(length..));
        Assert.That(_sink.Packets, Is.EqualTo(new[] { (byte[])[0x02, .. Data] }));
    }

    [Test]
    public void Feed_SeveralPacketsAndAHalf_DeliversTheWholeOnes()
    {
        var events = Events();
        Feed(events, [.. ConnectionComplete, .. ResetAnswer, .. ConnectionComplete[..5]]);
        Assert.That(_sink.Packets, Has.Count.EqualTo(2));
        Feed(events, ConnectionComplete.AsSpan(5..));
        Assert.That(_sink.Packets[2], Is.EqualTo((byte[])[0x04, .. ConnectionComplete]));
    }

    [Test]
    public void Feed_EmptyPackets_AreDelivered()
    {
        Feed(Events(), [0xFF, 0x00]);
        Feed(DataPipe(), [0x0B, 0x20, 0x00, 0x00]);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { new byte[] { 0x04, 0xFF, 0x00 }, [0x02, 0x0B, 0x20, 0x00, 0x00] }));
    }

    /// <summary>Any split of any packets gives the same packets.</summary>
    [Test]
    public void Feed_RandomSplits_DeliversThePacketsInOrder([Values(1, 2, 3, 4, 5)] int round)
    {
        var seed = HashCode.Combine(round, Environment.TickCount);
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var sent = new List<byte[]>();
        for (var i = 0; i < 500; i++)
        {
            var contents = new byte[random.Next(1022)];
            random.NextBytes(contents);
            sent.Add([(byte)random.Next(256), (byte)(0x20 | random.Next(14)), (byte)contents.Length, (byte)(contents.Length >> 8), .. contents]);
        }

        var assembler = DataPipe();
        var octets = sent.SelectMany(static packet => packet).ToArray().AsSpan();
        while (!octets.IsEmpty)
        {
            var length = Math.Min(octets.Length, random.Next(3) == 0 ? random.Next(4) : random.Next(3000));
            Feed(assembler, octets[..length]);
            octets = octets[length..];
        }

        Assert.That(_sink.Packets, Is.EqualTo(sent.Select(static packet => (byte[])[0x02, .. packet])), $"seed {seed}");
    }

    [Test]
    public void Feed_ImpossibleHeader_LosesTheFramingOnce()
    {
        var cases = new (UsbPacketAssembler Pipe, byte[] Octets)[]
        {
            (Events(), [0x00, 0x00]),
            (DataPipe(), [0x00, 0x2F, 0x04, 0x00]),
            (DataPipe(), [0x0B, 0x20, 0x01, 0x10]),
        };
        foreach (var (pipe, octets) in cases)
        {
            Feed(pipe, [.. octets, .. octets, .. octets]);
            Assert.That(pipe.IsLost);
            Assert.That(pipe.Discarded, Is.EqualTo(3 * octets.Length));
        }

        Assert.That(_sink.Packets, Is.Empty);
        Assert.That(_sink.Losses, Is.EqualTo(new[]
        {
            "an event with code 0", "data with the reserved handle 0xF00", "data of 4097 octets, more than 4096",
        }));
    }

    [Test]
    public void Feed_LongestPackets_AreBelieved()
    {
        Feed(Events(), [0xFF, 0xFF, .. new byte[255]]);
        Feed(DataPipe(), [0xFF, 0x2E, 0x00, 0x10, .. new byte[4096]]);
        Assert.That(_sink.Packets.Select(static packet => packet.Length), Is.EqualTo(new[] { 258, 4101 }));
        Assert.That(_sink.Losses, Is.Empty);
    }

    [Test]
    public void Feed_LostEvents_ComeBackWithTheAnswerToReset()
    {
        var events = Events();
        Feed(events, [0x00, 0x00]);
        Feed(events, ResetAnswer);
        Assert.That(_sink.Packets, Is.Empty, "no Reset was sent");
        Feed(events, [0x0E, 0x0E, 0x04, 0x00], isResetting: true);
        Feed(events, [.. ResetAnswer[..2], .. ResetAnswer, .. ConnectionComplete], isResetting: true);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { (byte[])[0x04, .. ResetAnswer], [0x04, .. ConnectionComplete] }));
    }

    [Test]
    public void Feed_LostEvents_AFailedResetIsNoAnswer()
    {
        var events = Events();
        Feed(events, [0x00, 0x00]);
        Feed(events, [0x0E, 0x04, 0x01, 0x03, 0x0C, 0x03], isResetting: true);
        Assert.That((events.IsLost, _sink.Packets.Count), Is.EqualTo((true, 0)));
    }

    /// <summary>A controller that is reset amid an event does not send its rest: the answer must not be taken for it.</summary>
    [Test]
    public void Feed_AnswerToResetAfterHalfAnEvent_IsTheAnswer()
    {
        var events = Events();
        Feed(events, ConnectionComplete.AsSpan(..8));
        Feed(events, ResetAnswer, isResetting: true);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { (byte[])[0x04, .. ResetAnswer] }));
        Assert.That((events.IsWithinPacket, events.Discarded), Is.EqualTo((false, 8)));
    }

    [Test]
    public void Feed_RestOfAnEventWhileResetting_IsItsRest()
    {
        var events = Events();
        Feed(events, ConnectionComplete.AsSpan(..8));
        Feed(events, ConnectionComplete.AsSpan(8..), isResetting: true);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { (byte[])[0x04, .. ConnectionComplete] }));
    }

    [Test]
    public void Feed_LateRemainder_CompletesThePacketHoweverLate()
    {
        var events = Events();
        Feed(events, ConnectionComplete.AsSpan(..8));
        Feed(events, []);
        Feed(events, ConnectionComplete.AsSpan(8..));
        Assert.That(_sink.Packets, Has.Count.EqualTo(1));
    }

    [Test]
    public void Restart_WithinAPacketOrLost_BeginsAnew()
    {
        var data = DataPipe();
        Feed(data, Data.AsSpan(..7));
        data.Restart();
        Feed(data, Data);
        data.Lose();
        Feed(data, Data, isResetting: true);
        Assert.That(_sink.Packets, Has.Count.EqualTo(1), "lost: nothing is delivered");
        data.Restart();
        Feed(data, Data);
        Assert.That(_sink.Packets, Is.EqualTo(new[] { (byte[])[0x02, .. Data], [0x02, .. Data] }));
    }

    /// <summary>An empty USB packet behind a full one, which ended an HCI packet, is no accident.</summary>
    [Test]
    public void EndsTransfers_EmptyUsbPacketBehindAFullOne_IsNoted()
    {
        byte[] full = [0x0B, 0x20, 0x0C, 0x00, .. new byte[12]];
        var data = DataPipe();
        Feed(data, []);
        Feed(data, Data);
        Feed(data, []);
        Feed(data, full);
        Feed(data, Data);
        Feed(data, [.. Data, .. full[..2]]);
        Feed(data, []);
        Feed(data, full.AsSpan(2));
        Assert.That(data.EndsTransfers, Is.False, "none was behind a packet that filled its last USB packet");
        Feed(data, full);
        Feed(data, []);
        Assert.That(data.EndsTransfers);
        Assert.That(_sink.Packets, Has.Count.EqualTo(6));
    }

    [Test]
    public void EndsTransfers_TransferGoesOnBehindAFullUsbPacket_IsNotBelievedAnyMore()
    {
        byte[] full = [0x0B, 0x20, 0x0C, 0x00, .. new byte[12]];
        var data = DataPipe();
        Feed(data, full);
        Feed(data, []);
        Feed(data, [.. Data, .. Data]);
        Assert.That(data.EndsTransfers, "amid a USB packet");
        Feed(data, [.. full, .. Data]);
        Assert.That(data.EndsTransfers, Is.False);
        Feed(data, full);
        Feed(data, []);
        Assert.That(data.EndsTransfers, Is.False);
    }

    [Test]
    public void Feed_WholeAndSplitPackets_AllocateNothing()
    {
        _sink.Keep = false;
        var data = DataPipe();
        byte[] packet = [0x0B, 0x20, 0xFD, 0x03, .. new byte[1021]];
        long before = 0;
        for (var i = 0; i < 2000; i++)
        {
            if (i == 1000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            Feed(data, packet);
            Feed(data, packet.AsSpan(0, 64));
            Feed(data, packet.AsSpan(64));
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(_sink.Octets, Is.EqualTo(2L * 2000 * (packet.Length + 1)));
    }

    private static UsbPacketAssembler Events() => new(H4PacketType.Event, UsbPacket, 255);

    private static UsbPacketAssembler DataPipe() => new(H4PacketType.AclData, UsbPacket, 4096);

    private void Feed(UsbPacketAssembler assembler, ReadOnlySpan<byte> octets, bool isResetting = false) =>
        assembler.Feed(octets, isResetting, _sink);
}
