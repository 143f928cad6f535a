using System.Globalization;
using System.Net;
using System.Numerics;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>Reads the kernel's route tables, <c>/proc/net/route</c> and <c>/proc/net/ipv6_route</c> (proc(5)). Pure; lines that
/// are not understood are passed over.</summary>
internal static class RouteTables
{
    private const int IPv4MaskColumn = 7;
    private const int IPv6InterfaceColumn = 9;
    private const string IPv6Any = "00000000000000000000000000000000";

    /// <summary>The destinations of the IPv4 routes, but those by one interface.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="except">Routes by this interface do not count: they are our own.</param>
    public static IReadOnlyList<IPNetwork> Destinations(string text, string except)
    {
        var networks = new List<IPNetwork>();
        foreach (var line in text.Split('\n'))
        {
            var fields = line.Split('\t', StringSplitOptions.TrimEntries);
            if (fields.Length > IPv4MaskColumn && fields[0] != except
                && Address(fields[1]) is { } destination && Address(fields[IPv4MaskColumn]) is { } mask)
            {
                var bits = BitOperations.PopCount(BitConverter.ToUInt32(mask));
                networks.Add(new IPNetwork(new IPAddress(Masked(destination, mask)), bits));
            }
        }

        return networks;
    }

    /// <summary>Whether there is an IPv6 default route by an interface that leads somewhere.</summary>
    /// <param name="text">The whole file.</param>
    /// <param name="except">A route by this interface does not count.</param>
    /// <param name="only">Where given, only a route by this interface counts.</param>
    public static bool HasIPv6Default(string text, string except, string? only) =>
        text.Split('\n').Any(line =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is { Length: > IPv6InterfaceColumn } fields
            && fields[0] == IPv6Any && fields[1] == "00"
            && fields[IPv6InterfaceColumn] is var name && name != "lo" && name != except && (only is null || name == only));

    // The kernel prints the network-order word as a number of this machine.
    private static byte[]? Address(string text) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word)
            ? BitConverter.GetBytes(word)
            : null;

    private static byte[] Masked(byte[] address, byte[] mask) => [.. address.Zip(mask, static (octet, bits) => (byte)(octet & bits))];
}
