using HostStack.NetDevices.Ip.Packets;

namespace HostStack.NetDevices.Shim;

/// <summary>What an <see cref="EthernetIpShim"/> asks of who runs it. Called from within the shim's methods; must not call
/// back.</summary>
internal interface IShimUser
{
    /// <summary>Send a frame of the shim's own to the network.</summary>
    /// <param name="frame">The whole frame; the user owns it.</param>
    void Send(byte[] frame);

    /// <summary>Put an address on the machine's interface: it was made, and nobody else has it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">Bits that its network shares.</param>
    void AddressMade(InternetAddress address, int prefixLength);

    /// <summary>Take an address off the machine's interface: another has it, or its time is over.</summary>
    /// <param name="address">The address.</param>
    /// <param name="prefixLength">Bits that its network shares.</param>
    /// <param name="isDuplicate">Whether another has it.</param>
    void AddressGone(InternetAddress address, int prefixLength, bool isDuplicate);
}

/// <summary>What becomes of a packet or frame.</summary>
internal enum ShimVerdict
{
    /// <summary>It goes on to the other side.</summary>
    Forward,

    /// <summary>The shim has taken it: kept for a neighbour, or answered.</summary>
    Taken,

    /// <summary>It goes nowhere: malformed, or no way to its destination.</summary>
    Dropped,
}
