using HostStack.Hci.Transport;

namespace HostStack.Hci.Capture;

/// <summary>Sees every packet of a transport. Any thread; must not block for long and must not throw.</summary>
public interface IPacketTap
{
    /// <summary>One whole packet, borrowed for the call.</summary>
    /// <param name="direction">Which way it goes.</param>
    /// <param name="packet">The packet, type octet first.</param>
    void Packet(CaptureDirection direction, ReadOnlySpan<byte> packet);

    /// <summary>Hands what was gathered on: the transport has closed.</summary>
    void Flush();
}

/// <summary>A transport with a tap on it: what passes is captured, in both directions, and nothing is changed.</summary>
/// <remarks>The tap outlives the transport, so that one capture can hold all openings of a controller; who made the tap
/// disposes it.</remarks>
public sealed class CapturingTransport : IHciTransport
{
    private readonly IHciTransport _inner;
    private readonly IPacketTap _tap;

    /// <summary>Puts a tap on a transport, which this one then owns.</summary>
    /// <param name="inner">The transport.</param>
    /// <param name="tap">Who sees the packets.</param>
    public CapturingTransport(IHciTransport inner, IPacketTap tap)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(tap);
        _inner = inner;
        _tap = tap;
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public ControllerDevice? Device => _inner.Device;

    /// <inheritdoc/>
    public IBaudRateControl? Line => _inner.Line;

    /// <inheritdoc/>
    public int MaximumPacket => _inner.MaximumPacket;

    /// <inheritdoc/>
    public int RoomFor(int packetLength) => _inner.RoomFor(packetLength);

    /// <inheritdoc/>
    public string SilenceRemedy => _inner.SilenceRemedy;

    /// <inheritdoc/>
    public void Start(IHciTransportSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        _inner.Start(new Sink(_tap, sink));
    }

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> packet)
    {
        // First the tap: an answer must not stand before its command.
        _tap.Packet(CaptureDirection.HostToController, packet);
        _inner.Send(packet);
    }

    /// <inheritdoc/>
    public void Flush() => _inner.Flush();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _inner.DisposeAsync();
        _tap.Flush();
    }

    private sealed class Sink(IPacketTap tap, IHciTransportSink sink) : IHciTransportSink
    {
        public void PacketReceived(ReadOnlySpan<byte> packet)
        {
            tap.Packet(CaptureDirection.ControllerToHost, packet);
            sink.PacketReceived(packet);
        }

        public void FramingLost(string detail) => sink.FramingLost(detail);

        public void Closed(Exception? failure)
        {
            tap.Flush();
            sink.Closed(failure);
        }
    }
}

/// <summary>A source whose every opening carries the same tap.</summary>
public sealed class CapturingSource : IControllerSource
{
    private readonly IControllerSource _inner;
    private readonly IPacketTap _tap;

    /// <summary>Puts a tap on a source.</summary>
    /// <param name="inner">The source.</param>
    /// <param name="tap">Who sees the packets.</param>
    public CapturingSource(IControllerSource inner, IPacketTap tap)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(tap);
        _inner = inner;
        _tap = tap;
    }

    /// <inheritdoc/>
    public string Uri => _inner.Uri;

    /// <inheritdoc/>
    public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken) =>
        new CapturingTransport(await _inner.OpenAsync(cancellationToken), _tap);

    /// <inheritdoc/>
    public async Task<IHciTransport> ReopenAsync(ControllerDevice before, CancellationToken cancellationToken) =>
        new CapturingTransport(await _inner.ReopenAsync(before, cancellationToken), _tap);

    /// <inheritdoc/>
    public Task<string?> LookAsync(CancellationToken cancellationToken) => _inner.LookAsync(cancellationToken);
}
