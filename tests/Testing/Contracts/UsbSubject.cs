using HostStack.Hci.Transport.Usb;

namespace HostStack.Testing.Contracts;

/// <summary>A USB bus with a Bluetooth controller on it, and what may be done to that: what <see cref="UsbDeviceChecks"/>
/// go by. Nobody uses the controller meanwhile.</summary>
public sealed class UsbSubject
{
    /// <summary>The bus that is checked.</summary>
    public required IUsbBus Bus { get; init; }

    /// <summary>Says which device is the controller.</summary>
    public required Func<UsbDeviceInfo, bool> IsSubject { get; init; }

    /// <summary>The driver that has it while nobody claims it; null where the bus does not tell.</summary>
    public string? Driver { get; init; }

    /// <summary>Whether the bus knows that two programs cannot claim one interface.</summary>
    public bool ClaimsAreExclusive { get; init; } = true;

    /// <summary>Pulls the controller; null where a check cannot.</summary>
    public Action? Unplug { get; init; }

    /// <summary>Puts it back, and returns when the system knows it.</summary>
    public Action? Replug { get; init; }

    /// <summary>The log of the bus; null where a check cannot read it.</summary>
    public KeptFaults? Log { get; init; }

    /// <summary>How long anything may take that is not said to be fast.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The controller, as the bus lists it now.</summary>
    public UsbDeviceInfo Find() =>
        Bus.List().FirstOrDefault(IsSubject) ?? throw new CheckFailedException("The bus lists no device that is the subject.");
}

/// <summary>A contract is not kept.</summary>
public sealed class CheckFailedException(string message) : Exception(message);

/// <summary>A check that the subject gives no way to make.</summary>
public sealed class CheckSkippedException(string message) : Exception(message);
