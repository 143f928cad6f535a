using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Testing.Usb;

/// <summary>A bus with one port and the one thread from which completions come.</summary>
public sealed class FakeUsbBus : IUsbBus, IDisposable
{
    private readonly Queue<(FakeUsbTransfer Transfer, UsbTransferStatus Status, int Length)> _ended = new(64);
    private readonly Thread _thread;
    private UsbDeviceInfo? _plugged;
    private bool _stopped;

    public FakeUsbBus(UsbDeviceInfo? plugged = null)
    {
        _plugged = plugged ?? UsbDongles.Csr;
        _thread = new Thread(Run) { IsBackground = true, Name = "usb bus" };
        _thread.Start();
    }

    /// <summary>The device that was opened last.</summary>
    public FakeUsbDevice? Device { get; private set; }

    public int Openings { get; private set; }

    /// <summary>Called with each device that is opened, before anybody uses it.</summary>
    public Action<FakeUsbDevice>? OnOpen { get; set; }

    public IReadOnlyList<UsbDeviceInfo> List() => _plugged is { } info ? [info] : [];

    public UsbAccess Probe(UsbDeviceInfo device) => default;

    public FakeUsbDevice Open() => (FakeUsbDevice)Open(_plugged!);

    public IUsbDevice Open(UsbDeviceInfo device)
    {
        if (_plugged is null)
        {
            throw new ControllerUnavailableException("There is no such device; plug it in.");
        }

        Openings++;
        Device = new FakeUsbDevice(this, device);
        OnOpen?.Invoke(Device);
        return Device;
    }

    public bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default) => false;

    public void Plug(UsbDeviceInfo device) => _plugged = device;

    public void Unplug()
    {
        _plugged = null;
        Device?.Unplug();
    }

    public void Dispose()
    {
        lock (_ended)
        {
            _stopped = true;
            Monitor.PulseAll(_ended);
        }

        _thread.Join();
    }

    internal void Post(FakeUsbTransfer transfer, UsbTransferStatus status, int length)
    {
        lock (_ended)
        {
            _ended.Enqueue((transfer, status, length));
            Monitor.PulseAll(_ended);
        }
    }

    private void Run()
    {
        while (true)
        {
            (FakeUsbTransfer Transfer, UsbTransferStatus Status, int Length) ended;
            lock (_ended)
            {
                while (!_ended.TryDequeue(out ended))
                {
                    if (_stopped)
                    {
                        return;
                    }

                    Monitor.Wait(_ended);
                }
            }

            ended.Transfer.End(ended.Status, ended.Length);
        }
    }
}
