using HostStack.Hci.Transport;

namespace HostStack.EndToEnd.Tests.Vendors;

/// <summary>A source whose name fits every controller of a list, as <c>usb:</c> does: it opens the first that is there.</summary>
/// <param name="all">The controllers.</param>
/// <param name="knowsAgain">Whether it opens only the same one again; else it is a source that opens whatever is first.</param>
internal sealed class FirstOfMany(IReadOnlyList<IControllerSource> all, bool knowsAgain) : IControllerSource
{
    public string Uri => "first:";

    /// <summary>What each opening was asked for; null: any would do.</summary>
    public List<ControllerDevice?> Asked { get; } = [];

    /// <summary>The controllers that a host sent something to.</summary>
    public List<ControllerDevice?> Started { get; } = [];

    public Task<IHciTransport> OpenAsync(CancellationToken cancellationToken) => OpenAsync(null, cancellationToken);

    public Task<IHciTransport> ReopenAsync(ControllerDevice before, CancellationToken cancellationToken) =>
        OpenAsync(before, cancellationToken);

    private async Task<IHciTransport> OpenAsync(ControllerDevice? before, CancellationToken cancellationToken)
    {
        Asked.Add(before);
        foreach (var source in all)
        {
            try
            {
                var transport = await source.OpenAsync(cancellationToken);
                if (!knowsAgain || before is null || before.MayBe(transport.Device!))
                {
                    return new Door(this, transport);
                }

                await transport.DisposeAsync();
            }
            catch (ControllerUnavailableException)
            {
                // Away: the next one.
            }
        }

        throw new ControllerUnavailableException("Nothing is plugged in; plug the dongle in.");
    }

    private sealed class Door(FirstOfMany bus, IHciTransport inner) : IHciTransport
    {
        public string Name => inner.Name;

        public ControllerDevice? Device => inner.Device;

        public void Start(IHciTransportSink sink)
        {
            bus.Started.Add(inner.Device);
            inner.Start(sink);
        }

        public void Send(ReadOnlySpan<byte> packet) => inner.Send(packet);

        public void Flush() => inner.Flush();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
