using System.Net;

namespace HostStack.NetDevices.Windows;

/// <summary>The addresses and routes of one interface. Every call is idempotent, and throws
/// <see cref="Interfaces.NetDeviceException"/> where the system refuses.</summary>
internal interface IInterfaceTable
{
    /// <summary>Puts an address on the interface.</summary>
    void AddAddress(IPAddress address, int prefixLength);

    /// <summary>Takes an address off it.</summary>
    void RemoveAddress(IPAddress address, int prefixLength);

    /// <summary>Makes a gateway the way to everywhere.</summary>
    void AddDefaultRoute(IPAddress gateway, int metric);

    /// <summary>Takes that back.</summary>
    void RemoveDefaultRoute(IPAddress gateway);

    /// <summary>Sets the largest packet of both families.</summary>
    void SetMtu(int mtu);
}
