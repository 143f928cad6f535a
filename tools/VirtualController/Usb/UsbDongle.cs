using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Transport;

namespace HostStack.VirtualController.Usb;

/// <summary>A USB Bluetooth dongle in front of a simulated controller: descriptors, requests, and the four pipes of the HCI
/// USB transport (Core, Vol 4, Part B).</summary>
/// <remarks>It has no thread: everything happens on the radio's loop, and whoever submits requests is told of their end
/// there. The methods may be called from any thread; what they do is queued, after what was queued before.</remarks>
public sealed class UsbDongle : IHostPort
{
    private const byte CommandPacket = 0x01;
    private const byte AclPacket = 0x02;
    private const byte EventPacket = 0x04;
    private const int LongestParameters = 3 + byte.MaxValue;
    private const int AclHeader = 4;

    // A host that does not read ACL data stops the reception from the air; one that reads no events loses them.
    private const int StallAt = 256 * 1024;
    private const int ResumeAt = 64 * 1024;
    private const int EventsAtMost = 64 * 1024;

    private static readonly Action<object?, object?> HandOver = static (self, packet) =>
    {
        var dongle = (UsbDongle)self!;
        dongle.Controller.FromHost(dongle, (PacketBuffer)packet!);
    };

    private readonly byte[] _command = new byte[1 + LongestParameters];
    private readonly byte[] _alternates = new byte[2];
    private readonly ControlPipe _control;
    private readonly InPipe _events;
    private readonly InPipe _aclIn;
    private readonly AclOutPipe _aclOut;
    private readonly VoicePipe _voiceIn;
    private readonly VoicePipe _voiceOut;
    private int _commandsToRefuse;
    private bool _isStalled;

    /// <summary>Makes a dongle that is not plugged in.</summary>
    /// <param name="controller">What is in it. No host has it open while the dongle is plugged in.</param>
    /// <param name="options">What it looks like.</param>
    public UsbDongle(SimulatedController controller, UsbDongleOptions? options = null)
    {
        Controller = controller;
        Options = options ?? new UsbDongleOptions();
        Descriptors = new UsbDongleDescriptors(Options);
        var longest = Math.Max(2 + byte.MaxValue, AclHeader + controller.Options.ReceiveFragment);
        var pool = new PacketPool(headroom: 0, longest, stock: 128, loopOnly: true);
        var timers = controller.Radio.Loop.Timers;
        _control = new ControlPipe(this);
        _events = new InPipe(Options.EventPacket, Options.EndsWithShortPacket, pool);
        _aclIn = new InPipe(Options.AclPacket, Options.EndsWithShortPacket, pool) { IsHeld = Options.AclNeedsSuspend };
        _aclOut = new AclOutPipe(packet => controller.Receive(this, packet.Span, mayWait: false));
        _voiceIn = new VoicePipe(timers, isIn: true);
        _voiceOut = new VoicePipe(timers, isIn: false);
    }

    /// <summary>The dongle was unplugged, or the controller in it is gone. The radio's loop; all its requests have ended.</summary>
    public event Action? Unplugged;

    /// <summary>The controller in it.</summary>
    public SimulatedController Controller { get; }

    /// <summary>What it looks like.</summary>
    public UsbDongleOptions Options { get; }

    /// <summary>Its descriptors.</summary>
    public UsbDongleDescriptors Descriptors { get; }

    /// <summary>Whether it is plugged in. Exact when the radio rests, as all that follows.</summary>
    public bool IsPlugged { get; private set; }

    /// <summary>bConfigurationValue of what the host has selected; 0 before.</summary>
    public byte Configuration { get; private set; }

    /// <summary>Events that were lost because the host read none.</summary>
    public int LostEvents { get; private set; }

    Action<object?, object?> IHostPort.FromHost => HandOver;

    /// <summary>Plugs it in: the controller has power. Does nothing where it is plugged in; where another host has the
    /// controller open, <see cref="Unplugged"/> follows.</summary>
    /// <param name="configured">Whether the system has enumerated it already: the configuration is selected.</param>
    public void Plug(bool configured = false) =>
        Post(static (self, value) => ((UsbDongle)self!).PlugNow((bool)value!), configured);

    /// <summary>Pulls it: every request ends as gone, and the controller loses its power. Idempotent.</summary>
    public void Unplug() => Post(static (self, _) => ((UsbDongle)self!).UnplugNow());

