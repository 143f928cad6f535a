using HostStack.Hci.Transport;

namespace HostStack.Replay.Engine;

/// <summary>The controller of a replay as a source: it opens once.</summary>
internal sealed class ReplayController(ReplayTransport transport) : IControllerSource
{
    public string Uri => transport.Name;

    public Task<IHciTransport> OpenAsync(CancellationToken cancellationToken) => Task.FromResult<IHciTransport>(transport);
}

/// <summary>Passes what the virtual controller answers on to the host under replay.</summary>
internal sealed class AnswersToHost(ReplayTransport transport) : IHciTransportSink
{
    public void PacketReceived(ReadOnlySpan<byte> packet) => transport.DeliverPacket(packet);

    public void FramingLost(string detail) =>
        throw new InvalidOperationException($"The virtual controller lost its framing: {detail}");

    public void Closed(Exception? failure)
    {
    }
}
