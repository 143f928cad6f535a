using System.Buffers.Binary;

namespace HostStack.Hci.Transport.Usb;

/// <summary>How commands are addressed: to the device, or to the interface of a composite device (Core, Vol 4, Part B, 2.2).
/// Writes the setup packet.</summary>
/// <remarks><c>| bmRequestType 1 | bRequest 1 | wValue 2 | wIndex 2 | wLength 2 |</c>, little-endian. Which of the two a
/// device takes does not always follow from its descriptors: where the first command is refused, the other one is tried.</remarks>
internal sealed class UsbCommandAddress(byte interfaceNumber, bool toInterface)
{
    /// <summary>Octets of a setup packet.</summary>
    public const int SetupSize = 8;

    private const byte ClassRequestToDevice = 0x20;
    private const byte ClassRequestToInterface = 0x21;
    private const byte SendCommand = 0x00;

    private bool _toInterface = toInterface;
    private bool _settled;

    /// <summary>A command was taken: the address is right.</summary>
    public void Settle() => _settled = true;

    /// <summary>The address was refused: takes the other one, once.</summary>
    /// <returns>False where it was taken before, or the other one was refused too.</returns>
    public bool TryOther()
    {
        if (_settled)
        {
            return false;
        }

        _settled = true;
        _toInterface = !_toInterface;
        return true;
    }

    /// <summary>Writes the setup packet of a command.</summary>
    /// <param name="setup">At least <see cref="SetupSize"/> octets.</param>
    /// <param name="length">Octets of the command.</param>
    public void Write(Span<byte> setup, int length)
    {
        setup[0] = _toInterface ? ClassRequestToInterface : ClassRequestToDevice;
        setup[1] = SendCommand;
        BinaryPrimitives.WriteUInt16LittleEndian(setup[2..], 0);
        BinaryPrimitives.WriteUInt16LittleEndian(setup[4..], _toInterface ? interfaceNumber : (ushort)0);
        BinaryPrimitives.WriteUInt16LittleEndian(setup[6..], (ushort)length);
    }
}
