using HostStack.Hci.Transport;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Transport;

namespace HostStack.EndToEnd.Tests.Rig;

/// <summary>Keeps the sinks of a host's openings, so that a test can speak as the controller, of now or of before.</summary>
internal sealed class TappedSource(IControllerSource inner) : IControllerSource
{
    /// <summary>The host's end of each opening, oldest first.</summary>
    public List<IHciTransportSink> Sinks { get; } = [];

    public string Uri => inner.Uri;

    public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken) =>
        new Tap(await inner.OpenAsync(cancellationToken), this);

    private sealed class Tap(IHciTransport transport, TappedSource source) : IHciTransport
    {
        public string Name => transport.Name;

        public void Start(IHciTransportSink sink)
        {
            source.Sinks.Add(sink);
            transport.Start(sink);
        }

        public void Send(ReadOnlySpan<byte> packet) => transport.Send(packet);

        public void Flush() => transport.Flush();

        public ValueTask DisposeAsync() => transport.DisposeAsync();
    }
}

/// <summary>An H4 wire in memory whose octets suffer: both ends cut packets from octets again, as over a real wire, on the
/// simulation's thread and clock.</summary>
/// <remarks>The host's end frames by <see cref="H4Framer"/> and follows <see cref="StreamTransport"/> in what a Reset means
/// to it.</remarks>
internal sealed class FaultyWire(SimulatedController controller, ulong seed) : IControllerSource
{
    private int _openings;

    /// <summary>What the octets suffer from now on.</summary>
    public OctetFaults Faults { get; set; }

    public string Uri => controller.Source.Uri;

    /// <summary>Octets hit so far.</summary>
    public long Injected => Wires.Sum(static wire => wire.Injected);

    /// <summary>Times that the host's end lost its framing.</summary>
    public int FramingLosses => Wires.Sum(static wire => wire.FramingLosses);

    private List<Wire> Wires { get; } = [];

    public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
    {
        var wire = new Wire(await controller.Source.OpenAsync(cancellationToken), controller, seed + (ulong)_openings++, this);
        Wires.Add(wire);
        return wire;
    }

    private sealed class Wire : IHciTransport, IHciTransportSink
    {
        private static readonly byte[] Reset = [0x01, 0x03, 0x0C, 0x00];

        private readonly IHciTransport _transport;
        private readonly H4Framer _framer = new();
        private readonly H4FrameReader _reader;
        private readonly FaultyWire _wire;
        private readonly ulong _seed;
        private OctetFaults _faults;
        private FaultyStream? _down;
        private FaultyStream? _up;
        private IHciTransportSink? _sink;

        public Wire(IHciTransport transport, SimulatedController controller, ulong seed, FaultyWire wire)
        {
            _transport = transport;
            _wire = wire;
            _reader = new H4FrameReader(packet => transport.Send(packet.Span), () => controller.RaiseHardwareError(0));
            _seed = seed;
        }

        public string Name => _transport.Name;

        public long Injected => (_down?.Injected ?? 0) + (_up?.Injected ?? 0);

        public int FramingLosses { get; private set; }

        private bool IsClean => _wire.Faults == OctetFaults.None;

        public void Start(IHciTransportSink sink)
        {
            _sink = new Counting(this, sink);
            _transport.Start(this);
        }

        public void Send(ReadOnlySpan<byte> packet)
        {
            if (_framer.IsLost && packet.SequenceEqual(Reset))
            {
                _framer.ResetSent();
            }

            if (IsClean)
            {
                _reader.Feed(packet);
            }
            else
            {
                Suffer();
                _down!.Write(packet);
            }
        }

        public void Flush() => _transport.Flush();

        public void PacketReceived(ReadOnlySpan<byte> packet)
        {
            if (IsClean)
            {
                _framer.Feed(packet, _sink!);
            }
            else
            {
                Suffer();
                _up!.Write(packet);
            }
        }

        private void Suffer()
        {
            if (_faults != _wire.Faults)
            {
                _faults = _wire.Faults;
                _down = new FaultyStream(new OctetSink(_reader.Feed), _seed, default, _faults);
                _up = new FaultyStream(new OctetSink(octets => _framer.Feed(octets, _sink!)), ~_seed, default, _faults);
            }
        }

        public void FramingLost(string detail) => _sink!.FramingLost(detail);

        public void Closed(Exception? failure) => _sink!.Closed(failure);

        public ValueTask DisposeAsync() => _transport.DisposeAsync();

        private sealed class Counting(Wire wire, IHciTransportSink sink) : IHciTransportSink
        {
            public void PacketReceived(ReadOnlySpan<byte> packet) => sink.PacketReceived(packet);

            public void FramingLost(string detail)
            {
                wire.FramingLosses++;
                sink.FramingLost(detail);
            }

            public void Closed(Exception? failure) => sink.Closed(failure);
        }
    }

    private delegate void Octets(ReadOnlySpan<byte> octets);

    /// <summary>A stream that hands on what is written.</summary>
    private sealed class OctetSink(Octets take) : LineStream
    {
        public override void Write(ReadOnlySpan<byte> buffer) => take(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }
}
