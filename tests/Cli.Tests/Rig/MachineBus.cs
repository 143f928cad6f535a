using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Cli.Tests.Rig;

/// <summary>The USB of a machine that the test made: devices that are listed, and never opened.</summary>
internal sealed class MachineBus : IUsbBus
{
    private readonly List<(UsbDeviceInfo Device, UsbAccess Access)> _devices = [];

    /// <summary>Why it cannot be asked; null where it can.</summary>
    public ControllerUnavailableException? Trouble { get; init; }

    /// <summary>Whether trying again would end the same: firmware is missing, for instance.</summary>
    public bool IsRefusedForGood { get; init; }

    /// <summary>Plugs a device in.</summary>
    public MachineBus With(
        string id, string ports, string? product = null, string? serial = null, string? driver = null, string? problem = null,
        ushort release = 0, bool isLeft = false)
    {
        Assert.That(UsbId.TryParse(id, out var parsed), Is.True);
        var device = new UsbDeviceInfo
        {
            Id = parsed,
            Release = release,
            Class = id == Keyboard ? default : UsbClass.Bluetooth,
            Bus = 1,
            Ports = ports,
            Product = product,
            SerialNumber = serial,
        };
        _devices.Add((device, new UsbAccess(driver, problem) { WasLeftWithoutDriver = isLeft }));
        return this;
    }

    /// <summary>The ids of a keyboard.</summary>
    public const string Keyboard = "046d:c31c";

    public IReadOnlyList<UsbDeviceInfo> List() => Trouble is null ? [.. _devices.Select(static item => item.Device)] : throw Trouble;

    public UsbAccess Probe(UsbDeviceInfo device) => _devices.Find(item => item.Device == device).Access;

    /// <summary>Openings that were tried.</summary>
    public int Openings { get; private set; }

    public IUsbDevice Open(UsbDeviceInfo device)
    {
        Openings++;
        throw new ControllerUnavailableException("This one cannot be opened; test it elsewhere.") { IsFinal = IsRefusedForGood };
    }

    public bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default) => false;
}
