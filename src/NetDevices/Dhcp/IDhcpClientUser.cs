namespace HostStack.NetDevices.Dhcp;

/// <summary>What a <see cref="DhcpClient"/> asks of who runs it. Called from within the client's methods; must not call
/// back.</summary>
internal interface IDhcpClientUser
{
    /// <summary>Send a frame to the network.</summary>
    /// <param name="frame">The whole frame; the user owns it.</param>
    void Send(byte[] frame);

    /// <summary>Look whether somebody else uses an address, and tell <see cref="DhcpClient.Checked"/>.</summary>
    /// <param name="address">The address.</param>
    void Check(uint address);

    /// <summary>Use an address, new or renewed.</summary>
    /// <param name="lease">Its terms.</param>
    void Leased(DhcpLease lease);

    /// <summary>Told once in a transaction: a server gives a network that is too wide, which is not taken. What is in use stays
    /// so.</summary>
    /// <param name="lease">What was given.</param>
    void TooWide(DhcpLease lease);

    /// <summary>Use an address no more.</summary>
    /// <param name="lease">Its terms.</param>
    /// <param name="reason">Why.</param>
    void Lost(DhcpLease lease, DhcpLoss reason);
}

/// <summary>Why a lease is no more.</summary>
internal enum DhcpLoss
{
    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>A server refused it.</summary>
    Refused,

    /// <summary>Somebody else uses the address.</summary>
    Conflict,

    /// <summary>It was given back.</summary>
    Released,
}
