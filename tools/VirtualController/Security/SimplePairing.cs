using HostStack.Hci.Packets;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Security;

/// <summary>Secure Simple Pairing on a link (Core, Vol 2, Part C, 4.2.7; Vol 4, Part E, 7.7.40 to 7.7.48).</summary>
/// <remarks>No cryptography crosses this radio: the six digits and the link key are drawn from the run's seed, the same
/// for both sides, and the checks that the cryptography would make are made on what the hosts answer.</remarks>
internal sealed class SimplePairing(Authentication procedure, VirtualRadio radio)
{
    private const uint Digits = 1_000_000;
    private const byte KeyDebug = 0x03;
    private const byte KeyUnauthenticatedP192 = 0x04;
    private const byte KeyUnauthenticatedP256 = 0x07;

    private readonly LinkEnd _initiator = procedure.Initiator;
    private readonly LinkEnd _responder = procedure.Responder;
    private PairingFeatures _initiatorFeatures;
    private PairingFeatures _responderFeatures;
    private AssociationModel _model;
    private uint _number;
    private uint? _entered;
    private bool _p256;
    private int _awaited;

    public void Start() => AskCapability(_initiator);

    /// <summary>IO Capability Request Reply.</summary>
    public HciStatus Capability(LinkEnd end, PairingFeatures features)
    {
        if (!features.IsValid)
        {
            return HciStatus.InvalidParameters;
        }

        if (!procedure.Answered(end, SecurityPrompt.IoCapability))
        {
            return HciStatus.CommandDisallowed;
        }

        if (end == _initiator)
        {
            _initiatorFeatures = features;
            procedure.Later(() =>
            {
                TellCapability(_responder, features);
                AskCapability(_responder);
            });
        }
        else
        {
            _responderFeatures = features;
            procedure.Later(() =>
            {
                TellCapability(_initiator, features);
                procedure.Later(BeginModel);
            });
        }

        return HciStatus.Success;
    }

    /// <summary>IO Capability Request Negative Reply: a host refuses to pair.</summary>
    public HciStatus CapabilityRefused(LinkEnd end, HciStatus reason) =>
        AnswerWith(end, SecurityPrompt.IoCapability, () => Fail(reason));

    /// <summary>User Confirmation Request Reply and Negative Reply.</summary>
    public HciStatus Confirmation(LinkEnd end, bool confirmed) =>
        AnswerWith(end, SecurityPrompt.Confirmation, () => OneSideDone(confirmed));

    /// <summary>User Passkey Request Reply and Negative Reply (null).</summary>
    public HciStatus Passkey(LinkEnd end, uint? passkey)
    {
        if (passkey >= Digits)
        {
            return HciStatus.InvalidParameters;
        }

        return AnswerWith(end, SecurityPrompt.Passkey, () =>
        {
            var expected = _model == AssociationModel.PasskeyBothEnter ? _entered ?? passkey : _number;
            _entered ??= passkey;
            OneSideDone(passkey is not null && passkey == expected);
        });
    }

    /// <summary>Remote OOB Data Request Reply, Extended Reply and Negative Reply (null): what the peer's host gave out of
    /// band must be what the peer's controller made.</summary>
    public HciStatus OutOfBand(LinkEnd end, byte[]? p192, byte[]? p256) =>
        AnswerWith(end, SecurityPrompt.OutOfBand, () => OneSideDone(end.Peer.Controller.OutOfBand.Matches(_p256 ? p256 : p192, _p256)));

    /// <summary>Tells both hosts how the pairing ended.</summary>
    public void Report(HciStatus status)
    {
        foreach (var end in new[] { _initiator, _responder })
        {
            end.Controller.Events.SendStatus(EventCode.SimplePairingComplete, status, end.PeerAddress);
        }
    }

    private HciStatus AnswerWith(LinkEnd end, SecurityPrompt prompt, Action step)
    {
        if (!procedure.Answered(end, prompt))
        {
            return HciStatus.CommandDisallowed;
        }

        procedure.Later(step);
        return HciStatus.Success;
    }

