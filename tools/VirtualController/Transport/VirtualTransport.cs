using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;

namespace HostStack.VirtualController.Transport;

/// <summary>One opening of a simulated controller: packets cross to the radio's loop and back, copied once each way.</summary>
/// <remarks>What is queued is bounded by the controller's credits: a host that keeps to them never has more in flight.
/// Closing it takes the device off the air.</remarks>
internal sealed class VirtualTransport : IHciTransport, IHostPort
{
    private static readonly Action<object?, object?> HandOver = static (self, packet) =>
    {
        var transport = (VirtualTransport)self!;
        transport._controller.FromHost(transport, (PacketBuffer)packet!);
    };

    private readonly SimulatedController _controller;
    private IHciTransportSink? _sink;
    private volatile bool _closed;
    private int _released;

    public VirtualTransport(SimulatedController controller) => _controller = controller;

    public string Name => VirtualRadio.Scheme + _controller.Name;

    public ControllerDevice? Device => _controller.Options.Vendor?.Device;

    public IBaudRateControl? Line => _controller.Options.Vendor?.Line;

    public Action<object?, object?> FromHost => HandOver;

    public void Start(IHciTransportSink sink)
    {
        if (_sink is not null)
        {
            throw new InvalidOperationException($"The transport {Name} was started already; open the source again instead.");
        }

        _sink = sink;
        _controller.Options.Vendor?.Line?.Opened();
        _controller.Radio.Loop.Post(static (self, _) => ((VirtualTransport)self!).Attach(), this);
    }

    public void Send(ReadOnlySpan<byte> packet)
    {
        if (!_closed && IsUnderstood())
        {
            _controller.Receive(this, packet, mayWait: false);
        }
    }

    // Each packet has crossed by itself; the radio goes on after this round of the host.
    public void Flush() => _controller.Radio.Loop.Lend();

    public void Deliver(ReadOnlySpan<byte> packet)
    {
        if (!_closed && IsUnderstood())
        {
            _sink!.PacketReceived(packet);
        }
    }

    public void Lost(string reason)
    {
        if (!_closed)
        {
            _closed = true;
            ReleaseOnce();
            _sink!.Closed(new ControllerUnavailableException($"{reason} Plug {Name} in and open it again."));
        }
    }

    public ValueTask DisposeAsync()
    {
        _closed = true;
        ReleaseOnce();
        _controller.Radio.Loop.Post(static (self, _) => ((VirtualTransport)self!).Detach(), this);
        return ValueTask.CompletedTask;
    }

    // On a serial line both sides must have the same rate.
    private bool IsUnderstood() => _controller.Options.Vendor?.Line?.Carries() ?? true;

    private void Attach()
    {
        if (_closed)
        {
            return;
        }

        if (!_controller.IsPlugged)
        {
            Lost("The controller was unplugged.");
            return;
        }

        _controller.Attach(this);
    }

    private void Detach() => _controller.Detach(this);

    private void ReleaseOnce()
    {
        if (Interlocked.Exchange(ref _released, 1) == 0)
        {
            _controller.Release();
        }
    }
}
