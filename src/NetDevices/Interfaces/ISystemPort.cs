using System.Net;
using HostStack.Ethernet;

namespace HostStack.NetDevices.Interfaces;

/// <summary>A port that is an interface of this machine's own IP stack: a TAP or TUN device.</summary>
/// <remarks>Its name is the interface's. Whatever is put on it goes with it when the port is disposed. The calls that
/// configure may be made from any thread, at any time before that.</remarks>
public interface ISystemPort : IEthernetPort
{
    /// <summary>Whether the network is there, as it was told last.</summary>
    bool IsCarrierUp { get; }

    /// <summary>Raised after <see cref="IEthernetPort.SetCarrier"/> changed the carrier, on the caller's thread.</summary>
    event Action<bool>? CarrierChanged;

    /// <summary>Puts an address on the interface. Idempotent.</summary>
    /// <param name="address">A unicast address, IPv4 or IPv6.</param>
    /// <param name="prefixLength">Bits that its network shares.</param>
    /// <exception cref="NetDeviceException">The system refuses.</exception>
    void AddAddress(IPAddress address, int prefixLength);

    /// <summary>Takes an address off the interface. Idempotent.</summary>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">Its prefix length.</param>
    /// <exception cref="NetDeviceException">The system refuses.</exception>
    void RemoveAddress(IPAddress address, int prefixLength);

    /// <summary>Makes a gateway behind the interface the way to everywhere. Idempotent.</summary>
    /// <param name="gateway">A neighbour on the interface.</param>
    /// <param name="metric">The route's cost; a lower one wins.</param>
    /// <exception cref="NetDeviceException">The system refuses.</exception>
    void AddDefaultRoute(IPAddress gateway, int metric);

    /// <summary>Takes back what <see cref="AddDefaultRoute"/> made. Idempotent.</summary>
    /// <param name="gateway">The gateway.</param>
    /// <exception cref="NetDeviceException">The system refuses.</exception>
    void RemoveDefaultRoute(IPAddress gateway);
}
