using HostStack.Ethernet;

namespace HostStack.NetDevices.Ip.Packets;

/// <summary>Flags of a neighbour advertisement (RFC 4861, 4.4).</summary>
[Flags]
internal enum NeighbourFlags : byte
{
    /// <summary>None; always so in a solicitation.</summary>
    None = 0,

    /// <summary>What is known before gives way.</summary>
    Override = 0x20,

    /// <summary>The answer to a solicitation.</summary>
    Solicited = 0x40,

    /// <summary>The sender is a router.</summary>
    Router = 0x80,
}

/// <summary>The body of a neighbour solicitation or advertisement (RFC 4861, 4.3 and 4.4).</summary>
/// <remarks><c>| flags 1 | reserved 3 | target 16 | options: type 1, length 1 in units of 8 octets, ... |</c>. The link-layer
/// address option is of the source in a solicitation, of the target in an advertisement.</remarks>
/// <param name="Flags">The flags.</param>
/// <param name="Target">Whose address is sought or told.</param>
/// <param name="LinkLayer">The link-layer address; null where the option is not there.</param>
internal readonly record struct NeighbourBody(NeighbourFlags Flags, InternetAddress Target, MacAddress? LinkLayer)
{
    /// <summary>Octets before the options.</summary>
    public const int HeaderSize = 20;

    private const int OptionUnit = 8;
    private const byte SourceLinkLayer = 1;
    private const byte TargetLinkLayer = 2;

    /// <summary>Octets of the body.</summary>
    public int EncodedSize => HeaderSize + (LinkLayer is null ? 0 : OptionUnit);

    /// <summary>Reads a body.</summary>
    /// <param name="type">Solicitation or advertisement.</param>
    /// <param name="source">The ICMP message behind its header.</param>
    /// <param name="body">The body.</param>
    /// <returns>False for too few octets, an option of length 0 or cut short, a group as target or link-layer address, a
    /// target that stands for an IPv4 address.</returns>
    public static bool TryParse(IcmpType type, ReadOnlySpan<byte> source, out NeighbourBody body)
    {
        body = default;
        if (source.Length < HeaderSize)
        {
            return false;
        }

        var wanted = OptionType(type);
        MacAddress? linkLayer = null;
        var options = source[HeaderSize..];
        while (!options.IsEmpty)
        {
            if (options.Length < 2 || options[1] == 0 || options[1] * OptionUnit > options.Length)
            {
                return false;
            }

            if (options[0] == wanted && options[1] == 1)
            {
                linkLayer ??= MacAddress.Read(options[2..]);
            }

            options = options[(options[1] * OptionUnit)..];
        }

        body = new NeighbourBody(
            (NeighbourFlags)source[0], InternetAddress.Read(source.Slice(4, InternetAddress.Size6)), linkLayer);
        return !body.Target.IsMulticast && !body.Target.IsIPv4 && linkLayer is not { IsMulticast: true };
    }

    /// <summary>Writes the body.</summary>
    /// <param name="type">Solicitation or advertisement.</param>
    /// <param name="destination">At least <see cref="EncodedSize"/> octets.</param>
    public void Write(IcmpType type, Span<byte> destination)
    {
        destination[..4].Clear();
        destination[0] = (byte)Flags;
        Target.Write(destination[4..]);
        if (LinkLayer is { } mac)
        {
            destination[HeaderSize] = OptionType(type);
            destination[HeaderSize + 1] = 1;
            mac.Write(destination[(HeaderSize + 2)..]);
        }
    }

    private static byte OptionType(IcmpType type) =>
        type == IcmpType.NeighbourSolicitation ? SourceLinkLayer : TargetLinkLayer;
}
