using HostStack.Hci.Packets;
using static HostStack.Hci.Tests.Packets.Vectors;

namespace HostStack.Hci.Tests.Packets;

/// <summary>Packets and the records that stand in lists.</summary>
internal static class RecordVectors
{
    public static IEnumerable<WireCase> All =>
    [
        WireCase.Of($"{A} 01 00 00 0c 01 02 34 12",
            new InquiryResponse(Peer, PageScanRepetitionMode.R1, new(0x02010C), new(0x1234))),
        WireCase.Of($"{A} 01 00 0c 01 02 34 12 c4",
            new InquiryResponseWithRssi(Peer, PageScanRepetitionMode.R1, new(0x02010C), new(0x1234), -60)),
        WireCase.Of("2a 00 01 00", new CompletedPackets(Link, 1)),
        WireCase.Of("2a 00 01 00 04 00", new CompletedDataBlocks(Link, 1, 4)),
        WireCase.Of($"{A} {K}", new StoredLinkKey(Peer, Key)),
        WireCase.Of("33 8b 9e", Lap.Giac),
        WireCase.Of("05", new CodecId(5)),
        WireCase.Of("0f 00 34 12", new VendorCodecId(0x000F, 0x1234)),
        WireCase.Of("02 00 6b 1d 46 02 42 05", new EirDeviceId(2, 0x1D6B, 0x0246, 0x0542)),
        WireCase.View<HciPacket>("04 0f 04 00 01 05 04", openFrom: 1),
        WireCase.View<CommandPacket>("03 0c 00"),
        WireCase.View<CommandPacket>("01 04 05 33 8b 9e 04 00"),
        WireCase.View<EventPacket>("0f 04 00 01 05 04"),
        WireCase.View<AclDataPacket>("2a 20 0a 00 06 00 01 00 0a 01 02 00 02 00"),
        WireCase.View<ScoDataPacket>("2a 10 03 aa bb cc"),
        WireCase.View<IsoDataPacket>("2a 60 05 00 01 02 03 04 05"),
    ];
}
