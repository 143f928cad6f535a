using System.Buffers.Binary;

namespace HostStack.Hci.Transport.Usb;

/// <summary>How commands are addressed: to the device, or to the interface of a composite device (Core, Vol 4, Part B, 2.2).
/// Writes the setup packet.</summary>
/// <remarks><c>| bmRequestType 1 | bRequest 1 | wValue 2 | wIndex 2 | wLength 2 |</c>, little-endian. Which of the two a
/// device takes does not always follow from its descriptors: until a command is taken, what is refused by one of them is tried
/// by the other, once each.</remarks>
internal sealed class UsbCommandAddress(byte interfaceNumber, bool toInterface)
{
    /// <summary>Octets of a setup packet.</summary>
    public const int SetupSize = 8;

    private const byte ClassRequestToDevice = 0x20;
    private const byte ClassRequestToInterface = 0x21;
    private const byte SendCommand = 0x00;

    private readonly bool _told = toInterface;

    // Read by who sends, while completions change it.
    private volatile bool _toInterface = toInterface;
    private bool _settled;

    /// <summary>A command was taken: its address is right.</summary>
    /// <param name="byInterface">How it was addressed.</param>
    public void Settle(bool byInterface)
    {
        _settled = true;
        _toInterface = byInterface;
    }

    /// <summary>A command was refused: says whether it is to be sent again, by the address that is right now.</summary>
    /// <param name="refusedByInterface">How the command was addressed.</param>
    /// <returns>False where the address is known to be right, or both were refused: then that of the descriptors is right
    /// again.</returns>
    public bool TryOther(bool refusedByInterface)
    {
        if (refusedByInterface != _toInterface)
        {
            return true; // It was sent before another one's refusal.
        }

        if (_settled)
        {
            return false;
        }

        _toInterface = !_toInterface;
        return _toInterface != _told;
    }

    /// <summary>Writes the setup packet of a command.</summary>
    /// <param name="setup">At least <see cref="SetupSize"/> octets.</param>
    /// <param name="length">Octets of the command.</param>
    /// <returns>Whether it is addressed to the interface.</returns>
    public bool Write(Span<byte> setup, int length)
    {
        var toInterfaceNow = _toInterface;
        setup[0] = toInterfaceNow ? ClassRequestToInterface : ClassRequestToDevice;
        setup[1] = SendCommand;
        BinaryPrimitives.WriteUInt16LittleEndian(setup[2..], 0);
        BinaryPrimitives.WriteUInt16LittleEndian(setup[4..], toInterfaceNow ? interfaceNumber : (ushort)0);
        BinaryPrimitives.WriteUInt16LittleEndian(setup[6..], (ushort)length);
        return toInterfaceNow;
    }
}
