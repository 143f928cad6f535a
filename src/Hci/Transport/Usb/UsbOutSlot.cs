using System.Buffers.Binary;

namespace HostStack.Hci.Transport.Usb;

/// <summary>One place in the ring of an out pipe: a transfer, and where its packet stands.</summary>
internal sealed class UsbOutSlot(IUsbTransfer transfer)
{
    /// <summary>Where a packet stands.</summary>
    public enum Stage
    {
        /// <summary>There is none, or it is done.</summary>
        Done = 0,

        /// <summary>It waits for the pipe to be mended.</summary>
        Waiting,

        /// <summary>The device has it.</summary>
        Submitted,
    }

    /// <summary>The transfer; a longer one takes its place where a packet needs it.</summary>
    public IUsbTransfer Transfer { get; private set; } = transfer;

    /// <summary>Octets to send, a setup packet included.</summary>
    public int Length { get; private set; }

    /// <summary>Where the packet stands.</summary>
    public Stage State { get; set; }

    /// <summary>Whether it is called back for good: a later Reset makes it void.</summary>
    public bool IsVoid { get; set; }

    /// <summary>The opcode of the command that it carries.</summary>
    public ushort OpCode { get; private set; }

    /// <summary>Whether that command is addressed to the interface.</summary>
    public bool ToInterface { get; private set; }

    /// <summary>Fills the transfer, which is idle.</summary>
    public void Fill(UsbCommandAddress? address, ReadOnlySpan<byte> packet, IUsbDevice device, IUsbTransferUser user)
    {
        var head = address is null ? 0 : UsbCommandAddress.SetupSize;
        Length = head + packet.Length;
        if (Transfer.Buffer.Length < Length)
        {
            var longer = device.CreateTransfer(Transfer.Endpoint, Length, user);
            Transfer.Dispose();
            Transfer = longer;
        }

        packet.CopyTo(Transfer.Buffer[head..]);
        IsVoid = false;
        if (address is not null)
        {
            OpCode = packet.Length >= sizeof(ushort) ? BinaryPrimitives.ReadUInt16LittleEndian(packet) : default;
            Readdress(address);
        }
    }

    /// <summary>Writes the setup packet again, by an address that has changed.</summary>
    public void Readdress(UsbCommandAddress? address)
    {
        if (address is not null)
        {
            ToInterface = address.Write(Transfer.Buffer, Length - UsbCommandAddress.SetupSize);
        }
    }
}
