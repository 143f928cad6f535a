using HostStack.Hci.Packets;

namespace HostStack.Hci.Security;

/// <summary>The commands that answer the controller's questions while pairing.</summary>
internal sealed class PairingReplies(ISecuredLink link, SecurityContext context)
{
    /// <summary>Says yes.</summary>
    public void Accept(PairingQuestion question, Passkey? passkey, PinCode? pin)
    {
        var peer = link.Peer.Address;
        switch (question)
        {
            case PairingQuestion.Confirmation:
                context.Reply(new UserConfirmationRequestReplyCommand(peer));
                break;
            case PairingQuestion.Passkey when passkey is { } digits:
                context.Reply(new UserPasskeyRequestReplyCommand(peer, digits));
                break;
            case PairingQuestion.Pin when pin is { } code:
                context.Reply(new PinCodeRequestReplyCommand(peer, code));
                break;
            default:
                Refuse(question, HciStatus.AuthenticationFailure);
                break;
        }
    }

    /// <summary>Says no.</summary>
    public void Refuse(PairingQuestion question, HciStatus reason)
    {
        var peer = link.Peer.Address;
        context.Reply(question switch
        {
            PairingQuestion.Capability => new IoCapabilityRequestNegativeReplyCommand(peer, reason),
            PairingQuestion.Confirmation => new UserConfirmationRequestNegativeReplyCommand(peer),
            PairingQuestion.Passkey => new UserPasskeyRequestNegativeReplyCommand(peer),
            PairingQuestion.OobData => new RemoteOobDataRequestNegativeReplyCommand(peer),
            _ => (IHciCommand<StatusBdAddrReturn>)new PinCodeRequestNegativeReplyCommand(peer),
        });
    }

    /// <summary>What the IO capability message says of the data that is held.</summary>
    public OobDataPresent Present(OobData? data)
    {
        var present = data?.P192 is null ? OobDataPresent.NotPresent : OobDataPresent.P192;
        return data?.P256 is not null && KnowsP256 ? present | OobDataPresent.P256 : present;
    }

    /// <summary>Gives the data that is held, or says that there is none.</summary>
    public void Oob(OobData? data)
    {
        var peer = link.Peer.Address;
        var p192 = data?.P192 ?? default;
        if (data is { P256: { } p256 } && KnowsP256)
        {
            context.Reply(new RemoteOobExtendedDataRequestReplyCommand(
                peer, p192.Hash, p192.Randomizer, p256.Hash, p256.Randomizer));
        }
        else if (data?.P192 is not null)
        {
            context.Reply(new RemoteOobDataRequestReplyCommand(peer, p192.Hash, p192.Randomizer));
        }
        else
        {
            Refuse(PairingQuestion.OobData, HciStatus.AuthenticationFailure);
        }
    }

    private bool KnowsP256 => context.Commands.Supports(OpCode.RemoteOobExtendedDataRequestReply);
}
