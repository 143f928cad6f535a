namespace HostStack.Hci.Transport.Usb;

/// <summary>Whom the pipes of a transport tell what they cannot mend by themselves. Any thread; never blocks.</summary>
internal interface IUsbPipeOwner
{
    /// <summary>A pipe begins to be mended.</summary>
    void Mending(string pipe, UsbTransferStatus status);

    /// <summary>The device is gone, or a pipe failed for good.</summary>
    void Lost(Exception failure);

    /// <summary>Octets were lost on their way to the controller.</summary>
    void OutFramingLost(string detail);

    /// <summary>The device refused a command.</summary>
    void Refused(ushort opCode);
}
