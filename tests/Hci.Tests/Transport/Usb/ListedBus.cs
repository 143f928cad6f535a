using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Usb;

namespace HostStack.Hci.Tests.Transport.Usb;

/// <summary>A bus whose devices are those of a list; what is opened, and what sleeps, is written down.</summary>
internal sealed class ListedBus(params UsbDeviceInfo[] devices) : IUsbBus, IDisposable
{
    private readonly FakeUsbBus _one = new();

    public List<UsbDeviceInfo> Plugged { get; } = [.. devices];

    public List<string> Calls { get; } = [];

    /// <summary>The places whose devices cannot be opened, and why.</summary>
    public Dictionary<string, Exception> Refusals { get; } = [];

    /// <summary>Whether devices may be let sleep.</summary>
    public bool MaySuspend { get; init; }

    public IReadOnlyList<UsbDeviceInfo> List() => Plugged;

    public UsbAccess Probe(UsbDeviceInfo device) => new(null, Refusals.GetValueOrDefault(device.Location)?.Message);

    public IUsbDevice Open(UsbDeviceInfo device)
    {
        Calls.Add($"open {device.Location}");
        return Refusals.TryGetValue(device.Location, out var refusal) ? throw refusal : _one.Open(device);
    }

    public bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default)
    {
        Calls.Add($"suspend {device.Location}");
        return MaySuspend;
    }

    public FakeUsbDevice? Opened => _one.Device;

    public void Dispose() => _one.Dispose();
}
