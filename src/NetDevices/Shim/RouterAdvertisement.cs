using System.Buffers.Binary;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Shim;

/// <summary>A prefix that a router tells (RFC 4861, 4.6.2).</summary>
/// <param name="Prefix">The network; bits beyond the prefix are 0.</param>
/// <param name="Length">Bits of the prefix, 0 to 128.</param>
/// <param name="IsOnLink">Whether its hosts are neighbours.</param>
/// <param name="IsForAddresses">Whether hosts may make addresses in it.</param>
/// <param name="ValidSeconds">How long it is good; <see cref="uint.MaxValue"/> is for ever.</param>
internal readonly record struct PrefixInformation(
    InternetAddress Prefix, int Length, bool IsOnLink, bool IsForAddresses, uint ValidSeconds);

/// <summary>The body of a router advertisement, as much as a host needs of it (RFC 4861, 4.2).</summary>
/// <remarks><c>| hop limit 1 | flags 1 | router lifetime 2 | reachable time 4 | retransmission time 4 | options |</c>.</remarks>
/// <param name="RouterSeconds">How long the sender is a default router; 0: it is none.</param>
/// <param name="Prefixes">The prefixes.</param>
/// <param name="LinkLayer">The router's MAC address; null where it is not told.</param>
internal sealed record RouterAdvertisement(ushort RouterSeconds, PrefixInformation[] Prefixes, Ethernet.MacAddress? LinkLayer)
{
    private const int HeaderSize = 12;
    private const int OptionUnit = 8;
    private const byte SourceLinkLayerOption = 1;
    private const byte PrefixOption = 3;
    private const int PrefixUnits = 4;
    private const byte OnLinkFlag = 0x80;
    private const byte AddressesFlag = 0x40;
    private const int PrefixOffset = 16;
    private const int LongestPrefix = 128;

    /// <summary>Reads a body.</summary>
    /// <param name="source">The ICMP message behind its header.</param>
    /// <param name="advertisement">The body.</param>
    /// <returns>False for too few octets, an option of length 0 or cut short, a prefix beyond 128 bits, a group as the
    /// router's MAC address.</returns>
    public static bool TryParse(ReadOnlySpan<byte> source, out RouterAdvertisement advertisement)
    {
        advertisement = null!;
        if (source.Length < HeaderSize)
        {
            return false;
        }

        var prefixes = new List<PrefixInformation>();
        Ethernet.MacAddress? linkLayer = null;
        var options = source[HeaderSize..];
        while (!options.IsEmpty)
        {
            if (options.Length < 2 || options[1] == 0 || options[1] * OptionUnit > options.Length)
            {
                return false;
            }

            var option = options[..(options[1] * OptionUnit)];
            if (option[0] == SourceLinkLayerOption && option[1] == 1)
            {
                linkLayer ??= Ethernet.MacAddress.Read(option[2..]);
            }
            else if (option[0] == PrefixOption && option[1] == PrefixUnits)
            {
                if (option[2] > LongestPrefix)
                {
                    return false;
                }

                prefixes.Add(new PrefixInformation(
                    new InternetAddress(InternetAddress.Read(option.Slice(PrefixOffset, InternetAddress.Size6)).Value & Mask(option[2])),
                    option[2],
                    (option[3] & OnLinkFlag) != 0,
                    (option[3] & AddressesFlag) != 0,
                    BinaryPrimitives.ReadUInt32BigEndian(option[4..])));
            }

            options = options[option.Length..];
        }

        advertisement = new RouterAdvertisement(BinaryPrimitives.ReadUInt16BigEndian(source[2..]), [.. prefixes], linkLayer);
        return linkLayer is not { IsMulticast: true };
    }

    /// <summary>The mask of an IPv6 prefix.</summary>
    /// <param name="length">0 to 128.</param>
    public static UInt128 Mask(int length) => length == 0 ? UInt128.Zero : UInt128.MaxValue << (LongestPrefix - length);
}
