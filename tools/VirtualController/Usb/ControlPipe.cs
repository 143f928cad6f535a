using System.Buffers.Binary;
using HostStack.Hci.Transport.Usb;

namespace HostStack.VirtualController.Usb;

/// <summary>Endpoint 0: the standard requests (USB 2.0, 9.4), and the class request that carries HCI commands (Core, Vol 4,
/// Part B, 2.2.2). What the device does not know it refuses by a stall, which the next request clears.</summary>
internal sealed class ControlPipe(UsbDongle dongle)
{
    private const byte In = 0x80;
    private const byte KindMask = 0x60;
    private const byte StandardKind = 0x00;
    private const byte ClassKind = 0x20;
    private const byte RecipientMask = 0x1F;
    private const byte ToDevice = 0;
    private const byte ToInterface = 1;
    private const byte ToEndpoint = 2;
    private const ushort EndpointHalt = 0;

    // bRequest of an HCI command: 0, and what early devices and their hosts used.
    private const byte CommandRequest = 0x00;
    private const byte EarlyCommandRequest = 0xE0;

    private readonly byte[] _short = new byte[2];

    private enum StandardRequest : byte
    {
        GetStatus = 0,
        ClearFeature = 1,
        SetFeature = 3,
        SetAddress = 5,
        GetDescriptor = 6,
        GetConfiguration = 8,
        SetConfiguration = 9,
        GetInterface = 10,
        SetInterface = 11,
    }

    /// <summary>Carries out a request and ends it.</summary>
    public void Execute(Urb urb)
    {
        if (urb.Requested < Urb.SetupSize)
        {
            urb.Complete(UsbTransferStatus.Failed, 0);
            return;
        }

        var setup = new Setup(urb.Octets);
        var room = Math.Min(urb.Requested - Urb.SetupSize, setup.Length);
        var data = urb.Octets.AsSpan(Urb.SetupSize, room);
        if ((setup.Type & In) != 0)
        {
            var reply = Answer(setup);
            if (reply.IsEmpty)
            {
                urb.Complete(UsbTransferStatus.Stalled, 0);
                return;
            }

            var count = Math.Min(room, reply.Length);
            reply[..count].CopyTo(data);
            urb.Complete(UsbTransferStatus.Completed, count);
            return;
        }

        var taken = room == setup.Length && TryTake(setup, data);
        urb.Complete(taken ? UsbTransferStatus.Completed : UsbTransferStatus.Stalled, taken ? room : 0);
    }

    private bool TryTake(in Setup setup, ReadOnlySpan<byte> data) => (setup.Type & KindMask) switch
    {
        ClassKind => setup.Request is CommandRequest or EarlyCommandRequest
            && (setup.Type & RecipientMask) is ToDevice or ToInterface
            && dongle.TryTakeCommand(data),
        StandardKind => TrySet(setup),
        _ => false,
    };

    private bool TrySet(in Setup setup)
    {
        switch ((StandardRequest)setup.Request, setup.Type & RecipientMask)
        {
            case (StandardRequest.SetAddress, ToDevice):
                return true;
            case (StandardRequest.SetConfiguration, ToDevice):
                return dongle.TryConfigure(setup.Value);
            case (StandardRequest.SetInterface, ToInterface):
                return dongle.TrySelect(setup.Index, setup.Value);
            case (StandardRequest.ClearFeature, ToEndpoint):
                return setup.Value == EndpointHalt && dongle.TryHalt((byte)setup.Index, halted: false);
            case (StandardRequest.SetFeature, ToEndpoint):
                return setup.Value == EndpointHalt && dongle.TryHalt((byte)setup.Index, halted: true);
            default:
                return false;
        }
    }

    private ReadOnlySpan<byte> Answer(in Setup setup)
    {
        if ((setup.Type & KindMask) != StandardKind)
        {
            return [];
        }

        switch ((StandardRequest)setup.Request, setup.Type & RecipientMask)
        {
            case (StandardRequest.GetDescriptor, ToDevice):
                return dongle.Descriptors.Find((byte)(setup.Value >> 8), (byte)setup.Value);
            case (StandardRequest.GetConfiguration, ToDevice):
                return Short(1, dongle.Configuration);
            case (StandardRequest.GetInterface, ToInterface):
                return dongle.AlternateOf(setup.Index) is { } alternate ? Short(1, alternate) : [];
            case (StandardRequest.GetStatus, ToDevice or ToInterface):
                return Short(2, 0);
            case (StandardRequest.GetStatus, ToEndpoint):
                return dongle.IsHalted((byte)setup.Index) is { } halted ? Short(2, halted ? 1 : 0) : [];
            default:
                return [];
        }
    }

    private ReadOnlySpan<byte> Short(int length, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(_short, (ushort)value);
        return _short.AsSpan(0, length);
    }

    // | bmRequestType 1 | bRequest 1 | wValue 2 | wIndex 2 | wLength 2 |, little-endian.
    private readonly struct Setup(ReadOnlySpan<byte> octets)
    {
        public readonly byte Type = octets[0];
        public readonly byte Request = octets[1];
        public readonly ushort Value = BinaryPrimitives.ReadUInt16LittleEndian(octets[2..]);
        public readonly ushort Index = BinaryPrimitives.ReadUInt16LittleEndian(octets[4..]);
        public readonly ushort Length = BinaryPrimitives.ReadUInt16LittleEndian(octets[6..]);
    }
}
