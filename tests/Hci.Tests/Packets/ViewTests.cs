using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using static HostStack.Hci.Tests.Packets.Vectors;

namespace HostStack.Hci.Tests.Packets;

/// <summary>What the views show, and that they allocate nothing.</summary>
public sealed class ViewTests
{
    private static readonly byte[] Completed = WireCase.Hex("02 2a 00 03 00 2b 00 01 00");
    private static readonly byte[] Acl = WireCase.Hex("2a 20 0a 00 06 00 01 00 0a 01 02 00 02 00");

    [Test]
    public void NumberOfCompletedPackets_TwoLinks_AreReadAndWritten()
    {
        Assert.That(NumberOfCompletedPacketsEvent.TryParse(Completed, out var value), Is.True);
        CompletedPackets[] links = [new(Link, 3), new(new(0x002B), 1)];
        Assert.That(value.Links.Count, Is.EqualTo(2));
        Assert.That(value.Links[0], Is.EqualTo(links[0]));
        Assert.That(value.Links[1], Is.EqualTo(links[1]));

        Span<byte> scratch = stackalloc byte[8];
        var made = new NumberOfCompletedPacketsEvent(WireRecords<CompletedPackets>.Encode(links, scratch));
        var packet = new byte[EventPacket.MaxSize];
        var length = EventPacket.Encode(made, packet);
        Assert.That(Convert.ToHexString(packet.AsSpan(0, length)), Is.EqualTo("041309" + Convert.ToHexString(Completed)));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "CVE-2020-10066")]
    public void NumberOfCompletedPackets_NoLink_IsEmptyAndHarmless()
    {
        Assert.That(NumberOfCompletedPacketsEvent.TryParse([0], out var value), Is.True);
        Assert.That(value.Links.Count, Is.Zero);
        Assert.That(NumberOfCompletedPacketsEvent.TryParse([], out _), Is.False);
        Assert.That(NumberOfCompletedPacketsEvent.TryParse([0xFF, 0x2A, 0x00, 0x01, 0x00], out _), Is.False);
    }

    [Test]
    public void Records_IndexBeyondTheEnd_IsTheCallersMistake() =>
        Assert.That(
            () => NumberOfCompletedPacketsEvent.TryParse(Completed, out var value) ? value.Links[2] : default,
            Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void InquiryResults_TwoDevices_AreShown()
    {
        var octets = WireCase.Hex($"02 {A} 01 00 00 0c 01 02 34 12 {A} 02 00 00 04 05 06 78 16");
        Assert.That(InquiryResultEvent.TryParse(octets, out var plain), Is.True);
        Assert.That(plain.Responses[1],
            Is.EqualTo(new InquiryResponse(Peer, PageScanRepetitionMode.R2, new(0x060504), new(0x1678))));
        octets = WireCase.Hex($"01 {A} 01 00 0c 01 02 34 12 c4");
        Assert.That(InquiryResultWithRssiEvent.TryParse(octets, out var rssi), Is.True);
        foreach (var response in rssi.Responses)
        {
            Assert.That(response, Is.EqualTo(
                new InquiryResponseWithRssi(Peer, PageScanRepetitionMode.R1, new(0x02010C), new(0x1234), -60)));
        }

        Assert.That(InquiryResultEvent.TryParse([0], out _), Is.False);
        Assert.That(InquiryResultWithRssiEvent.TryParse([0], out _), Is.False);
    }

    [Test]
    public void CommandComplete_OfReadEncryptionKeySize_ShowsItsParts()
    {
        Assert.That(CommandCompleteEvent.TryParse(WireCase.Hex("01 08 14 00 2a 00 10"), out var value), Is.True);
        Assert.That(value.NumHciCommandPackets, Is.EqualTo(1));
        Assert.That(value.CommandOpCode, Is.EqualTo(OpCode.ReadEncryptionKeySize));
        Assert.That(value.Status, Is.EqualTo(HciStatus.Success));
        Assert.That(ReadEncryptionKeySizeReturn.TryParse(value.ReturnParameters, out var size), Is.True);
        Assert.That(size.KeySize, Is.EqualTo(16));
        var packet = new byte[EventPacket.MaxSize];
        var length = EventPacket.EncodeCommandComplete(1, OpCode.ReadEncryptionKeySize, size, packet);
        Assert.That(Convert.ToHexString(packet.AsSpan(0, length)), Is.EqualTo("040E07010814002A0010"));
    }

    [Test]
    public void CommandPacket_Encoded_IsWhatTheCaptureHas()
    {
        var packet = new byte[CommandPacket.MaxSize];
        var length = CommandPacket.Encode(new InquiryCommand(Lap.Giac, 4, 0), packet);
        Assert.That(Convert.ToHexString(packet.AsSpan(0, length)), Is.EqualTo("01010405338B9E0400"));
        IHciCommand<StatusReturn> boxed = new WriteScanEnableCommand(ScanEnable.Page);
        length = CommandPacket.Encode(boxed, packet);
        Assert.That(Convert.ToHexString(packet.AsSpan(0, length)), Is.EqualTo("011A0C0102"));
    }

    [Test]
    public void DataPackets_OfTheCapture_ShowTheirFlags()
    {
        Assert.That(AclDataPacket.TryParse(Acl, out var acl), Is.True);
        Assert.That(acl.Handle, Is.EqualTo(Link));
        Assert.That(acl.Boundary, Is.EqualTo(PacketBoundary.FirstFlushable));
        Assert.That(acl.Broadcast, Is.EqualTo(BroadcastFlag.PointToPoint));
        Assert.That(acl.Data.Length, Is.EqualTo(10));
        var header = new byte[AclDataPacket.HeaderSize];
        AclDataPacket.WriteHeader(header, Link, PacketBoundary.Continuing, 0x0102, BroadcastFlag.BrEdrBroadcast);
        Assert.That(Convert.ToHexString(header), Is.EqualTo("2A500201"));
        Assert.That(ScoDataPacket.TryParse(WireCase.Hex("2a 10 01 ff"), out var sco), Is.True);
        Assert.That(sco.PacketStatus, Is.EqualTo(SynchronousPacketStatus.PossiblyInvalid));
        Assert.That(IsoDataPacket.TryParse(WireCase.Hex("2a 60 01 00 ff"), out var iso), Is.True);
        Assert.That((iso.Boundary, iso.HasTimeStamp), Is.EqualTo((IsoPacketBoundary.Complete, true)));
    }

    [TestCase((byte)0)]
    [TestCase((byte)6)]
    [TestCase((byte)0xFF)]
    public void HciPacket_OfUnknownType_IsRejected(byte type) => Assert.That(HciPacket.TryParse([type, 1, 2], out _), Is.False);

    [Test]
    public void DataPath_SteadyState_AllocatesNothing()
    {
        var scratch = new byte[64];
        ReadAndWrite(scratch, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var credits = ReadAndWrite(scratch, 1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(credits, Is.EqualTo(4000));
    }

    private static int ReadAndWrite(byte[] scratch, int rounds)
    {
        var credits = 0;
        for (var i = 0; i < rounds; i++)
        {
            if (NumberOfCompletedPacketsEvent.TryParse(Completed, out var completed))
            {
                foreach (var link in completed.Links)
                {
                    credits += link.NumCompletedPackets;
                }
            }

            if (AclDataPacket.TryParse(Acl, out var acl))
            {
                var writer = new WireWriter(scratch);
                acl.Write(ref writer);
            }
        }

        return credits;
    }
}
