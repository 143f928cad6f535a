using System.Buffers.Binary;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Testing.Contracts;
using HostStack.VirtualController.Usb;

namespace HostStack.Testing.Usb;

/// <summary>A USB bus of virtual dongles, whose radio runs on its own thread. A driver named <c>btusb</c> has each dongle
/// until somebody claims its interface 0.</summary>
public sealed class DongleBus : IUsbBus
{
    private readonly Lock _gate = new();
    private readonly List<Slot> _slots = [];

    /// <summary>Plugs a dongle in, configured, at the next free port.</summary>
    public UsbDeviceInfo Plug(UsbDongle dongle)
    {
        lock (_gate)
        {
            var port = _slots.Count + 1;
            dongle.Plug(configured: true);
            _slots.Add(new Slot(dongle, Describe(dongle, port)));
            return _slots[^1].Info;
        }
    }

    /// <summary>Pulls it.</summary>
    public void Unplug(UsbDongle dongle)
    {
        lock (_gate)
        {
            var slot = _slots.Single(slot => slot.Dongle == dongle);
            slot.IsPlugged = false;
            slot.Claims.Clear();
        }

        dongle.Unplug();
    }

    /// <summary>Puts it back where it was.</summary>
    public void Replug(UsbDongle dongle)
    {
        lock (_gate)
        {
            // First, as with Plug: who finds it plugged in may open it.
            dongle.Plug(configured: true);
            _slots.Single(slot => slot.Dongle == dongle).IsPlugged = true;
        }
    }

    /// <summary>Where its devices log.</summary>
    public KeptFaults Log { get; } = new();

    public IReadOnlyList<UsbDeviceInfo> List()
    {
        lock (_gate)
        {
            return [.. _slots.Where(static slot => slot.IsPlugged).Select(static slot => slot.Info)];
        }
    }

    public UsbAccess Probe(UsbDeviceInfo device)
    {
        lock (_gate)
        {
            return Find(device) is { } slot
                ? new UsbAccess(slot.Claims.ContainsKey(0) ? "usbfs" : "btusb", null)
                : new UsbAccess(null, Gone(device).Message);
        }
    }

    public IUsbDevice Open(UsbDeviceInfo device)
    {
        lock (_gate)
        {
            return new DongleDevice(this, (Find(device) ?? throw Gone(device)).Dongle, device);
        }
    }

    /// <summary>Whether devices may be let sleep.</summary>
    public bool MaySuspend { get; set; } = true;

    /// <summary>Times that a device slept.</summary>
    public int Suspensions { get; private set; }

    public bool TrySuspendOnce(UsbDeviceInfo device, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (!MaySuspend || Find(device) is not { Claims.Count: 0 } slot)
            {
                return false;
            }

            slot.Dongle.Suspend();
            Suspensions++;
            return true;
        }
    }

    internal void Claim(DongleDevice user, byte interfaceNumber)
    {
        lock (_gate)
        {
            var slot = Find(user.Info) ?? throw Gone(user.Info);
            if (slot.Claims.GetValueOrDefault(interfaceNumber, user) != user)
            {
                throw new ControllerUnavailableException($"Another program has {user.Info.Id}; end it.");
            }

            slot.Claims[interfaceNumber] = user;
        }
    }

    internal void Release(DongleDevice user, byte interfaceNumber)
    {
        lock (_gate)
        {
            if (Find(user.Info) is { } slot && slot.Claims.GetValueOrDefault(interfaceNumber) == user)
            {
                slot.Claims.Remove(interfaceNumber);
            }
        }
    }

    private static ControllerUnavailableException Gone(UsbDeviceInfo device) => new($"{device.Id} is gone; plug it in again.");

    private Slot? Find(UsbDeviceInfo device) => _slots.Find(slot => slot.IsPlugged && slot.Info.Location == device.Location);

    private static UsbDeviceInfo Describe(UsbDongle dongle, int port) => new()
    {
        Id = dongle.Options.Id,
        Release = dongle.Options.Release,
        Class = dongle.Options.DeviceClass,
        Bus = 1,
        Ports = $"{port}",
        Address = port + 1,
        Interfaces = Interfaces(dongle.Descriptors.Configuration),
        Manufacturer = dongle.Options.Manufacturer,
        Product = dongle.Options.Product,
        SerialNumber = dongle.Options.SerialNumber,
    };

    // | bLength 1 | bDescriptorType 1 | … |: 4 an interface, 5 an endpoint of the one before (USB 2.0, 9.6.5 and 9.6.6).
    private static List<UsbInterface> Interfaces(ReadOnlySpan<byte> configuration)
    {
        List<UsbInterface> found = [];
        List<UsbEndpoint> endpoints = [];
        while (configuration.Length >= 2 && configuration[0] >= 2)
        {
            var one = configuration[..configuration[0]];
            configuration = configuration[one.Length..];
            if (one[1] == 4)
            {
                endpoints = [];
                found.Add(new UsbInterface(one[2], one[3], new UsbClass(one[5], one[6], one[7]), endpoints));
            }
            else if (one[1] == 5)
            {
                endpoints.Add(new UsbEndpoint(one[2], (UsbTransferKind)(one[3] & 3), BinaryPrimitives.ReadUInt16LittleEndian(one[4..])));
            }
        }

        return found;
    }

    private sealed class Slot(UsbDongle dongle, UsbDeviceInfo info)
    {
        public UsbDongle Dongle => dongle;

        public UsbDeviceInfo Info => info;

        public bool IsPlugged { get; set; } = true;

        public Dictionary<byte, DongleDevice> Claims { get; } = [];
    }
}
