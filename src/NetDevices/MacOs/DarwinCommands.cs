using System.Globalization;
using System.Net;
using HostStack.NetDevices.Ip.Packets;
using HostStack.NetDevices.Shim;

namespace HostStack.NetDevices.MacOs;

/// <summary>A program of the system and its arguments.</summary>
/// <param name="Program">Its whole path.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record DarwinCommand(string Program, params string[] Arguments)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Program} {string.Join(' ', Arguments)}";
}

/// <summary>The commands that configure a utun interface: ifconfig(8) and route(8).</summary>
/// <remarks>
/// <para>Programs rather than SIOCAIFADDR and routing sockets: each of those ioctls would need the stack trick, and the
/// programs are what administrators can repeat by hand.</para>
/// <para>A utun interface is point-to-point: an address has no network of its own, so that a route to the network goes with
/// it. Darwin's routes have no metric: the way to everywhere is two routes, one to each half of the address space, which win
/// over a default route without replacing it, and go with the interface.</para>
/// </remarks>
internal static class DarwinCommands
{
    /// <summary>Configures interfaces.</summary>
    public const string IfConfig = "/sbin/ifconfig";

    /// <summary>Configures routes.</summary>
    public const string Route = "/sbin/route";

    private static readonly string[] Halves4 = ["0.0.0.0/1", "128.0.0.0/1"];
    private static readonly string[] Halves6 = ["::/1", "8000::/1"];

    /// <summary>Sets MTU and state.</summary>
    public static IEnumerable<DarwinCommand> SetUp(string name, int mtu) =>
        [new(IfConfig, name, "mtu", mtu.ToString(CultureInfo.InvariantCulture), "up")];

    /// <summary>Puts an address on the interface, and the route to its network.</summary>
    public static IEnumerable<DarwinCommand> AddAddress(string name, IPAddress address, int prefixLength)
    {
        var value = InternetAddress.From(address);
        yield return value.IsIPv4
            ? new(IfConfig, name, "inet", $"{address}/32", $"{address}", "alias")
            : new(IfConfig, name, "inet6", Scoped(name, value), "prefixlen", prefixLength.ToString(CultureInfo.InvariantCulture), "alias");
        if (Network(value, prefixLength) is { } network)
        {
            yield return new(Route, "-n", "add", Family(value), network, "-interface", name);
        }
    }

    /// <summary>Takes an address off the interface, and the route to its network.</summary>
    public static IEnumerable<DarwinCommand> RemoveAddress(string name, IPAddress address, int prefixLength)
    {
        var value = InternetAddress.From(address);
        if (Network(value, prefixLength) is { } network)
        {
            yield return new(Route, "-n", "delete", Family(value), network, "-interface", name);
        }

        yield return new(IfConfig, name, value.IsIPv4 ? "inet" : "inet6", Scoped(name, value), "-alias");
    }

    /// <summary>Makes the interface the way to everywhere. Which router is meant, the shim knows.</summary>
    public static IEnumerable<DarwinCommand> AddDefaultRoute(string name, IPAddress gateway) => Everywhere("add", name, gateway);

    /// <summary>Takes that back.</summary>
    public static IEnumerable<DarwinCommand> RemoveDefaultRoute(string name, IPAddress gateway) => Everywhere("delete", name, gateway);

    /// <summary>Whether a program's complaint says that what was asked is so already.</summary>
    public static bool IsSoAlready(string complaint) =>
        complaint.Contains("File exists", StringComparison.Ordinal)
        || complaint.Contains("not in table", StringComparison.Ordinal)
        || complaint.Contains("Can't assign requested address", StringComparison.Ordinal);

    private static IEnumerable<DarwinCommand> Everywhere(string verb, string name, IPAddress gateway)
    {
        var value = InternetAddress.From(gateway);
        return (value.IsIPv4 ? Halves4 : Halves6)
            .Select(half => new DarwinCommand(Route, "-n", verb, Family(value), half, "-interface", name));
    }

    private static string Family(InternetAddress address) => address.IsIPv4 ? "-inet" : "-inet6";

    private static string Scoped(string name, InternetAddress address) => address.IsLinkLocal6 ? $"{address}%{name}" : $"{address}";

    // None for the address alone, and for link-local ones, whose route the system makes.
    private static string? Network(InternetAddress address, int prefixLength)
    {
        if (address.IsLinkLocal6 || prefixLength >= (address.IsIPv4 ? IPv4Prefix.MaximumLength : 128))
        {
            return null;
        }

        var network = address.IsIPv4
            ? InternetAddress.FromV4(address.V4 & IPv4Prefix.Mask(prefixLength))
            : new InternetAddress(address.Value & RouterAdvertisement.Mask(prefixLength));
        return $"{network}/{prefixLength.ToString(CultureInfo.InvariantCulture)}";
    }
}
