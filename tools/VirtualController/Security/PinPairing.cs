using HostStack.Hci.Packets;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Security;

/// <summary>Legacy pairing: both hosts give a PIN; equal PINs make a combination key (Core, Vol 2, Part C, 4.2.2).</summary>
internal sealed class PinPairing(Authentication procedure, VirtualRadio radio)
{
    private const byte CombinationKey = 0x00;

    private byte[] _initiatorPin = [];

    public void Start() => AskFor(procedure.Initiator);

    /// <summary>A host gives its PIN, or none.</summary>
    /// <param name="end">Whose host.</param>
    /// <param name="pin">1 to 16 octets; empty: it refuses.</param>
    public HciStatus Reply(LinkEnd end, ReadOnlySpan<byte> pin)
    {
        if (!procedure.Answered(end, SecurityPrompt.PinCode))
        {
            return HciStatus.CommandDisallowed;
        }

        var copy = pin.ToArray();
        if (copy.Length == 0)
        {
            procedure.Later(() => procedure.Complete(HciStatus.PinOrKeyMissing));
        }
        else if (end == procedure.Initiator)
        {
            _initiatorPin = copy;
            procedure.Later(() => AskFor(procedure.Responder));
        }
        else
        {
            var same = LinkSecurityState.Same(copy, _initiatorPin);
            procedure.Later(() => Finish(same));
        }

        return HciStatus.Success;
    }

    private void AskFor(LinkEnd end)
    {
        procedure.Ask(end, SecurityPrompt.PinCode);
        end.Controller.Events.SendAddress(EventCode.PinCodeRequest, end.PeerAddress);
    }

    private void Finish(bool same)
    {
        if (same)
        {
            procedure.NotifyKey(radio.PairingRandom.Bytes(Authentication.KeySize), CombinationKey);
        }

        procedure.Complete(same ? HciStatus.Success : HciStatus.AuthenticationFailure);
    }
}
