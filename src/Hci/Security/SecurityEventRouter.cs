using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Security;

/// <summary>Reads the security events and gives each to its link. An event that is not well formed is dropped and
/// counted; one for a device without a link is answered with what a stored bond allows, and otherwise with no.</summary>
internal sealed class SecurityEventRouter(SecurityContext context)
{
    private readonly Dictionary<ConnectionHandle, LinkSecuritySession> _byHandle = [];
    private readonly Dictionary<BdAddr, LinkSecuritySession> _byAddress = [];

    public LinkSecuritySession? Find(ISecuredLink link) =>
        _byHandle.TryGetValue(link.Handle, out var session) && session.Link == link ? session : null;

    public LinkSecuritySession? Find(BdAddr peer) => _byAddress.GetValueOrDefault(peer);

    public void Add(LinkSecuritySession session)
    {
        // A controller that uses a handle or an address twice has lost the earlier link.
        _byHandle.GetValueOrDefault(session.Link.Handle)?.Close();
        _byAddress.GetValueOrDefault(session.Link.Peer.Address)?.Close();
        _byHandle[session.Link.Handle] = session;
        _byAddress[session.Link.Peer.Address] = session;
    }

    public void Remove(LinkSecuritySession session)
    {
        if (_byHandle.GetValueOrDefault(session.Link.Handle) == session)
        {
            _byHandle.Remove(session.Link.Handle);
        }

        if (_byAddress.GetValueOrDefault(session.Link.Peer.Address) == session)
        {
            _byAddress.Remove(session.Link.Peer.Address);
        }
    }

    /// <summary>Handles an event, if it is one of security.</summary>
    /// <returns>Whether it is.</returns>
    public bool Handle(EventCode code, ReadOnlySpan<byte> parameters)
    {
        bool? wellFormed = code switch
        {
            EventCode.LinkKeyRequest => LinkKeyRequest(parameters),
            EventCode.LinkKeyNotification => LinkKeyNotification(parameters),
            EventCode.PinCodeRequest => PinCodeRequest(parameters),
            EventCode.IoCapabilityRequest => IoCapabilityRequest(parameters),
            EventCode.IoCapabilityResponse => IoCapabilityResponse(parameters),
            EventCode.UserConfirmationRequest => UserConfirmationRequest(parameters),
            EventCode.UserPasskeyRequest => UserPasskeyRequest(parameters),
            EventCode.UserPasskeyNotification => UserPasskeyNotification(parameters),
            EventCode.KeypressNotification => KeypressNotification(parameters),
            EventCode.RemoteOobDataRequest => RemoteOobDataRequest(parameters),
            EventCode.SimplePairingComplete => SimplePairingComplete(parameters),
            EventCode.AuthenticationComplete => AuthenticationComplete(parameters),
            EventCode.EncryptionChange => EncryptionChange(parameters),
            EventCode.EncryptionChangeV2 => EncryptionChangeV2(parameters),
            EventCode.EncryptionKeyRefreshComplete => EncryptionKeyRefreshComplete(parameters),
            _ => null,
        };
        if (wellFormed == false)
        {
            context.Counters.Malformed++;
            SecurityLog.Malformed(context.Log, code, parameters.Length);
        }

        return wellFormed is not null;
    }

    private bool LinkKeyRequest(ReadOnlySpan<byte> source)
    {
        if (!LinkKeyRequestEvent.TryParse(source, out var asked))
        {
            return false;
        }

        if (Find(asked.Address) is { } session)
        {
            session.Feed(SecurityInput.KeyRequested);
            return true;
        }

        // Security mode 3: the peer authenticates before there is a connection.
        var row = asked.Address == context.Identity.Address
            ? null
            : context.Store.Find(new(context.Identity, new PeerAddress(asked.Address)));
        context.Reply(row is not null && KeyPolicy.JudgeStored(row, null, context.Options) is null
            ? new LinkKeyRequestReplyCommand(asked.Address, row.Key)
            : new LinkKeyRequestNegativeReplyCommand(asked.Address));
        return true;
    }

    private bool LinkKeyNotification(ReadOnlySpan<byte> source) =>
        LinkKeyNotificationEvent.TryParse(source, out var offered)
        && Give(offered.Address, session => session.Keys.Offer(offered));

    private bool PinCodeRequest(ReadOnlySpan<byte> source) =>
        PinCodeRequestEvent.TryParse(source, out var asked)
        && Ask(asked.Address, PairingQuestion.Pin, SecurityInput.PinRequested, new PinCodeRequestNegativeReplyCommand(asked.Address));

