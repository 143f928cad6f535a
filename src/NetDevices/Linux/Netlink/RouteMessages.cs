using System.Net;
using System.Net.Sockets;

namespace HostStack.NetDevices.Linux.Netlink;

/// <summary>Messages about default routes.</summary>
internal static class RouteMessages
{
    private const byte MainTable = 254;
    private const byte StaticProtocol = 4;
    private const byte AnyProtocol = 0;
    private const byte UniverseScope = 0;
    private const byte AnyScope = 255;
    private const byte UnicastType = 1;
    private const byte AnyType = 0;
    private const int FixedSize = 12;

    /// <summary>Makes a gateway the way to everywhere; refused where there is a default route of that metric.</summary>
    public static Span<byte> Add(Span<byte> buffer, int index, IPAddress gateway, int metric)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.NewRoute, NetlinkFlags.Create | NetlinkFlags.Exclusive);
        writer.Route(FamilyOf(gateway), MainTable, StaticProtocol, UniverseScope, UnicastType);
        writer.Attribute(RouteAttribute.Gateway, gateway);
        writer.Attribute(RouteAttribute.Priority, (uint)metric);
        writer.Attribute(RouteAttribute.OutputInterface, (uint)index);
        return writer.Finish();
    }

    /// <summary>Takes a default route back, whatever its metric.</summary>
    public static Span<byte> Remove(Span<byte> buffer, int index, IPAddress gateway)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.DeleteRoute, NetlinkFlags.None);
        writer.Route(FamilyOf(gateway), MainTable, AnyProtocol, AnyScope, AnyType);
        writer.Attribute(RouteAttribute.Gateway, gateway);
        writer.Attribute(RouteAttribute.OutputInterface, (uint)index);
        return writer.Finish();
    }

    /// <summary>Asks for all routes of a family.</summary>
    public static Span<byte> List(Span<byte> buffer, bool isIPv6)
    {
        var writer = new NetlinkWriter(buffer, NetlinkType.GetRoute, NetlinkFlags.Dump);
        writer.Route(AddressMessages.FamilyOf(isIPv6), 0, AnyProtocol, UniverseScope, AnyType);
        return writer.Finish();
    }

    /// <summary>Whether a message tells of a default route of the main table by this gateway and link.</summary>
    public static bool IsDefaultRoute(in NetlinkMessage message, int index, IPAddress gateway)
    {
        if (message.Type != NetlinkType.NewRoute || message.Body.Length < FixedSize || message.Body[1] != 0 || message.Body[4] != MainTable)
        {
            return false;
        }

        Span<byte> wanted = stackalloc byte[16];
        gateway.TryWriteBytes(wanted, out var length);
        var (sameLink, sameGateway) = (false, false);
        var attributes = new NetlinkAttributes(message.Body[FixedSize..]);
        while (attributes.TryNext())
        {
            switch ((RouteAttribute)attributes.Type)
            {
                case RouteAttribute.OutputInterface:
                    sameLink = attributes.Number == index;
                    break;
                case RouteAttribute.Gateway:
                    sameGateway = attributes.Value.SequenceEqual(wanted[..length]);
                    break;
            }
        }

        return sameLink && sameGateway;
    }

    private static byte FamilyOf(IPAddress address) =>
        AddressMessages.FamilyOf(address.AddressFamily == AddressFamily.InterNetworkV6);
}
