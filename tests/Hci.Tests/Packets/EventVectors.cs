using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using static HostStack.Hci.Tests.Packets.Vectors;

namespace HostStack.Hci.Tests.Packets;

/// <summary>Events (Core, Vol 4, Part E, 7.7), without those of pairing.</summary>
internal static class EventVectors
{
    public static IEnumerable<WireCase> All =>
    [
        WireCase.Of("00", new InquiryCompleteEvent(HciStatus.Success)),
        WireCase.View<InquiryResultEvent>($"02 {A} 01 00 00 0c 01 02 34 12 {A} 02 00 00 04 05 06 78 16"),
        WireCase.View<InquiryResultWithRssiEvent>($"02 {A} 01 00 0c 01 02 34 12 c4 {A} 02 00 04 05 06 78 16 05"),
        WireCase.Of($"01 {A} 02 00 00 00 02 34 12 c4 {EirField}", new ExtendedInquiryResultEvent(
            new(Peer, PageScanRepetitionMode.R2, new(0x020000), new(0x1234), -60), EirValue)),
        WireCase.Of($"00 {H} {A} 01 00",
            new ConnectionCompleteEvent(HciStatus.Success, Link, Peer, LinkType.Acl, EncryptionMode.Off)),
        WireCase.Of($"{A} 00 00 02 01", new ConnectionRequestEvent(Peer, new(0x020000), LinkType.Acl)),
        WireCase.Of($"00 {H} 13", new DisconnectionCompleteEvent(HciStatus.Success, Link, HciStatus.RemoteUserTerminated)),
        WireCase.Of($"00 {A} {NameField}", new RemoteNameRequestCompleteEvent(HciStatus.Success, Peer, Name)),
        WireCase.Of($"00 {H} a4 08 08 c0 58 1e 7b 83",
            new ReadRemoteSupportedFeaturesCompleteEvent(HciStatus.Success, Link, (LmpFeaturePage0)0x837B1E58C00808A4)),
        WireCase.Of($"00 {H} 01 02 0b 00 00 00 00 00 00 00",
            new ReadRemoteExtendedFeaturesCompleteEvent(HciStatus.Success, Link, 1, 2, 0x0B)),
        WireCase.Of($"{A} 09 00 00 00 00 00 00 00", new RemoteHostSupportedFeaturesEvent(
            Peer, LmpFeaturePage1.SecureSimplePairingHost | LmpFeaturePage1.SecureConnectionsHost)),
        WireCase.Of($"00 {H} 09 0f 00 56 78",
            new ReadRemoteVersionInformationCompleteEvent(HciStatus.Success, Link, CoreVersion.V50, 0x000F, 0x7856)),
        WireCase.Of($"00 {H} 34 12", new ReadClockOffsetCompleteEvent(HciStatus.Success, Link, new(0x1234))),
        WireCase.View<CommandCompleteEvent>($"01 08 14 00 {H} 10", openFrom: 3),
        WireCase.Of("0c 01 05 04", new CommandStatusEvent(HciStatus.CommandDisallowed, 1, OpCode.CreateConnection)),
        WireCase.Of("42", new HardwareErrorEvent(0x42)),
        WireCase.Of(H, new FlushOccurredEvent(Link)),
        WireCase.Of($"00 {A} 01", new RoleChangeEvent(HciStatus.Success, Peer, LinkRole.Peripheral)),
        WireCase.View<NumberOfCompletedPacketsEvent>("02 2a 00 03 00 2b 00 01 00"),
        WireCase.View<NumberOfCompletedDataBlocksEvent>("14 00 01 2a 00 01 00 04 00"),
        WireCase.Of($"00 {H} 02 20 03", new ModeChangeEvent(HciStatus.Success, Link, LinkMode.Sniff, new(0x0320))),
        WireCase.Of("01", new DataBufferOverflowEvent(LinkType.Acl)),
        WireCase.Of($"{H} 05", new MaxSlotsChangeEvent(Link, 5)),
        WireCase.Of($"00 {H} 18 cc", new ConnectionPacketTypeChangedEvent(HciStatus.Success, Link, PacketTypes.All)),
        WireCase.Of(H, new QosViolationEvent(Link)),
        WireCase.Of($"{A} 01", new PageScanRepetitionModeChangeEvent(Peer, PageScanRepetitionMode.R1)),
        WireCase.Of($"00 {H} 01 00 02 00 03 00 04 00",
            new SniffSubratingEvent(HciStatus.Success, Link, new(1), new(2), new(3), new(4))),
        WireCase.Of($"{H} 00 7d", new LinkSupervisionTimeoutChangedEvent(Link, new(0x7D00))),
        WireCase.Of(H, new EnhancedFlushCompleteEvent(Link)),
        WireCase.View<LeMetaEvent>($"01 00 {H} 00 00 {A} 28 00 00 00 2a 00 00", openFrom: 1),
    ];
}
