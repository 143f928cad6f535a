using HostStack.Hci.Transport;

namespace HostStack.Host.Tests;

/// <summary>A door whose controller can tell of itself what a test wants: another address or firmware than before, from one
/// opening or reset to the next.</summary>
internal sealed class LyingDoor(IControllerSource source, ControllerDevice? device = null) : IControllerSource
{
    private Opening? _last;

    public string Uri => "lying:";

    /// <summary>The last octet of the address as it is on the wire first; null: the truth.</summary>
    public byte? FirstAddressOctet { get; set; }

    /// <summary>The low octet of the LMP subversion; null: the truth.</summary>
    public byte? Subversion { get; set; }

    /// <summary>Openings that end when inquiry and page scan are switched on, the last command of bring-up.</summary>
    public int EndingsAtScanEnable { get; set; }

    public int Openings { get; private set; }

    public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
    {
        Openings++;
        return _last = new Opening(this, await source.OpenAsync(cancellationToken), device);
    }

    /// <summary>Hardware Error (Core, Vol 4, Part E, 7.7.16): the host resets the controller in place.</summary>
    public void Break() => _last!.Deliver([0x04, 0x10, 0x01, 0x42]);

    /// <summary>The device leaves.</summary>
    public void Leave() => _last!.Leave();

    private sealed class Opening(LyingDoor door, IHciTransport inner, ControllerDevice? device) : IHciTransport, IHciTransportSink
    {
        private IHciTransportSink? _sink;
        private bool _isGone;

        public string Name => inner.Name;

        public ControllerDevice? Device => device;

        public void Start(IHciTransportSink sink)
        {
            _sink = sink;
            inner.Start(this);
        }

        public void Send(ReadOnlySpan<byte> packet)
        {
            // Write Scan Enable, 0x0C1A.
            if (packet.StartsWith((ReadOnlySpan<byte>)[0x01, 0x1A, 0x0C]) && door.EndingsAtScanEnable > 0)
            {
                door.EndingsAtScanEnable--;
                Leave();
            }

            inner.Send(packet);
        }

        public void Flush() => inner.Flush();

        public ValueTask DisposeAsync() => inner.DisposeAsync();

        public void Deliver(ReadOnlySpan<byte> packet) => _sink!.PacketReceived(packet);

        public void Leave() => Closed(new IOException("it left"));

        public void PacketReceived(ReadOnlySpan<byte> packet)
        {
            if (_isGone)
            {
                return;
            }

            // Command Complete of Read BD_ADDR (0x1009) and of Read Local Version Information (0x1001).
            byte[] told = [.. packet];
            if (told is [0x04, 0x0E, _, _, 0x09, 0x10, 0x00, ..])
            {
                told[7] = door.FirstAddressOctet ?? told[7];
            }
            else if (told is [0x04, 0x0E, _, _, 0x01, 0x10, 0x00, ..])
            {
                told[13] = door.Subversion ?? told[13];
            }

            Deliver(told);
        }

        public void FramingLost(string detail) => _sink!.FramingLost(detail);

        public void Closed(Exception? failure)
        {
            if (!_isGone)
            {
                _isGone = true;
                _sink!.Closed(failure);
            }
        }
    }
}
