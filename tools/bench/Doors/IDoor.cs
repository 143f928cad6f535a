using HostStack.Hci.Transport;

namespace HostStack.Bench.Doors;

/// <summary>A transport, and the controller's side of it, played by the thread that measures.</summary>
internal interface IDoor : IDisposable
{
    /// <summary>The host's side; who uses it closes it, before the door.</summary>
    IHciTransport Transport { get; }

    /// <summary>Sends one packet to the host.</summary>
    /// <param name="packet">Type octet first.</param>
    void Deliver(ReadOnlySpan<byte> packet);

    /// <summary>Takes what the host has sent, and throws it away.</summary>
    /// <param name="octets">Octets of it, type octets included.</param>
    void Take(int octets);
}
