using System.Buffers.Binary;
using System.Net;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Dhcp;

/// <summary>A route that a DHCP server tells (option 121, RFC 3442).</summary>
/// <param name="Destination">The network; bits beyond the prefix are 0.</param>
/// <param name="PrefixLength">Bits that the network shares, 0 to 32.</param>
/// <param name="Router">The way there; 0.0.0.0 means that the network is on the link itself.</param>
public readonly record struct ClasslessRoute(IPAddress Destination, int PrefixLength, IPAddress Router)
{
    private const int MaximumPrefix = 32;

    /// <inheritdoc/>
    public override string ToString() => $"{Destination}/{PrefixLength} via {Router}";

    /// <summary>Reads the option: <c>| prefix length 1 | significant octets of the network 0-4 | router 4 | ... |</c>.</summary>
    /// <param name="source">The whole option; empty gives no routes.</param>
    /// <param name="routes">The routes.</param>
    /// <returns>False for a prefix beyond 32 bits or a route that is cut short.</returns>
    internal static bool TryParseAll(ReadOnlySpan<byte> source, out ClasslessRoute[] routes)
    {
        var found = new List<ClasslessRoute>();
        routes = [];
        Span<byte> network = stackalloc byte[InternetAddress.Size4];
        while (!source.IsEmpty)
        {
            var prefix = source[0];
            var significant = (prefix + 7) / 8;
            if (prefix > MaximumPrefix || source.Length < 1 + significant + InternetAddress.Size4)
            {
                return false;
            }

            network.Clear();
            source.Slice(1, significant).CopyTo(network);
            var destination = BinaryPrimitives.ReadUInt32BigEndian(network) & IPv4Prefix.Mask(prefix);
            found.Add(new ClasslessRoute(
                InternetAddress.FromV4(destination).ToIPAddress(),
                prefix,
                InternetAddress.Read(source.Slice(1 + significant, InternetAddress.Size4)).ToIPAddress()));
            source = source[(1 + significant + InternetAddress.Size4)..];
        }

        routes = [.. found];
        return true;
    }
}
