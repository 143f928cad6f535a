using HostStack.Hci.Transport;

namespace HostStack.Bench.Doors;

/// <summary>A transport, and the controller's side of it, played by the thread that measures.</summary>
internal interface IDoor : IDisposable
{
    /// <summary>The host's side; who uses it closes it, before the door.</summary>
    IHciTransport Transport { get; }

    /// <summary>Starts the transport.</summary>
    /// <param name="sink">Who receives.</param>
    /// <returns>Packets that have been delivered by then.</returns>
    int Start(IHciTransportSink sink)
    {
        Transport.Start(sink);
        return 0;
    }

    /// <summary>Sends one packet to the host.</summary>
    /// <param name="packet">Type octet first.</param>
    void Deliver(ReadOnlySpan<byte> packet);

    /// <summary>Takes what the host has sent, and throws it away.</summary>
    /// <param name="octets">Octets of it, type octets included.</param>
    void Take(int octets);
}
