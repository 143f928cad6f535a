using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HostStack.NetDevices.Windows.Native;

/// <summary>SOCKADDR_INET (ws2ipdef.h): an address of either family, in 28 octets.</summary>
/// <remarks><c>| family 2 | port 2 | IPv4 address 4 |</c> or <c>| family 2 | port 2 | flow 4 | IPv6 address 16 | scope 4 |</c></remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct SocketAddressInet
{
    /// <summary>AF_INET.</summary>
    public const ushort FamilyV4 = 2;

    /// <summary>AF_INET6 of Windows.</summary>
    public const ushort FamilyV6 = 23;

    private const int V4Offset = 0;
    private const int V6Offset = 4;

    public ushort Family;
    public ushort Port;
    public AddressOctets Octets;

    /// <summary>Makes one without port and scope.</summary>
    /// <param name="address">The address.</param>
    public static SocketAddressInet From(IPAddress address)
    {
        var isV6 = address.AddressFamily == AddressFamily.InterNetworkV6;
        var value = new SocketAddressInet { Family = isV6 ? FamilyV6 : FamilyV4 };
        Span<byte> octets = value.Octets;
        address.TryWriteBytes(octets[(isV6 ? V6Offset : V4Offset)..], out _);
        return value;
    }

    /// <summary>The address of no host, which a default route leads to.</summary>
    /// <param name="like">Of its family.</param>
    public static SocketAddressInet Any(IPAddress like) =>
        From(like.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any);

    /// <summary>What follows family and port; in numbers, for their alignment.</summary>
    [InlineArray(24)]
    internal struct AddressOctets
    {
        private byte _first;
    }
}

/// <summary>MIB_UNICASTIPADDRESS_ROW (netioapi.h), 80 octets.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UnicastAddressRow
{
    public RowAddress Address;
    public ulong InterfaceLuid;
    public uint InterfaceIndex;
    public uint PrefixOrigin;
    public uint SuffixOrigin;
    public uint ValidLifetime;
    public uint PreferredLifetime;
    public byte OnLinkPrefixLength;
    public byte SkipAsSource;
    public uint DadState;
    public uint ScopeId;
    public long CreationTimeStamp;
}

/// <summary>A SOCKADDR_INET within a row: aligned to 4, as its numbers make it in C.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RowAddress
{
    private readonly uint _familyAndPort;
    private readonly uint _flowOrV4;
    private readonly uint _v60;
    private readonly uint _v61;
    private readonly uint _v62;
    private readonly uint _v63;
    private readonly uint _scope;

    public RowAddress(SocketAddressInet address) => this = Unsafe.BitCast<SocketAddressInet, RowAddress>(address);
}

/// <summary>MIB_IPFORWARD_ROW2 (netioapi.h), 104 octets.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ForwardRow
{
    public ulong InterfaceLuid;
    public uint InterfaceIndex;
    public RowAddress Destination;
    public byte DestinationPrefixLength;
    public RowAddress NextHop;
    public byte SitePrefixLength;
    public uint ValidLifetime;
    public uint PreferredLifetime;
    public uint Metric;
    public uint Protocol;
    public byte Loopback;
    public byte AutoconfigureAddress;
    public byte Publish;
    public byte Immortal;
    public uint Age;
    public uint Origin;
}

/// <summary>MIB_IPINTERFACE_ROW (netioapi.h), 168 octets; one for each family of an interface.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InterfaceRow
{
    public ushort Family;
    public ulong InterfaceLuid;
    public uint InterfaceIndex;
    public uint MaxReassemblySize;
    public ulong InterfaceIdentifier;
    public uint MinRouterAdvertisementInterval;
    public uint MaxRouterAdvertisementInterval;
    public byte AdvertisingEnabled;
    public byte ForwardingEnabled;
    public byte WeakHostSend;
    public byte WeakHostReceive;
    public byte UseAutomaticMetric;
    public byte UseNeighborUnreachabilityDetection;
    public byte ManagedAddressConfigurationSupported;
    public byte OtherStatefulConfigurationSupported;
    public byte AdvertiseDefaultRoute;
    public uint RouterDiscoveryBehavior;
    public uint DadTransmits;
    public uint BaseReachableTime;
    public uint RetransmitTime;
    public uint PathMtuDiscoveryTimeout;
    public uint LinkLocalAddressBehavior;
    public uint LinkLocalAddressTimeout;
    public ScopeZones ZoneIndices;
    public uint SitePrefixLength;
    public uint Metric;
    public uint NlMtu;
    public byte Connected;
    public byte SupportsWakeUpPatterns;
    public byte SupportsNeighborDiscovery;
    public byte SupportsRouterDiscovery;
    public uint ReachableTime;
    public byte TransmitOffload;
    public byte ReceiveOffload;
    public byte DisableDefaultRoutes;

    /// <summary>ScopeLevelCount numbers.</summary>
    [InlineArray(16)]
    internal struct ScopeZones
    {
        private uint _first;
    }
}
