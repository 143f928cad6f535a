using System.Net;
using HostStack.NetDevices.Dhcp;

namespace HostStack.NetDevices.Addressing;

/// <summary>Where an address comes from.</summary>
public enum AddressSource
{
    /// <summary>The caller said so.</summary>
    Fixed,

    /// <summary>A DHCP server gave it.</summary>
    Dhcp,

    /// <summary>It was claimed (RFC 3927).</summary>
    LinkLocal,
}

/// <summary>What happened to an address.</summary>
public enum AddressChange
{
    /// <summary>It is on the interface.</summary>
    Added,

    /// <summary>It is still on the interface, with new terms: a lease was renewed.</summary>
    Updated,

    /// <summary>It is no longer on the interface.</summary>
    Removed,
}

/// <summary>An address on an interface, and what came with it.</summary>
/// <remarks>Only the address and, where asked for, the default route are applied. Name servers, the domain, the MTU and the
/// other routes are told, not applied: resolvers belong to the whole machine.</remarks>
public sealed record AddressAssignment
{
    /// <summary>Where it comes from.</summary>
    public required AddressSource Source { get; init; }

    /// <summary>The address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Bits that its network shares.</summary>
    public required int PrefixLength { get; init; }

    /// <summary>The router to everywhere else; null where there is none.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>Name servers, the preferred one first.</summary>
    public IReadOnlyList<IPAddress> DnsServers { get; init; } = [];

    /// <summary>The domain of the network.</summary>
    public string? DomainName { get; init; }

    /// <summary>The MTU that the server tells, octets.</summary>
    public int? Mtu { get; init; }

    /// <summary>Routes that the server tells (RFC 3442).</summary>
    public IReadOnlyList<ClasslessRoute> Routes { get; init; } = [];

    /// <summary>The DHCP server.</summary>
    public IPAddress? Server { get; init; }

    /// <summary>How long the address is good from the time it was asked for; null is for ever.</summary>
    public TimeSpan? LeaseTime { get; init; }

    /// <summary>One line for people: <c>10.0.0.7/24 by DHCP from 10.0.0.1</c>.</summary>
    public override string ToString() => $"{Address}/{PrefixLength} " + Source switch
    {
        AddressSource.Fixed => "fixed",
        AddressSource.Dhcp => $"by DHCP from {Server}",
        _ => "link-local",
    };

    /// <summary>The assignment that follows from a lease.</summary>
    internal static AddressAssignment From(DhcpLease lease)
    {
        var terms = lease.Terms;
        return new AddressAssignment
        {
            Source = AddressSource.Dhcp,
            Address = ToAddress(terms.Address),
            PrefixLength = terms.PrefixLength,
            Gateway = Router(terms),
            DnsServers = [.. terms.DnsServers.Select(ToAddress)],
            DomainName = terms.DomainName,
            Mtu = terms.Mtu,
            Routes = terms.Routes,
            Server = ToAddress(terms.Server),
            LeaseTime = lease.Duration,
        };
    }

    // Classless routes, where there are some, say it all: the router option is then passed over (RFC 3442). A router that
    // is not on the link, or is ourselves, cannot be used.
    private static IPAddress? Router(DhcpReply terms)
    {
        var candidates = terms.Routes.Length > 0
            ? terms.Routes.Where(static route => route.PrefixLength == 0).Select(static route => ToNumber(route.Router))
            : terms.Routers;
        foreach (var router in candidates)
        {
            if (router != terms.Address
                && Ip.Packets.IPv4Prefix.Shares(router, terms.Address, terms.PrefixLength)
                && Ip.Packets.IPv4Prefix.IsHost(router, terms.PrefixLength))
            {
                return ToAddress(router);
            }
        }

        return null;
    }

    private static IPAddress ToAddress(uint value) => Ip.Packets.InternetAddress.FromV4(value).ToIPAddress();

    private static uint ToNumber(IPAddress address) => Ip.Packets.InternetAddress.From(address).V4;
}
