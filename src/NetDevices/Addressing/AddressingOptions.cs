using System.Net;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Addressing;

/// <summary>How carefully an address of a DHCP server is probed before it is used (RFC 5227).</summary>
public enum AddressProbing
{
    /// <summary>Three probes in less than a second.</summary>
    Brief,

    /// <summary>As the RFC says: 4 to 7 seconds.</summary>
    Standard,

    /// <summary>Not at all.</summary>
    None,
}

/// <summary>How an <see cref="AddressedPort"/> gets its addresses.</summary>
public sealed record AddressingOptions
{
    /// <summary>How long an answer of a DHCP server is waited for, unless <see cref="FallbackAfter"/> says otherwise.</summary>
    public static readonly TimeSpan DefaultFallback = TimeSpan.FromSeconds(10);

    /// <summary>Addresses that are put on the interface from the start, of either family.</summary>
    public IReadOnlyList<InterfaceAddress> Fixed { get; init; } = [];

    /// <summary>The gateway of the fixed addresses; used only with <see cref="DefaultRouteMetric"/>.</summary>
    public IPAddress? FixedGateway { get; init; }

    /// <summary>Whether a DHCP server is asked for an IPv4 address.</summary>
    public bool UseDhcp { get; init; }

    /// <summary>Whether an IPv4 link-local address (169.254/16, RFC 3927) is claimed where DHCP is off and there is no fixed
    /// IPv4 address, or no server answers within <see cref="FallbackAfter"/>. It gives way to a DHCP address.</summary>
    public bool UseLinkLocal { get; init; } = true;

    /// <summary>How long an answer of a DHCP server is waited for before a link-local address is claimed.</summary>
    public TimeSpan FallbackAfter { get; init; } = DefaultFallback;

    /// <summary>The metric of the default route through the network; null, as without being asked, makes none.</summary>
    public int? DefaultRouteMetric { get; init; }

    /// <summary>The name that is told to the DHCP server: letters, digits and hyphens, at most 63; null tells none.</summary>
    public string? HostName { get; init; }

    /// <summary>How carefully an address of a DHCP server is probed.</summary>
    public AddressProbing Probing { get; init; }

    /// <summary>The file that remembers the lease for the next start; null remembers it only while the port lives. One file
    /// for each network: name it after the peer.</summary>
    public string? LeaseFile { get; init; }

    /// <summary>Whether the lease is given back when the port is disposed. Without it the next start asks for the same
    /// address at once.</summary>
    public bool ReleaseAtEnd { get; init; } = true;

    /// <summary>Throws where something cannot be.</summary>
    internal void Check()
    {
        foreach (var address in Fixed)
        {
            if (address.Address is null || !IsOfHost(address))
            {
                throw new ArgumentException($"{address} is not an address that a host can have; give one such as 10.0.0.2/24.");
            }
        }

        if (HostName is { } name
            && (name.Length is 0 or > Dhcp.DhcpRequest.MaximumHostName
                || name.Any(static letter => !char.IsAsciiLetterOrDigit(letter) && letter != '-')))
        {
            throw new ArgumentException($"'{name}' cannot be a host name; use letters, digits and hyphens, at most 63.");
        }

        if (FallbackAfter < TimeSpan.Zero || DefaultRouteMetric < 0)
        {
            throw new ArgumentException("A wait and a metric cannot be negative.");
        }
    }
    private static bool IsOfHost(in InterfaceAddress address)
    {
        const int LongestPrefix = 128;
        var value = InternetAddress.From(address.Address);
        return value.IsIPv4
            ? address.PrefixLength is >= 1 and <= IPv4Prefix.MaximumLength && IPv4Prefix.IsHost(value.V4, address.PrefixLength)
            : address.PrefixLength is >= 1 and <= LongestPrefix && !value.IsMulticast && (UInt128)1 < value.Value;
    }
}