    /// <summary>Hands a request block to the dongle. It ends with one completion.</summary>
    /// <param name="urb">Idle.</param>
    /// <param name="length">Octets to send, or to receive at most; the setup packet of a control request included.</param>
    public void Submit(Urb urb, int length)
    {
        urb.Begin(length);
        if (!Post(static (self, urb) => ((UsbDongle)self!).SubmitNow((Urb)urb!), urb))
        {
            urb.Complete(UsbTransferStatus.Gone, 0);
        }
    }

    /// <summary>Asks for the end of a request block. Nothing for one that has ended by then.</summary>
    /// <param name="urb">Which.</param>
    public void Cancel(Urb urb) => Post(static (self, urb) => ((UsbDongle)self!).CancelNow((Urb)urb!), urb);

    /// <summary>Halts an endpoint, as a device does that cannot go on: its requests end as stalled until the host clears the
    /// halt.</summary>
    /// <param name="endpoint">Its address: an interrupt or bulk one.</param>
    public void Halt(byte endpoint) =>
        Post(static (self, endpoint) => ((UsbDongle)self!).TryHalt((byte)endpoint!, halted: true), endpoint);

    /// <summary>Refuses the next HCI commands by a stall of endpoint 0.</summary>
    /// <param name="count">How many.</param>
    public void RefuseCommands(int count) =>
        Post(static (self, count) => ((UsbDongle)self!)._commandsToRefuse = (int)count!, count);

    /// <summary>Suspends and resumes it once, which some need before they give ACL data.</summary>
    public void Suspend() => Post(static (self, _) => ((UsbDongle)self!)._aclIn.IsHeld = false);

    /// <summary>How many requests of the host wait at an interrupt or bulk endpoint towards it.</summary>
    /// <param name="endpoint">Its address.</param>
    public int RequestsAt(byte endpoint) =>
        endpoint == Options.EventEndpoint ? _events.Requests : endpoint == Options.AclInEndpoint ? _aclIn.Requests : 0;

    void IHostPort.Deliver(ReadOnlySpan<byte> packet)
    {
        switch (packet[0])
        {
            case EventPacket when _events.Waiting + packet.Length > EventsAtMost:
                LostEvents++;
                break;
            case EventPacket:
                _events.Deliver(packet[1..]);
                break;
            case AclPacket:
                _aclIn.Deliver(packet[1..]);
                CheckRoom();
                break;
        }
    }

    void IHostPort.Lost(string reason) => EndNow();

    internal bool TryTakeCommand(ReadOnlySpan<byte> command)
    {
        if (_commandsToRefuse > 0 || command.Length > LongestParameters)
        {
            _commandsToRefuse = Math.Max(0, _commandsToRefuse - 1);
            return false;
        }

        _command[0] = CommandPacket;
        command.CopyTo(_command.AsSpan(1));
        Controller.Receive(this, _command.AsSpan(0, 1 + command.Length), mayWait: false);
        return true;
    }

    internal bool TryConfigure(ushort value)
    {
        if (value is not (0 or UsbDongleDescriptors.ConfigurationValue))
        {
            return false;
        }

        Configuration = (byte)value;
        _alternates.AsSpan().Clear();
        _events.ClearHalt();
        _aclIn.ClearHalt();
        _aclOut.Clear();
        return true;
    }

    internal byte? AlternateOf(ushort interfaceNumber) =>
        Configuration != 0 && interfaceNumber < Descriptors.InterfaceCount ? _alternates[interfaceNumber] : null;

    internal bool TrySelect(ushort interfaceNumber, ushort alternate)
    {
        if (AlternateOf(interfaceNumber) is null || alternate >= UsbDongleDescriptors.AlternateCount(interfaceNumber))
        {
            return false;
        }

        _alternates[interfaceNumber] = (byte)alternate;
        if (interfaceNumber == 0)
        {
            _events.ClearHalt();
            _aclIn.ClearHalt();
            _aclOut.Clear();
        }
        else if (alternate == 0)
        {
            _voiceIn.End(UsbTransferStatus.Failed);
            _voiceOut.End(UsbTransferStatus.Failed);
        }

        return true;
    }

