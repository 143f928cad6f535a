using HostStack.Hci.Transport.Serial;
using HostStack.Hci.Transport.Usb;

namespace HostStack.Hci.Transport;

/// <summary>What a door knows of the device behind it before the first HCI packet: what vendor start-up, quirks and the
/// question "is it the same one?" go by.</summary>
public sealed record ControllerDevice
{
    /// <summary>Maker and product, for a USB device.</summary>
    public UsbId? Usb { get; init; }

    /// <summary>bcdDevice, for a USB device.</summary>
    public ushort Release { get; init; }

    /// <summary>Its serial number; null where it has none or it cannot be read.</summary>
    public string? SerialNumber { get; init; }

    /// <summary>Its product name; null where it has none or it cannot be read.</summary>
    public string? Product { get; init; }

    /// <summary>The driver or chip that the user named: <c>bcm</c>, <c>rtk</c>; null for whatever is found.</summary>
    public string? Vendor { get; init; }

    /// <summary>Whether the operating system has started the chip, its firmware included: the vendor's start-up is left
    /// out.</summary>
    public bool IsStarted { get; init; }

    /// <summary>Bits per second at which a serial line works once the controller has started: what the user wants, or where it
    /// was taken before; null where nothing tells, and the line stays at the rate that it is opened with.</summary>
    public int? OperatingRate { get; init; }

    /// <summary>The flow control with which a serial line is open; null for any other door, and where it cannot tell.</summary>
    public SerialFlowControl? FlowControl { get; init; }

    /// <summary>Said by a host that opens it again at once: it was not unplugged, so that it is where it was and nowhere else
    /// (<see cref="IControllerSource.ReopenAsync"/>).</summary>
    public bool StaysInPlace { get; init; }

    /// <summary>Whether it has to sleep once before it delivers data: told by a door that knows it by its ids, and said by a host
    /// that found it by its versions and opens it again (<see cref="IControllerSource.ReopenAsync"/>).</summary>
    public bool MustSleep { get; init; }

    /// <summary>Whether it slept before this opening: false where it need not, and where the system gives no way or no right to
    /// let it; null for a door that lets nothing sleep.</summary>
    public bool? HasSlept { get; init; }

    /// <summary>Whether another description may be one of this device: nothing differs that both tell. The release does not
    /// count: some have another one once their firmware is loaded, as Atheros AR3012 (Linux, drivers/bluetooth/btusb.c).</summary>
    /// <param name="other">The other description.</param>
    public bool MayBe(ControllerDevice other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return (Usb is null || other.Usb is null || Usb == other.Usb)
            && (SerialNumber is null || other.SerialNumber is null || SerialNumber == other.SerialNumber);
    }

    /// <summary>What people know it by: <c>0a12:0001 'CSR8510 A10', serial 1234</c>; empty where nothing is known.</summary>
    public override string ToString()
    {
        var name = Product is null ? $"{Usb}" : $"{Usb} '{Product}'".TrimStart();
        return SerialNumber is null ? name : name.Length == 0 ? $"serial {SerialNumber}" : $"{name}, serial {SerialNumber}";
    }
}

/// <summary>A transport whose line can change its speed while it is open: a UART, after the controller was told.</summary>
public interface IBaudRateControl
{
    /// <summary>Bits per second, now. Setting it first sends everything that was handed over.</summary>
    int BaudRate { get; set; }

    /// <summary>Bits per second at which the controller is when its power comes, as the operator says: where the host leaves it,
    /// and looks for it first.</summary>
    int FirstRate { get; }

    /// <summary>Whether this side can do a rate: it goes there and comes back, while the controller has nothing to say.</summary>
    /// <param name="baudRate">Bits per second.</param>
    /// <exception cref="IOException">The line has failed.</exception>
    bool CanDo(int baudRate);
}
