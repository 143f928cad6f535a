using HostStack.Hci.Transport;

namespace HostStack.Testing;

/// <summary>A place in which one controller or another is plugged: what a door is to a host. It tells of each device what a
/// test lets it tell.</summary>
public sealed class ControllerSlot : IControllerSource
{
    private IControllerSource? _plugged;
    private ControllerDevice? _device;

    public string Uri => "slot:";

    /// <summary>Openings that were tried, with what the host knew of its controller; null: any would do.</summary>
    public List<ControllerDevice?> Asked { get; } = [];

    /// <summary>Openings that were let go again.</summary>
    public int Closings { get; private set; }

    /// <summary>Openings that were used: packets went through.</summary>
    public int Started { get; private set; }

    /// <summary>Whether the place behaves as one of several: only the device that was open before is opened again.</summary>
    public bool ReopensSameOnly { get; set; }

    /// <summary>Plugs a controller in.</summary>
    /// <param name="source">The controller.</param>
    /// <param name="device">What the door tells of it.</param>
    public void Plug(IControllerSource source, ControllerDevice? device = null) => (_plugged, _device) = (source, device);

    /// <summary>Leaves the place empty.</summary>
    public void Unplug() => (_plugged, _device) = (null, null);

    public Task<IHciTransport> OpenAsync(CancellationToken cancellationToken) => OpenAsync(null, cancellationToken);

    public Task<IHciTransport> ReopenAsync(ControllerDevice before, CancellationToken cancellationToken) =>
        ReopensSameOnly && _device is { } device && !before.MayBe(device)
            ? Refuse(before, "Only another dongle is plugged in; plug the old one in.")
            : OpenAsync(before, cancellationToken);

    private async Task<IHciTransport> OpenAsync(ControllerDevice? before, CancellationToken cancellationToken)
    {
        if (_plugged is not { } plugged)
        {
            return await Refuse(before, "Nothing is plugged in; plug the dongle in.");
        }

        Asked.Add(before);
        return new Door(this, await plugged.OpenAsync(cancellationToken), _device);
    }

    private Task<IHciTransport> Refuse(ControllerDevice? before, string sentence)
    {
        Asked.Add(before);
        return Task.FromException<IHciTransport>(new ControllerUnavailableException(sentence));
    }

    private sealed class Door(ControllerSlot slot, IHciTransport inner, ControllerDevice? device) : IHciTransport
    {
        public string Name => inner.Name;

        public ControllerDevice? Device => device;

        public void Start(IHciTransportSink sink)
        {
            slot.Started++;
            inner.Start(sink);
        }

        public void Send(ReadOnlySpan<byte> packet) => inner.Send(packet);

        public void Flush() => inner.Flush();

        public ValueTask DisposeAsync()
        {
            slot.Closings++;
            return inner.DisposeAsync();
        }
    }
}