    /// <summary>Whether an endpoint is halted; null where there is none of that address.</summary>
    internal bool? IsHalted(byte endpoint) =>
        endpoint is 0x00 or 0x80 ? false
        : Configuration == 0 ? null
        : endpoint == Options.EventEndpoint ? _events.IsHalted
        : endpoint == Options.AclInEndpoint ? _aclIn.IsHalted
        : endpoint == Options.AclOutEndpoint ? _aclOut.IsHalted
        : null;

    internal bool TryHalt(byte endpoint, bool halted)
    {
        if (IsHalted(endpoint) is null)
        {
            return false;
        }

        if (endpoint == Options.AclOutEndpoint)
        {
            _aclOut.Clear();
            _aclOut.IsHalted = halted;
        }
        else if (endpoint == Options.EventEndpoint || endpoint == Options.AclInEndpoint)
        {
            var pipe = endpoint == Options.EventEndpoint ? _events : _aclIn;
            if (halted)
            {
                pipe.Halt();
            }
            else
            {
                pipe.ClearHalt();
            }
        }

        return true;
    }

    private bool Post(Action<object?, object?> callback, object? argument = null) =>
        Controller.Radio.Loop.Post(callback, this, argument);

    private void PlugNow(bool configured)
    {
        if (IsPlugged)
        {
            return;
        }

        if (!Controller.TryOpen())
        {
            Unplugged?.Invoke();
            return;
        }

        IsPlugged = true;
        _aclIn.IsHeld = Options.AclNeedsSuspend;
        Configuration = configured ? UsbDongleDescriptors.ConfigurationValue : (byte)0;
        Controller.Attach(this);
    }

    private void UnplugNow()
    {
        if (IsPlugged)
        {
            Controller.Detach(this);
            EndNow();
        }
    }

    private void EndNow()
    {
        IsPlugged = false;
        Controller.Release();
        if (_isStalled)
        {
            _isStalled = false;
            Controller.StallReception(false);
        }

        _events.Clear();
        _aclIn.Clear();
        _aclOut.Clear();
        Configuration = 0;
        _alternates.AsSpan().Clear();
        _events.End(UsbTransferStatus.Gone);
        _aclIn.End(UsbTransferStatus.Gone);
        _voiceIn.End(UsbTransferStatus.Gone);
        _voiceOut.End(UsbTransferStatus.Gone);
        Unplugged?.Invoke();
    }

    private void SubmitNow(Urb urb)
    {
        if (!IsPlugged)
        {
            urb.Complete(UsbTransferStatus.Gone, 0);
        }
        else if ((urb.Endpoint & 0x7F) == 0)
        {
            _control.Execute(urb);
        }
        else if (Configuration == 0)
        {
            urb.Complete(UsbTransferStatus.Failed, 0);
        }
        else if (urb.Endpoint == Options.EventEndpoint)
        {
            _events.Submit(urb);
        }
        else if (urb.Endpoint == Options.AclInEndpoint)
        {
            _aclIn.Submit(urb);
            CheckRoom();
        }
        else if (urb.Endpoint == Options.AclOutEndpoint)
        {
            SendNow(urb);
        }
        else if (_alternates[1] != 0 && (urb.Endpoint == Options.VoiceInEndpoint || urb.Endpoint == Options.VoiceOutEndpoint))
        {
            (urb.Endpoint == Options.VoiceInEndpoint ? _voiceIn : _voiceOut).Submit(urb);
        }
        else
        {
            urb.Complete(UsbTransferStatus.Failed, 0);
        }
    }

    private void SendNow(Urb urb)
    {
        if (_aclOut.IsHalted)
        {
            urb.Complete(UsbTransferStatus.Stalled, 0);
            return;
        }

        _aclOut.Receive(urb.Octets.AsSpan(0, urb.Requested));
        urb.Complete(UsbTransferStatus.Completed, urb.Requested);
    }

    private void CancelNow(Urb urb) =>
        _ = _events.Cancel(urb) || _aclIn.Cancel(urb) || _voiceIn.Cancel(urb) || _voiceOut.Cancel(urb);

    private void CheckRoom()
    {
        if (_isStalled ? _aclIn.Waiting < ResumeAt : _aclIn.Waiting > StallAt)
        {
            _isStalled = !_isStalled;
            Controller.StallReception(_isStalled);
        }
    }
}
