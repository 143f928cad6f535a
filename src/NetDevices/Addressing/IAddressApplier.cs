using System.Net;
using HostStack.NetDevices.Interfaces;

namespace HostStack.NetDevices.Addressing;

/// <summary>Puts addresses and the default route on an interface.</summary>
internal interface IAddressApplier
{
    /// <inheritdoc cref="ISystemPort.AddAddress"/>
    void AddAddress(IPAddress address, int prefixLength);

    /// <inheritdoc cref="ISystemPort.RemoveAddress"/>
    void RemoveAddress(IPAddress address, int prefixLength);

    /// <inheritdoc cref="ISystemPort.AddDefaultRoute"/>
    void AddDefaultRoute(IPAddress gateway, int metric);

    /// <inheritdoc cref="ISystemPort.RemoveDefaultRoute"/>
    void RemoveDefaultRoute(IPAddress gateway);
}

/// <summary>The interface of a system port.</summary>
/// <param name="port">The port.</param>
internal sealed class SystemPortApplier(ISystemPort port) : IAddressApplier
{
    /// <inheritdoc/>
    public void AddAddress(IPAddress address, int prefixLength) => port.AddAddress(address, prefixLength);

    /// <inheritdoc/>
    public void RemoveAddress(IPAddress address, int prefixLength) => port.RemoveAddress(address, prefixLength);

    /// <inheritdoc/>
    public void AddDefaultRoute(IPAddress gateway, int metric) => port.AddDefaultRoute(gateway, metric);

    /// <inheritdoc/>
    public void RemoveDefaultRoute(IPAddress gateway) => port.RemoveDefaultRoute(gateway);
}