    private bool IoCapabilityRequest(ReadOnlySpan<byte> source) =>
        IoCapabilityRequestEvent.TryParse(source, out var asked)
        && Ask(
            asked.Address, PairingQuestion.Capability, SecurityInput.CapabilityRequested,
            new IoCapabilityRequestNegativeReplyCommand(asked.Address, HciStatus.PairingNotAllowed));

    private bool IoCapabilityResponse(ReadOnlySpan<byte> source) =>
        IoCapabilityResponseEvent.TryParse(source, out var response)
        && Give(response.Address, session => session.Pairing.PeerSaid(response));

    private bool UserConfirmationRequest(ReadOnlySpan<byte> source) =>
        UserConfirmationRequestEvent.TryParse(source, out var asked)
        && Ask(
            asked.Address, PairingQuestion.Confirmation, SecurityInput.ConfirmationRequested,
            new UserConfirmationRequestNegativeReplyCommand(asked.Address), asked.NumericValue);

    private bool UserPasskeyRequest(ReadOnlySpan<byte> source) =>
        UserPasskeyRequestEvent.TryParse(source, out var asked)
        && Ask(
            asked.Address, PairingQuestion.Passkey, SecurityInput.PasskeyRequested,
            new UserPasskeyRequestNegativeReplyCommand(asked.Address));

    private bool UserPasskeyNotification(ReadOnlySpan<byte> source) =>
        UserPasskeyNotificationEvent.TryParse(source, out var shown)
        && Give(shown.Address, session => session.Pairing.Ask(PairingQuestion.Passkey, SecurityInput.PasskeyShown, shown.Passkey));

    private bool KeypressNotification(ReadOnlySpan<byte> source) =>
        KeypressNotificationEvent.TryParse(source, out var pressed)
        && Give(pressed.Address, session => session.Pairing.KeyPressed(pressed.NotificationType));

    private bool RemoteOobDataRequest(ReadOnlySpan<byte> source) =>
        RemoteOobDataRequestEvent.TryParse(source, out var asked)
        && Ask(
            asked.Address, PairingQuestion.OobData, SecurityInput.OobRequested,
            new RemoteOobDataRequestNegativeReplyCommand(asked.Address));

    private bool SimplePairingComplete(ReadOnlySpan<byte> source) =>
        SimplePairingCompleteEvent.TryParse(source, out var completed)
        && Give(completed.Address, session => session.Pairing.Completed(completed.Status));

    private bool AuthenticationComplete(ReadOnlySpan<byte> source) =>
        AuthenticationCompleteEvent.TryParse(source, out var completed)
        && Give(completed.Handle, session => session.AuthenticationEnded(completed.Status));

    private bool EncryptionChange(ReadOnlySpan<byte> source) =>
        EncryptionChangeEvent.TryParse(source, out var changed)
        && (changed.Status != HciStatus.Success || Enum.IsDefined(changed.EncryptionEnabled))
        && Give(changed.Handle, session => session.Cipher.Changed(changed.Status, changed.EncryptionEnabled, null));

    private bool EncryptionChangeV2(ReadOnlySpan<byte> source) =>
        EncryptionChangeV2Event.TryParse(source, out var changed)
        && (changed.Status != HciStatus.Success || Enum.IsDefined(changed.EncryptionEnabled))
        && Give(
            changed.Handle,
            session => session.Cipher.Changed(changed.Status, changed.EncryptionEnabled, changed.EncryptionKeySize));

    private bool EncryptionKeyRefreshComplete(ReadOnlySpan<byte> source) =>
        EncryptionKeyRefreshCompleteEvent.TryParse(source, out var refreshed)
        && Give(refreshed.Handle, session => session.Cipher.Refreshed(refreshed.Status));

    private bool Ask(
        BdAddr peer, PairingQuestion question, SecurityInput input, IHciCommand<StatusBdAddrReturn> refusal, Passkey digits = default)
    {
        if (Find(peer) is { } session)
        {
            session.Pairing.Ask(question, input, digits);
        }
        else
        {
            context.Reply(refusal);
            context.Refuse(new SecurityRefusal(SecurityRule.PairingNotAllowed, new PeerAddress(peer)));
        }

        return true;
    }

    private bool Give(BdAddr peer, Action<LinkSecuritySession> give) => Give(Find(peer), give);

    private bool Give(ConnectionHandle handle, Action<LinkSecuritySession> give) => Give(_byHandle.GetValueOrDefault(handle), give);

    private bool Give(LinkSecuritySession? session, Action<LinkSecuritySession> give)
    {
        if (session is null)
        {
            context.Counters.Ignored++;
        }
        else
        {
            give(session);
        }

        return true;
    }
}
