using System.Net;
using HostStack.NetDevices.Dhcp;

namespace HostStack.NetDevices.Addressing;

/// <summary>What an <see cref="AddressingCore"/> asks of who runs it. Called from within the core's methods; must not call
/// back.</summary>
internal interface IAddressingUser
{
    /// <summary>Send a frame to the network.</summary>
    /// <param name="frame">The whole frame; the user owns it.</param>
    void Send(byte[] frame);

    /// <summary>Put an address on the interface, take one off, or tell its new terms.</summary>
    /// <param name="before">What was there from the same source; null for nothing.</param>
    /// <param name="after">What is to be there; null for nothing.</param>
    void Changed(AddressAssignment? before, AddressAssignment? after);

    /// <summary>Tell that a server gives a network that is too wide to be taken.</summary>
    /// <param name="refused">What was given.</param>
    void TooWide(AddressAssignment refused);

    /// <summary>Make the default route go through a gateway, in place of the one before.</summary>
    /// <param name="gateway">The gateway; null for no route.</param>
    void Route(IPAddress? gateway);

    /// <summary>Remember a lease for the next start.</summary>
    /// <param name="lease">The lease.</param>
    /// <param name="isOver">Whether it was given back: the address is then only a wish.</param>
    void Remember(DhcpLease lease, bool isOver);

    /// <summary>Remember no lease: what was remembered is wrong.</summary>
    void Forget();
}
