using HostStack.Hci.Links;
using HostStack.Hci.Loop;
using HostStack.Hci.Packets;
using HostStack.Hci.Tests.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>A host on its own thread, whose clock stands, over a USB device in which a scripted controller answers.</summary>
internal sealed class UsbHostRig : IAsyncDisposable
{
    private readonly FakeUsbBus _bus = new();
    private readonly FakeHciTransport _inside = new();

    public UsbHostRig()
    {
        _inside.Start(new DeviceSide(this));
        Controller = new ScriptedController(_inside);
        Loop = new EventLoop(new ManualTime());
        Loop.Start();
        Host = new HciHost(Loop, new HciOptions(), User, static _ => new FakeLinkSecurity(), Observer);
    }

    public EventLoop Loop { get; }

    public HciHost Host { get; }

    public ScriptedController Controller { get; }

    public SignallingUser User { get; } = new();

    public RecoveryObserver Observer { get; } = new();

    public FakeUsbDevice Device => _bus.Device!;

    /// <summary>Opens the device and the host. What the controller is given is answered on the thread that sends.</summary>
    public Task OpenAsync(Action<FakeUsbDevice>? before = null, UsbTransportLimits? limits = null)
    {
        var device = _bus.Open();
        device.OnTaken = (endpoint, packet) => _inside.Send(
            endpoint == UsbTransportRig.Control ? [0x01, .. packet[8..]] : [0x02, .. packet]);
        before?.Invoke(device);
        var transport = UsbTransport.Open("usb:test", device, limits ?? UsbTransportRig.Patient);
        return Loop.RunAsync(() => Host.OpenAsync(transport)).WaitAsync(UsbTransportRig.Limit);
    }

    /// <summary>A peer asks for a link, and the host has accepted it.</summary>
    public Task AcceptedAsync()
    {
        var accepted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Controller.Then = (opCode, _) =>
        {
            if (opCode == ScriptedController.AcceptConnection)
            {
                accepted.TrySetResult();
            }
        };
        Controller.Event(0x04, [.. HostRig.PeerOctets, 0x00, 0x01, 0x02, 0x01]);
        return accepted.Task.WaitAsync(UsbTransportRig.Limit);
    }

    public async ValueTask DisposeAsync()
    {
        Controller.Then = (opCode, parameters) =>
        {
            if (opCode == ScriptedController.Disconnect)
            {
                Controller.Event(0x05, [0x00, .. parameters[..2], 0x16]);
            }
        };
        await Loop.RunAsync(Host.CloseAsync).WaitAsync(UsbTransportRig.Limit);
        Loop.Dispose();
        Assert.That(Loop.Faults, Is.Zero, "no callback threw");
        _bus.Dispose();
        Assert.That(Device.Violations, Is.Empty);
        Assert.That(Device.IsDisposed);
    }

    /// <summary>The layer above, which tells of what it gets.</summary>
    internal sealed class SignallingUser : IAclLinkUser
    {
        private readonly SemaphoreSlim _got = new(0);

        public List<string> Told { get; } = [];

        public void LinkUp(IAclLink link) => Tell("up");

        public void PduReceived(IAclLink link, ReadOnlySpan<byte> pdu) => Tell(Convert.ToHexString(pdu));

        public void EgressReady(IAclLink link)
        {
        }

        public void SecurityChanged(IAclLink link)
        {
        }

        public void LinkDown(IAclLink link, HciStatus reason) => Tell("down");

        public async Task AwaitAsync(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.That(await _got.WaitAsync(UsbTransportRig.Limit), Is.True, "the layer above hears of it");
            }
        }

        private void Tell(string what)
        {
            Told.Add(what);
            _got.Release();
        }
    }

    internal sealed class RecoveryObserver : IHciHostObserver
    {
        private readonly TaskCompletionSource _recovered = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Told { get; } = [];

        public Task RecoveredAsync() => _recovered.Task.WaitAsync(UsbTransportRig.Limit);

        public void ControllerResetting(string cause) => Told.Add(cause);

        public void ControllerRecovered() => _recovered.TrySetResult();

        public void ControllerFailed(string sentence) => Told.Add(sentence);
    }

    // What the controller says goes out through the pipes of the device.
    private sealed class DeviceSide(UsbHostRig rig) : IHciTransportSink
    {
        public void PacketReceived(ReadOnlySpan<byte> packet) =>
            rig.Device.Write(packet[0] == 0x04 ? UsbTransportRig.Events : UsbTransportRig.DataIn, packet[1..]);

        public void FramingLost(string detail)
        {
        }

        public void Closed(Exception? failure)
        {
        }
    }
}