    private void AskCapability(LinkEnd end)
    {
        procedure.Ask(end, SecurityPrompt.IoCapability);
        end.Controller.Events.SendAddress(EventCode.IoCapabilityRequest, end.PeerAddress);
    }

    private static void TellCapability(LinkEnd end, PairingFeatures ofPeer)
    {
        var writer = end.Controller.Events.Begin();
        writer.BdAddr(end.PeerAddress);
        writer.U8(ofPeer.IoCapability);
        writer.U8(ofPeer.OutOfBand);
        writer.U8(ofPeer.Requirements);
        end.Controller.Events.Send(EventCode.IoCapabilityResponse, writer);
    }

    private void BeginModel()
    {
        _p256 = _initiator.Controller.SupportsSecureConnections && _responder.Controller.SupportsSecureConnections;
        _model = PairingFeatures.Model(_initiatorFeatures, _responderFeatures);
        _number = (uint)radio.PairingRandom.Next((int)Digits);
        switch (_model)
        {
            case AssociationModel.PasskeyInitiatorDisplays:
                Display(_initiator);
                AskPasskey(_responder);
                break;
            case AssociationModel.PasskeyResponderDisplays:
                Display(_responder);
                AskPasskey(_initiator);
                break;
            case AssociationModel.PasskeyBothEnter:
                AskPasskey(_initiator);
                AskPasskey(_responder);
                break;
            case AssociationModel.OutOfBand:
                AskOutOfBand(_initiator, _initiatorFeatures);
                AskOutOfBand(_responder, _responderFeatures);
                break;
            default:
                AskConfirmation(_initiator);
                AskConfirmation(_responder);
                break;
        }
    }

    private void AskConfirmation(LinkEnd end)
    {
        _awaited++;
        procedure.Ask(end, SecurityPrompt.Confirmation);
        SendNumber(end, EventCode.UserConfirmationRequest);
    }

    private void Display(LinkEnd end) => SendNumber(end, EventCode.UserPasskeyNotification);

    private void SendNumber(LinkEnd end, EventCode code)
    {
        var writer = end.Controller.Events.Begin();
        writer.BdAddr(end.PeerAddress);
        writer.U32(_number);
        end.Controller.Events.Send(code, writer);
    }

    private void AskPasskey(LinkEnd end)
    {
        _awaited++;
        procedure.Ask(end, SecurityPrompt.Passkey);
        end.Controller.Events.SendAddress(EventCode.UserPasskeyRequest, end.PeerAddress);
    }

    private void AskOutOfBand(LinkEnd end, PairingFeatures features)
    {
        if (features.OutOfBand != 0)
        {
            _awaited++;
            procedure.Ask(end, SecurityPrompt.OutOfBand);
            end.Controller.Events.SendAddress(EventCode.RemoteOobDataRequest, end.PeerAddress);
        }
    }

    private void OneSideDone(bool good)
    {
        if (!good)
        {
            Fail(HciStatus.AuthenticationFailure);
        }
        else if (--_awaited == 0)
        {
            procedure.Later(Succeed);
        }
    }

    private void Fail(HciStatus reason)
    {
        Report(reason);
        procedure.Complete(reason);
    }

    private void Succeed()
    {
        Report(HciStatus.Success);
        var debug = _initiator.Controller.Settings.SimplePairingDebug || _responder.Controller.Settings.SimplePairingDebug;
        var type = _p256 ? KeyUnauthenticatedP256 : KeyUnauthenticatedP192;
        if (_model != AssociationModel.JustWorks)
        {
            type++;     // the authenticated type follows the unauthenticated one
        }

        procedure.NotifyKey(radio.PairingRandom.Bytes(Authentication.KeySize), debug ? KeyDebug : type);
        procedure.Complete(HciStatus.Success);
    }
}
