using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using static HostStack.Hci.Tests.Packets.Vectors;

namespace HostStack.Hci.Tests.Packets;

/// <summary>Commands and events of pairing, authentication and encryption.</summary>
internal static class PairingVectors
{
    public static IEnumerable<WireCase> All =>
    [
        WireCase.Of(A, new LinkKeyRequestEvent(Peer)),
        WireCase.Of($"{A} {K}", new LinkKeyRequestReplyCommand(Peer, Key)),
        WireCase.Of(A, new LinkKeyRequestNegativeReplyCommand(Peer)),
        WireCase.Of($"{A} {K} 07", new LinkKeyNotificationEvent(Peer, Key, LinkKeyType.UnauthenticatedP256)),
        WireCase.Of(A, new PinCodeRequestEvent(Peer)),
        WireCase.Of($"{A} 04 31 32 33 34 {WireCase.Zeros(12)}", new PinCodeRequestReplyCommand(Peer, new PinCode("1234"u8))),
        WireCase.Of(A, new PinCodeRequestNegativeReplyCommand(Peer)),
        WireCase.Of(A, new IoCapabilityRequestEvent(Peer)),
        WireCase.Of($"{A} 03 00 02", new IoCapabilityRequestReplyCommand(
            Peer, IoCapability.NoInputNoOutput, OobDataPresent.NotPresent, AuthenticationRequirements.DedicatedBonding)),
        WireCase.Of($"{A} 18", new IoCapabilityRequestNegativeReplyCommand(Peer, HciStatus.PairingNotAllowed)),
        WireCase.Of($"{A} 01 03 05", new IoCapabilityResponseEvent(
            Peer, IoCapability.DisplayYesNo, OobDataPresent.P192AndP256, AuthenticationRequirements.GeneralBondingMitm)),
        WireCase.Of($"{A} 40 e2 01 00", new UserConfirmationRequestEvent(Peer, new Passkey(123456))),
        WireCase.Of(A, new UserConfirmationRequestReplyCommand(Peer)),
        WireCase.Of(A, new UserConfirmationRequestNegativeReplyCommand(Peer)),
        WireCase.Of(A, new UserPasskeyRequestEvent(Peer)),
        WireCase.Of($"{A} 3f 42 0f 00", new UserPasskeyRequestReplyCommand(Peer, new Passkey(999999))),
        WireCase.Of(A, new UserPasskeyRequestNegativeReplyCommand(Peer)),
        WireCase.Of($"{A} 2a 00 00 00", new UserPasskeyNotificationEvent(Peer, new Passkey(42))),
        WireCase.Of($"{A} 01", new SendKeypressNotificationCommand(Peer, KeypressNotificationType.DigitEntered)),
        WireCase.Of($"{A} 04", new KeypressNotificationEvent(Peer, KeypressNotificationType.Completed)),
        WireCase.Of(A, new RemoteOobDataRequestEvent(Peer)),
        WireCase.Of($"{A} {C} {R}", new RemoteOobDataRequestReplyCommand(Peer, Hash, Randomizer)),
        WireCase.Of(A, new RemoteOobDataRequestNegativeReplyCommand(Peer)),
        WireCase.Of($"{A} {C} {R} {C2} {R2}",
            new RemoteOobExtendedDataRequestReplyCommand(Peer, Hash, Randomizer, Hash256, Randomizer256)),
        WireCase.Of("", new ReadLocalOobDataCommand()),
        WireCase.Of($"00 {C} {R}", new ReadLocalOobDataReturn(HciStatus.Success, Hash, Randomizer)),
        WireCase.Of("", new ReadLocalOobExtendedDataCommand()),
        WireCase.Of($"00 {C} {R} {C2} {R2}",
            new ReadLocalOobExtendedDataReturn(HciStatus.Success, Hash, Randomizer, Hash256, Randomizer256)),
        WireCase.Of($"05 {A}", new SimplePairingCompleteEvent(HciStatus.AuthenticationFailure, Peer)),
        WireCase.Of("", new ReadSimplePairingModeCommand()),
        WireCase.Of("00 01", new ReadSimplePairingModeReturn(HciStatus.Success, SimplePairingMode: true)),
        WireCase.Of("01", new WriteSimplePairingModeCommand(SimplePairingMode: true)),
        WireCase.Of("", new ReadSecureConnectionsHostSupportCommand()),
        WireCase.Of("00 01", new ReadSecureConnectionsHostSupportReturn(HciStatus.Success, SecureConnectionsHostSupport: true)),
        WireCase.Of("01", new WriteSecureConnectionsHostSupportCommand(SecureConnectionsHostSupport: true)),
        WireCase.Of($"06 {H}", new AuthenticationCompleteEvent(HciStatus.PinOrKeyMissing, Link)),
        WireCase.Of($"00 {H} 02", new EncryptionChangeEvent(HciStatus.Success, Link, EncryptionMode.AesCcm)),
        WireCase.Of($"00 {H} 01 10", new EncryptionChangeV2Event(HciStatus.Success, Link, EncryptionMode.E0, 16)),
        WireCase.Of(H, new RefreshEncryptionKeyCommand(Link)),
        WireCase.Of($"00 {H}", new EncryptionKeyRefreshCompleteEvent(HciStatus.Success, Link)),
        WireCase.Of("10", new SetMinEncryptionKeySizeCommand(16)),
        WireCase.Of(H, new ReadEncryptionKeySizeCommand(Link)),
        WireCase.Of($"00 {H} 10", new ReadEncryptionKeySizeReturn(HciStatus.Success, Link, 16)),
        WireCase.Of($"00 {H}", new ChangeConnectionLinkKeyCompleteEvent(HciStatus.Success, Link)),
        WireCase.Of($"{A} 00", new ReadStoredLinkKeyCommand(Peer, ReadAll: false)),
        WireCase.Of("00 04 00 01 00", new ReadStoredLinkKeyReturn(HciStatus.Success, 4, 1)),
        WireCase.Of($"{WireCase.Zeros(6)} 01", new DeleteStoredLinkKeyCommand(default, DeleteAll: true)),
        WireCase.Of("00 03 00", new DeleteStoredLinkKeyReturn(HciStatus.Success, 3)),
        WireCase.Of($"01 {A} {K}", new WriteStoredLinkKeyCommand([new StoredLinkKey(Peer, Key)])),
        WireCase.Of("00 01", new WriteStoredLinkKeyReturn(HciStatus.Success, 1)),
        WireCase.View<ReturnLinkKeysEvent>($"02 {A} {WireCase.Zeros(16)} {A} {WireCase.Zeros(16)}"),
    ];
}
