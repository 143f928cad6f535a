using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Security;

/// <summary>What a host was asked and has not answered.</summary>
[Flags]
internal enum SecurityPrompt
{
    None = 0,
    LinkKey = 1,
    PinCode = 2,
    IoCapability = 4,
    Confirmation = 8,
    Passkey = 16,
    OutOfBand = 32,
}

/// <summary>One run of authentication on a link: by the stored key of both hosts, else by pairing.</summary>
/// <remarks>Core, Vol 2, Part C, 4.2.1 to 4.2.3 and 4.2.7. Steps between the devices take the radio's LMP latency; a
/// host that does not answer within the LMP response timeout loses the link (0x22).</remarks>
internal sealed class Authentication
{
    public const int KeySize = 16;

    private readonly AirLink _link;
    private readonly LoopTimer _response;
    private byte[] _initiatorKey = [];
    private SecurityPrompt _initiatorPrompt;
    private SecurityPrompt _responderPrompt;
    private bool _over;

    public Authentication(AirLink link, LinkEnd initiator)
    {
        _link = link;
        Initiator = initiator;
        Responder = initiator.Peer;
        _response = link.Radio.Loop.Timers.Create(ResponseTimedOut);
    }

    public LinkEnd Initiator { get; }

    public LinkEnd Responder { get; }

    public SimplePairing? Simple { get; private set; }

    public PinPairing? Pin { get; private set; }

    /// <summary>Asks the initiator's host for its key.</summary>
    public void Start()
    {
        Ask(Initiator, SecurityPrompt.LinkKey);
        Initiator.Controller.Events.SendAddress(EventCode.LinkKeyRequest, Initiator.PeerAddress);
    }

    /// <summary>A host gives its key, or none.</summary>
    /// <param name="end">Whose host.</param>
    /// <param name="key">16 octets; empty: it has none.</param>
    public HciStatus LinkKey(LinkEnd end, ReadOnlySpan<byte> key)
    {
        if (!Answered(end, SecurityPrompt.LinkKey))
        {
            return HciStatus.CommandDisallowed;
        }

        var copy = key.ToArray();
        if (end == Initiator && key.IsEmpty)
        {
            Later(Pair);
        }
        else if (end == Initiator)
        {
            _initiatorKey = copy;
            Later(AskResponderForKey);
        }
        else
        {
            // Without its half of the key the responder cannot answer the challenge (0x06); a wrong half fails it (0x05).
            var status = copy.Length == 0 ? HciStatus.PinOrKeyMissing
                : LinkSecurityState.Same(copy, _initiatorKey) ? HciStatus.Success
                : HciStatus.AuthenticationFailure;
            Later(() => Complete(status));
        }

        return HciStatus.Success;
    }

    /// <summary>Notes what a host is asked; the answer is due within the LMP response timeout.</summary>
    public void Ask(LinkEnd end, SecurityPrompt prompt)
    {
        PromptOf(end) |= prompt;
        _response.Arm(_link.Radio.Options.LmpResponseTimeout);
    }

    /// <summary>Takes an answer.</summary>
    /// <returns>False where the host was not asked this.</returns>
    public bool Answered(LinkEnd end, SecurityPrompt prompt)
    {
        ref var prompts = ref PromptOf(end);
        if (_over || (prompts & prompt) == 0)
        {
            return false;
        }

        prompts &= ~prompt;
        if ((_initiatorPrompt | _responderPrompt) == SecurityPrompt.None)
        {
            _response.Disarm();
        }

        return true;
    }

    /// <summary>One step later, unless the procedure is over by then.</summary>
    public void Later(Action step) =>
        _link.Later(() =>
        {
            if (!_over)
            {
                step();
            }
        });

    /// <summary>Ends the procedure and tells the initiator's host.</summary>
    public void Complete(HciStatus status)
    {
        if (_over)
        {
            return;
        }

        Abandon();
        Initiator.Controller.Events.SendStatus(EventCode.AuthenticationComplete, status, Initiator.Handle);
        _link.Security.Ended(status == HciStatus.Success);
    }

    /// <summary>Tells both hosts the key that pairing made.</summary>
    public void NotifyKey(ReadOnlySpan<byte> key, byte keyType)
    {
        foreach (var end in new[] { Initiator, Responder })
        {
            var writer = end.Controller.Events.Begin();
            writer.BdAddr(end.PeerAddress);
            writer.Bytes(key);
            writer.U8(keyType);
            end.Controller.Events.Send(EventCode.LinkKeyNotification, writer);
        }
    }

    /// <summary>The link is gone: nothing more is told.</summary>
    public void Abandon()
    {
        _over = true;
        _response.Disarm();
        _initiatorPrompt = _responderPrompt = SecurityPrompt.None;
    }

    private ref SecurityPrompt PromptOf(LinkEnd end)
    {
        if (end == Initiator)
        {
            return ref _initiatorPrompt;
        }

        return ref _responderPrompt;
    }

    private void AskResponderForKey()
    {
        Ask(Responder, SecurityPrompt.LinkKey);
        Responder.Controller.Events.SendAddress(EventCode.LinkKeyRequest, Responder.PeerAddress);
    }

    // Simple pairing where both hosts know it, else by PIN (Core, Vol 3, Part C, 5.2.2.4).
    private void Pair()
    {
        if (Initiator.Controller.SupportsSimplePairing && Responder.Controller.SupportsSimplePairing)
        {
            Simple = new SimplePairing(this, _link.Radio);
            Simple.Start();
        }
        else
        {
            Pin = new PinPairing(this, _link.Radio);
            Pin.Start();
        }
    }

    private void ResponseTimedOut()
    {
        Simple?.Report(HciStatus.LmpResponseTimeout);
        Complete(HciStatus.LmpResponseTimeout);
        _link.End(Initiator, HciStatus.LmpResponseTimeout, HciStatus.LmpResponseTimeout);
    }
}
