using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HostStack.NetDevices.Windows.Native;

/// <summary>Addresses and routes by the IP Helper of Windows (netioapi.h). Not run on this OS here.</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class WindowsInterfaceTable : IInterfaceTable
{
    // NL_DAD_STATE: IpDadStatePreferred, so that the address serves at once.
    private const uint DadPreferred = 4;

    // NL_ROUTE_PROTOCOL: MIB_IPPROTO_NETMGMT, a route that a program has set.
    private const uint ProtocolManagement = 3;

    private readonly ulong _luid;

    /// <summary>Finds the interface of an adapter.</summary>
    /// <param name="adapter">The adapter.</param>
    public WindowsInterfaceTable(WindowsTapAdapter adapter)
    {
        var guid = adapter.Guid;
        ulong luid;
        var error = ConvertGuidToLuid(&guid, &luid);
        if (error != WindowsError.None)
        {
            throw WindowsErrors.Exception($"The interface of the adapter {adapter.Name} cannot be found", error);
        }

        _luid = luid;
    }

    /// <inheritdoc/>
    public void AddAddress(IPAddress address, int prefixLength)
    {
        var row = Address(address, prefixLength);
        Check(CreateAddress(&row), WindowsError.ObjectAlreadyExists, $"The address {address}/{prefixLength} cannot be added");
    }

    /// <inheritdoc/>
    public void RemoveAddress(IPAddress address, int prefixLength)
    {
        var row = Address(address, prefixLength);
        Check(DeleteAddress(&row), WindowsError.NotFound, $"The address {address}/{prefixLength} cannot be removed");
    }

    /// <inheritdoc/>
    public void AddDefaultRoute(IPAddress gateway, int metric)
    {
        var row = DefaultRoute(gateway);
        row.Metric = (uint)metric;
        Check(CreateRoute(&row), WindowsError.ObjectAlreadyExists, $"The default route by {gateway} cannot be added");
    }

    /// <inheritdoc/>
    public void RemoveDefaultRoute(IPAddress gateway)
    {
        var row = DefaultRoute(gateway);
        Check(DeleteRoute(&row), WindowsError.NotFound, $"The default route by {gateway} cannot be removed");
    }

    /// <inheritdoc/>
    public void SetMtu(int mtu)
    {
        SetMtu(SocketAddressInet.FamilyV4, mtu);
        SetMtu(SocketAddressInet.FamilyV6, mtu);
    }

    private static void Check(WindowsError error, WindowsError alsoFine, string what)
    {
        if (error != WindowsError.None && error != alsoFine)
        {
            throw WindowsErrors.Exception(what, error);
        }
    }

    private void SetMtu(ushort family, int mtu)
    {
        InterfaceRow row;
        InitializeInterface(&row);
        row.Family = family;
        row.InterfaceLuid = _luid;
        var error = GetInterface(&row);
        if (error == WindowsError.NotFound)
        {
            // The family is not bound to the adapter.
            return;
        }

        if (error == WindowsError.None)
        {
            row.NlMtu = (uint)mtu;

            // What was read here is not taken back for IPv4 unless it is zero.
            row.SitePrefixLength = 0;
            error = SetInterface(&row);
        }

        Check(error, WindowsError.None, $"The MTU {mtu} cannot be set");
    }

    private UnicastAddressRow Address(IPAddress address, int prefixLength)
    {
        UnicastAddressRow row;
        InitializeAddress(&row);
        row.Address = new RowAddress(SocketAddressInet.From(address));
        row.InterfaceLuid = _luid;
        row.OnLinkPrefixLength = (byte)prefixLength;
        row.DadState = DadPreferred;
        return row;
    }

    private ForwardRow DefaultRoute(IPAddress gateway)
    {
        ForwardRow row;
        InitializeRoute(&row);
        row.InterfaceLuid = _luid;
        row.Destination = new RowAddress(SocketAddressInet.Any(gateway));
        row.DestinationPrefixLength = 0;
        row.NextHop = new RowAddress(SocketAddressInet.From(gateway));
        row.Protocol = ProtocolManagement;
        return row;
    }

    [LibraryImport("iphlpapi", EntryPoint = "ConvertInterfaceGuidToLuid")]
    private static partial WindowsError ConvertGuidToLuid(Guid* guid, ulong* luid);

    [LibraryImport("iphlpapi", EntryPoint = "InitializeUnicastIpAddressEntry")]
    private static partial void InitializeAddress(UnicastAddressRow* row);

    [LibraryImport("iphlpapi", EntryPoint = "CreateUnicastIpAddressEntry")]
    private static partial WindowsError CreateAddress(UnicastAddressRow* row);

    [LibraryImport("iphlpapi", EntryPoint = "DeleteUnicastIpAddressEntry")]
    private static partial WindowsError DeleteAddress(UnicastAddressRow* row);

    [LibraryImport("iphlpapi", EntryPoint = "InitializeIpForwardEntry")]
    private static partial void InitializeRoute(ForwardRow* row);

    [LibraryImport("iphlpapi", EntryPoint = "CreateIpForwardEntry2")]
    private static partial WindowsError CreateRoute(ForwardRow* row);

    [LibraryImport("iphlpapi", EntryPoint = "DeleteIpForwardEntry2")]
    private static partial WindowsError DeleteRoute(ForwardRow* row);

    [LibraryImport("iphlpapi", EntryPoint = "InitializeIpInterfaceEntry")]
    private static partial void InitializeInterface(InterfaceRow* row);

    [LibraryImport("iphlpapi", EntryPoint = "GetIpInterfaceEntry")]
    private static partial WindowsError GetInterface(InterfaceRow* row);

    [LibraryImport("iphlpapi", EntryPoint = "SetIpInterfaceEntry")]
    private static partial WindowsError SetInterface(InterfaceRow* row);
}
