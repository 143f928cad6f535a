namespace HostStack.NetDevices.Shim;

/// <summary>An interface of the system that carries bare IP packets: a TUN device, a utun socket.</summary>
/// <remarks>One thread waits and reads; any thread writes and wakes. Disposed once, after which calls fail quietly.</remarks>
internal interface IPacketDevice : IDisposable
{
    /// <summary>Waits until a packet can be read or <see cref="Wake"/> is called.</summary>
    /// <param name="wantsPackets">Whether packets end the wait.</param>
    /// <returns>False where the interface is gone.</returns>
    bool Wait(bool wantsPackets);

    /// <summary>Ends a wait. Any thread; never blocks.</summary>
    void Wake();

    /// <summary>Reads one packet of the machine; never blocks.</summary>
    /// <param name="buffer">Holds the longest packet.</param>
    /// <returns>Its octets; 0 where there is none.</returns>
    int Read(Span<byte> buffer);

    /// <summary>Hands one packet to the machine; never blocks.</summary>
    /// <param name="packet">The packet; borrowed.</param>
    /// <returns>False where it is lost.</returns>
    bool Write(ReadOnlySpan<byte> packet);
}
