using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using static HostStack.Hci.Tests.Packets.Vectors;

namespace HostStack.Hci.Tests.Packets;

/// <summary>Link Control commands (Core, Vol 4, Part E, 7.1), without those of pairing.</summary>
internal static class LinkControlVectors
{
    public static IEnumerable<WireCase> All =>
    [
        WireCase.Of("33 8b 9e 04 00", new InquiryCommand(Lap.Giac, 4, 0)),
        WireCase.Of("", new InquiryCancelCommand()),
        WireCase.Of($"{A} 18 cc 02 00 34 92 01", new CreateConnectionCommand(
            Peer, PacketTypes.All, PageScanRepetitionMode.R2, new ClockOffset(0x1234).AsValid(), AllowRoleSwitch: true)),
        WireCase.Of(A, new CreateConnectionCancelCommand(Peer)),
        WireCase.Of($"{H} 13", new DisconnectCommand(Link, HciStatus.RemoteUserTerminated)),
        WireCase.Of($"{A} 01", new AcceptConnectionRequestCommand(Peer, LinkRole.Peripheral)),
        WireCase.Of($"{A} 0f", new RejectConnectionRequestCommand(Peer, HciStatus.RejectedBdAddr)),
        WireCase.Of($"{H} 18 cc", new ChangeConnectionPacketTypeCommand(Link, PacketTypes.All)),
        WireCase.Of(H, new AuthenticationRequestedCommand(Link)),
        WireCase.Of($"{H} 01", new SetConnectionEncryptionCommand(Link, EncryptionEnable: true)),
        WireCase.Of(H, new ChangeConnectionLinkKeyCommand(Link)),
        WireCase.Of($"{A} 02 00 00 00", new RemoteNameRequestCommand(Peer, PageScanRepetitionMode.R2, ClockOffset.Unknown)),
        WireCase.Of(A, new RemoteNameRequestCancelCommand(Peer)),
        WireCase.Of(H, new ReadRemoteSupportedFeaturesCommand(Link)),
        WireCase.Of($"{H} 01", new ReadRemoteExtendedFeaturesCommand(Link, 1)),
        WireCase.Of(H, new ReadRemoteVersionInformationCommand(Link)),
        WireCase.Of(H, new ReadClockOffsetCommand(Link)),
    ];
}
