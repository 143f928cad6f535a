using System.Buffers.Binary;
using System.Text;
using HostStack.Hci.Transport.Usb;

namespace HostStack.VirtualController.Usb;

/// <summary>The descriptors of a virtual dongle, as octets (USB 2.0, 9.5 and 9.6; Core, Vol 4, Part B, 2.1).</summary>
public sealed class UsbDongleDescriptors
{
    /// <summary>bConfigurationValue of the one configuration.</summary>
    public const byte ConfigurationValue = 1;

    private const byte DeviceType = 1;
    private const byte ConfigurationType = 2;
    private const byte StringType = 3;
    private const byte InterfaceType = 4;
    private const byte EndpointType = 5;
    private const byte DeviceLength = 18;
    private const byte ConfigurationLength = 9;
    private const byte InterfaceLength = 9;
    private const byte EndpointLength = 7;
    private const int LongestString = 126;
    private const ushort Usb20 = 0x0200;
    private const byte ControlPacket = 64;
    private const byte BusPowered = 0x80;
    private const byte HundredMilliamperes = 50;
    private const ushort EnglishUnitedStates = 0x0409;
    private const byte EveryFrame = 1;

    // wMaxPacketSize of the isochronous endpoints in the alternates 0 to 5: none, then 1 to 3 channels of 8 or 16 bits.
    private static readonly ushort[] VoicePackets = [0, 9, 17, 25, 33, 49];

    private readonly byte[] _device;
    private readonly byte[] _configuration;
    private readonly byte[][] _strings;

    internal UsbDongleDescriptors(UsbDongleOptions options)
    {
        // Index 0 is the list of languages; a string that is missing has index 0 in the device descriptor.
        var texts = new[] { options.Manufacturer, options.Product, options.SerialNumber };
        _strings =
        [
            [4, StringType, EnglishUnitedStates & 0xFF, EnglishUnitedStates >> 8],
            .. texts.OfType<string>().Select(Text),
        ];
        _device = MakeDevice(options, texts);
        _configuration = MakeConfiguration(options);
        InterfaceCount = options.HasVoice ? 2 : 1;
    }

    /// <summary>The device descriptor, 18 octets.</summary>
    public ReadOnlySpan<byte> Device => _device;

    /// <summary>The configuration with all that it holds.</summary>
    public ReadOnlySpan<byte> Configuration => _configuration;

    /// <summary>How many interfaces there are, alternates not counted.</summary>
    public int InterfaceCount { get; }

    /// <summary>A string descriptor; empty where there is none.</summary>
    /// <param name="index">0 for the list of languages.</param>
    public ReadOnlySpan<byte> String(int index) => (uint)index < (uint)_strings.Length ? _strings[index] : [];

    internal static int AlternateCount(int interfaceNumber) => interfaceNumber == 0 ? 1 : VoicePackets.Length;

    /// <summary>What a request for a descriptor gets; empty: the device has none of that kind.</summary>
    internal ReadOnlySpan<byte> Find(byte type, byte index) => (type, index) switch
    {
        (DeviceType, 0) => Device,
        (ConfigurationType, 0) => Configuration,
        (StringType, _) => String(index),
        _ => [],
    };

    private static byte[] MakeDevice(UsbDongleOptions options, string?[] texts)
    {
        var octets = new byte[DeviceLength];
        octets[0] = DeviceLength;
        octets[1] = DeviceType;
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(2), Usb20);
        (octets[4], octets[5], octets[6]) = options.DeviceClass;
        octets[7] = ControlPacket;
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(8), options.Id.Vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(10), options.Id.Product);
        BinaryPrimitives.WriteUInt16LittleEndian(octets.AsSpan(12), options.Release);
        byte last = 0;
        for (var i = 0; i < texts.Length; i++)
        {
            octets[14 + i] = texts[i] is null ? (byte)0 : ++last;
        }

        octets[17] = 1;
        return octets;
    }

    private static byte[] MakeConfiguration(UsbDongleOptions options)
    {
        List<byte> octets =
        [
            ConfigurationLength, ConfigurationType, 0, 0, (byte)(options.HasVoice ? 2 : 1), ConfigurationValue, 0, BusPowered,
            HundredMilliamperes,
            .. Interface(options, 0, 0, 3),
            .. options.InterfaceExtra.Span,
            .. Endpoint(options.EventEndpoint, UsbTransferKind.Interrupt, options.EventPacket, EveryFrame),
            .. Endpoint(options.AclInEndpoint, UsbTransferKind.Bulk, options.AclPacket, 0),
            .. Endpoint(options.AclOutEndpoint, UsbTransferKind.Bulk, options.AclPacket, 0),
        ];
        for (byte alternate = 0; options.HasVoice && alternate < VoicePackets.Length; alternate++)
        {
            octets.AddRange(Interface(options, 1, alternate, 2));
            octets.AddRange(Endpoint(options.VoiceInEndpoint, UsbTransferKind.Isochronous, VoicePackets[alternate], EveryFrame));
            octets.AddRange(Endpoint(options.VoiceOutEndpoint, UsbTransferKind.Isochronous, VoicePackets[alternate], EveryFrame));
        }

        octets.AddRange(options.ConfigurationExtra.Span);
        octets[2] = (byte)octets.Count;
        octets[3] = (byte)(octets.Count >> 8);
        return [.. octets];
    }

    private static byte[] Interface(UsbDongleOptions options, byte number, byte alternate, byte endpoints)
    {
        var (@class, subclass, protocol) = options.InterfaceClass;
        return [InterfaceLength, InterfaceType, number, alternate, endpoints, @class, subclass, protocol, 0];
    }

    private static byte[] Endpoint(byte address, UsbTransferKind kind, ushort packet, byte interval) =>
        [EndpointLength, EndpointType, address, (byte)kind, (byte)packet, (byte)(packet >> 8), interval];

    private static byte[] Text(string text)
    {
        var letters = Encoding.Unicode.GetBytes(text.Length > LongestString ? text[..LongestString] : text);
        return [(byte)(2 + letters.Length), StringType, .. letters];
    }
}
