namespace HostStack.Hci.Transport.Usb;

/// <summary>A USB device that is open. Who opened it claims the interfaces that it uses, makes its transfers once, and
/// submits them again and again.</summary>
/// <remarks>
/// <para>Calls come from any thread, but not two at once for one transfer. The calls that wait for the device
/// (<see cref="Claim"/>, <see cref="Release"/>, <see cref="SelectAlternate"/>, <see cref="ClearHalt"/>,
/// <see cref="IDisposable.Dispose"/>) may not be made from within <see cref="IUsbTransferUser.Completed"/>.</para>
/// <para>Completions come from one thread of the device or its bus, one at a time.</para>
/// </remarks>
public interface IUsbDevice : IDisposable
{
    /// <summary>What the bus tells of the device.</summary>
    UsbDeviceInfo Info { get; }

    /// <summary>Takes an interface for this process alone. A kernel driver that has it is detached, and attached again by
    /// <see cref="Release"/> or <see cref="IDisposable.Dispose"/>.</summary>
    /// <param name="interfaceNumber">bInterfaceNumber.</param>
    /// <exception cref="ControllerUnavailableException">Another program has it, or the driver cannot be detached; the
    /// message names the remedy.</exception>
    void Claim(byte interfaceNumber);

    /// <summary>Gives an interface back, to the driver that had it before. Idempotent; a device that is gone is no
    /// error.</summary>
    /// <param name="interfaceNumber">bInterfaceNumber.</param>
    void Release(byte interfaceNumber);

    /// <summary>Selects an alternate setting of a claimed interface.</summary>
    /// <param name="interfaceNumber">bInterfaceNumber.</param>
    /// <param name="alternate">bAlternateSetting.</param>
    /// <exception cref="IOException">The device refuses, or is gone.</exception>
    void SelectAlternate(byte interfaceNumber, byte alternate);

    /// <summary>Clears the halt of an endpoint, at which all its transfers end as <see cref="UsbTransferStatus.Stalled"/>.</summary>
    /// <param name="endpoint">Its address, bit 7 for towards the host.</param>
    /// <exception cref="IOException">The device refuses, or is gone.</exception>
    void ClearHalt(byte endpoint);

    /// <summary>Makes a transfer with a buffer of its own, to be submitted any number of times.</summary>
    /// <param name="endpoint">Where it goes to or comes from; <see cref="UsbEndpoint.Control"/> for requests, whose buffer
    /// begins with the setup packet.</param>
    /// <param name="capacity">Octets of its buffer.</param>
    /// <param name="user">Told of its completions.</param>
    IUsbTransfer CreateTransfer(UsbEndpoint endpoint, int capacity, IUsbTransferUser user);
}

/// <summary>One transfer: idle, or submitted. Submitting and completing allocate nothing.</summary>
/// <remarks>Disposed by its maker, while idle, before the device.</remarks>
public interface IUsbTransfer : IDisposable
{
    /// <summary>Where it goes to or comes from.</summary>
    UsbEndpoint Endpoint { get; }

    /// <summary>Its octets: of the maker while the transfer is idle and within its completion, of the device while it is
    /// submitted.</summary>
    Span<byte> Buffer { get; }

    /// <summary>Gives the transfer to the device. It ends with one completion, also where this call knows already that it
    /// fails; a completion may come before the call returns.</summary>
    /// <param name="length">Octets to send, the setup packet included, or octets to receive at most.</param>
    void Submit(int length);

    /// <summary>Asks for its end: a completion follows all the same, as cancelled or as whatever came first. Does nothing
    /// while it is idle.</summary>
    void Cancel();
}

/// <summary>Whose transfers they are.</summary>
public interface IUsbTransferUser
{
    /// <summary>A transfer has ended and is idle; it may be submitted again at once. Must not block.</summary>
    /// <remarks>One that throws ends its device, and no other: the log is told, and all transfers of the device end as
    /// <see cref="UsbTransferStatus.Gone"/>, those that are submitted later, too.</remarks>
    /// <param name="transfer">Which.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="length">Octets that were moved, the setup packet not counted.</param>
    void Completed(IUsbTransfer transfer, UsbTransferStatus status, int length);
}

/// <summary>How a transfer ended.</summary>
public enum UsbTransferStatus
{
    /// <summary>In order; a short one is in order too.</summary>
    Completed = 0,

    /// <summary>The endpoint is halted (an interrupt or bulk one), or the request was refused (endpoint 0).</summary>
    Stalled,

    /// <summary>It was cancelled.</summary>
    Cancelled,

    /// <summary>The device sent more than the buffer takes.</summary>
    Overflow,

    /// <summary>The bus failed: a cable, a hub, electrical noise. Trying again may help.</summary>
    Failed,

    /// <summary>The device is not there any more, or was given up.</summary>
    Gone,
}
