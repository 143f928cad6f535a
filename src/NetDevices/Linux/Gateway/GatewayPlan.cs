using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>What a gateway makes, decided: interface, networks, way out.</summary>
/// <param name="Interface">The interface that leads to the peers.</param>
/// <param name="Subnet">Their IPv4 network.</param>
/// <param name="Prefix">Their IPv6 /64; null: none.</param>
/// <param name="Uplink">The only way out; null: any.</param>
/// <param name="Mtu">The largest packet on the interface, in octets.</param>
/// <param name="HasIPv6Way">Whether the machine itself has an IPv6 way out: only then it offers itself as a router.</param>
/// <param name="Own">This machine's address on the IPv4 network; null: the first.</param>
/// <param name="Own6">Its IPv6 address; null: <c>prefix::1</c>.</param>
internal sealed record GatewayPlan(
    string Interface, IPNetwork Subnet, IPNetwork? Prefix, string? Uplink, int Mtu, bool HasIPv6Way, IPAddress? Own = null, IPAddress? Own6 = null)
{
    /// <summary>What the name of each gateway's table begins with.</summary>
    public const string TablePrefix = "hoststack_";

    // Addresses below are for devices with fixed ones, where the network is large enough.
    private const int FirstLeasedInLarge = 10;
    private const int LargePrefixLength = 26;

    /// <summary>The nftables table: the interface's name with what a table's name may not hold replaced.</summary>
    public string Table => TableOf(Interface);

    /// <summary>This machine on the IPv4 network.</summary>
    public IPAddress Address => Own ?? Host(1);

    /// <summary>The first address that a peer may get.</summary>
    public IPAddress FirstLeased => Host(Subnet.PrefixLength <= LargePrefixLength ? FirstLeasedInLarge : 2u);

    /// <summary>The last one: that before the broadcast address.</summary>
    public IPAddress LastLeased => Host((uint)((1UL << (32 - Subnet.PrefixLength)) - 2));

    /// <summary>The IPv4 network's mask.</summary>
    public IPAddress Mask => FromNumber(uint.MaxValue << (32 - Subnet.PrefixLength));

    /// <summary>This machine on the IPv6 network.</summary>
    public IPAddress? IPv6Address
    {
        get
        {
            if (Prefix is not { } prefix || Own6 is not null)
            {
                return Own6;
            }

            var octets = prefix.BaseAddress.GetAddressBytes();
            octets[^1] = 1;
            return new IPAddress(octets);
        }
    }

    /// <summary>The table of an interface.</summary>
    public static string TableOf(string name) =>
        TablePrefix + string.Concat(name.Select(static letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));

    /// <summary>Whether a name can be an interface's, and stand in a script between quotes.</summary>
    public static bool IsInterfaceName(string name) =>
        name.Length is > 0 and <= 15 && name is not ("." or "..")
        && name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '@');

    /// <summary>Whether an IPv4 network can be that of the peers.</summary>
    public static bool IsSubnet(IPNetwork network) =>
        network.BaseAddress.AddressFamily == AddressFamily.InterNetwork && network.PrefixLength is >= 8 and <= 29;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Interface}: {Subnet}{(Prefix is { } prefix ? $", {prefix}" : "")} by {Uplink ?? "any way"}");

    private static IPAddress FromNumber(uint number) =>
        new([(byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);

    private IPAddress Host(uint number)
    {
        var octets = Subnet.BaseAddress.GetAddressBytes();
        var network = ((uint)octets[0] << 24) | ((uint)octets[1] << 16) | ((uint)octets[2] << 8) | octets[3];
        return FromNumber(network + number);
    }
}
