using HostStack.Hci.Transport;

namespace HostStack.Hci.Links;

/// <summary>What goes to a transport, of one opening. A transport that throws is a controller that is lost: told once, as
/// one that says so itself, and sent nothing more. Loop only.</summary>
internal sealed class TransportOutbox : IHciTransport
{
    private readonly IHciTransport _transport;
    private readonly TransportInbox _inbox;
    private bool _isBroken;

    private TransportOutbox(IHciTransport transport, TransportInbox inbox)
    {
        _transport = transport;
        _inbox = inbox;
    }

    /// <summary>Takes a transport over.</summary>
    /// <param name="transport">Disposed with the result.</param>
    /// <param name="inbox">Takes what it reads, and is told of its failure.</param>
    public static IHciTransport Over(IHciTransport transport, TransportInbox inbox) => new TransportOutbox(transport, inbox);

    public string Name => _transport.Name;

    public ControllerDevice? Device => _transport.Device;

    public IBaudRateControl? Line => _transport.Line;

    public int MaximumPacket => _transport.MaximumPacket;

    public int RoomFor(int packetLength) => _transport.RoomFor(packetLength);

    public string SilenceRemedy => _transport.SilenceRemedy;

    public void Start(IHciTransportSink sink)
    {
        try
        {
            _transport.Start(sink);
        }
#pragma warning disable CA1031 // Whatever it throws.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Break(failure);
        }
    }

    public void Send(ReadOnlySpan<byte> packet)
    {
        if (_isBroken)
        {
            return;
        }

        try
        {
            _transport.Send(packet);
        }
#pragma warning disable CA1031 // Whatever it throws.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Break(failure);
        }
    }

    public void Flush()
    {
        if (_isBroken)
        {
            return;
        }

        try
        {
            _transport.Flush();
        }
#pragma warning disable CA1031 // Whatever it throws.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Break(failure);
        }
    }

    public ValueTask DisposeAsync()
    {
        Flush();
        return _transport.DisposeAsync();
    }

    private void Break(Exception failure)
    {
        _isBroken = true;
        _inbox.Closed(failure);
    }
}
