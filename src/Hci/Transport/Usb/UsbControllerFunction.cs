namespace HostStack.Hci.Transport.Usb;

/// <summary>The Bluetooth function of a USB device: which interface it is, and through which endpoints HCI goes
/// (Core, Vol 4, Part B, 2). All of it is read from the descriptors.</summary>
/// <param name="Interface">The interface of commands, events and ACL data.</param>
/// <param name="VoiceInterface">The interface of synchronous data, which stays at its alternate setting 0; null where there
/// is none.</param>
/// <param name="Events">Interrupt in.</param>
/// <param name="DataIn">Bulk in.</param>
/// <param name="DataOut">Bulk out.</param>
/// <param name="CommandsToInterface">Whether commands are addressed to the interface and not to the device: in a composite
/// device, where the function does not begin at interface 0.</param>
internal sealed record UsbControllerFunction(
    byte Interface, byte? VoiceInterface, UsbEndpoint Events, UsbEndpoint DataIn, UsbEndpoint DataOut, bool CommandsToInterface)
{
    private const byte VendorClass = 0xFF;

    /// <summary>Finds the function: the interface of the Bluetooth class, else interface 0, else the first one of the
    /// vendor's own class; each only where it has the three endpoints.</summary>
    /// <param name="device">What the bus tells of the device.</param>
    /// <returns>Null where no interface has them.</returns>
    public static UsbControllerFunction? Find(UsbDeviceInfo device)
    {
        UsbControllerFunction? found = null;
        var best = 0;
        foreach (var candidate in device.Interfaces)
        {
            var rank = Rank(candidate);
            if (rank > best && TryRead(device, candidate, out var function))
            {
                (best, found) = (rank, function);
            }
        }

        return found;
    }

    // Alternate settings beyond 0 of the first interface are another way of transport (bulk serialization mode).
    private static int Rank(UsbInterface candidate) => candidate switch
    {
        { Alternate: not 0 } => 0,
        _ when candidate.Class == UsbClass.Bluetooth => 3,
        { Number: 0 } => 2,
        { Class.Class: VendorClass } => 1,
        _ => 0,
    };

    private static bool TryRead(UsbDeviceInfo device, UsbInterface candidate, out UsbControllerFunction? function)
    {
        function = null;
        if (Find(candidate, UsbTransferKind.Interrupt, isIn: true) is not { } events
            || Find(candidate, UsbTransferKind.Bulk, isIn: true) is not { } dataIn
            || Find(candidate, UsbTransferKind.Bulk, isIn: false) is not { } dataOut)
        {
            return false;
        }

        function = new UsbControllerFunction(
            candidate.Number, FindVoice(device, candidate), events, dataIn, dataOut, CommandsToInterface: candidate.Number != 0);
        return true;
    }

    // The interface of voice follows the first one (Core, Vol 4, Part B, 2.1); what else may stand there is told by its
    // class, and by having no isochronous endpoint in any of its settings.
    private static byte? FindVoice(UsbDeviceInfo device, UsbInterface main) =>
        device.Interfaces.Any(other => other.Number == main.Number + 1 && other.Class == main.Class
            && other.Endpoints.Any(static endpoint => endpoint.Kind == UsbTransferKind.Isochronous))
            ? (byte)(main.Number + 1)
            : null;

    // An endpoint without room for an octet moves nothing.
    private static UsbEndpoint? Find(UsbInterface candidate, UsbTransferKind kind, bool isIn)
    {
        foreach (var endpoint in candidate.Endpoints)
        {
            if (endpoint.Kind == kind && endpoint.IsIn == isIn && endpoint.MaximumPacket > 0)
            {
                return endpoint;
            }
        }

        return null;
    }
}
