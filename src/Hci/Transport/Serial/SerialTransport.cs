namespace HostStack.Hci.Transport.Serial;

/// <summary>H4 on a serial port, whose speed can change.</summary>
internal sealed class SerialTransport : IHciTransport, IBaudRateControl
{
    private readonly ISerialPort _port;
    private readonly LineRates _rates;
    private readonly StreamTransport _packets;

    /// <summary>Takes the port over.</summary>
    /// <param name="name">What people see.</param>
    /// <param name="port">Set up and ready.</param>
    /// <param name="device">What is known of the controller.</param>
    /// <param name="rates">Told where the line goes.</param>
    public SerialTransport(string name, ISerialPort port, ControllerDevice device, LineRates rates)
    {
        _port = port;
        _rates = rates;
        _packets = new StreamTransport(name, port.Stream);
        Device = device;
    }

    /// <inheritdoc/>
    public string Name => _packets.Name;

    /// <inheritdoc/>
    public ControllerDevice? Device { get; }

    /// <inheritdoc/>
    public IBaudRateControl? Line => this;

    /// <inheritdoc/>
    public string SilenceRemedy =>
        "check baud= and flow=, whether the chip speaks H5 (h5:serial:), whether TX and RX are crossed, and reset= or its power";

    /// <inheritdoc/>
    public int BaudRate
    {
        get => _port.BaudRate;
        set
        {
            _packets.Flush();
            _port.BaudRate = value;
            _rates.Note(value);
        }
    }

    /// <inheritdoc/>
    public int FirstRate => _rates.First;

    /// <inheritdoc/>
    public bool CanDo(int baudRate)
    {
        _packets.Flush();
        return LineRates.CanDo(_port, baudRate);
    }

    /// <inheritdoc/>
    public void Start(IHciTransportSink sink) => _packets.Start(sink);

    /// <inheritdoc/>
    public void Send(ReadOnlySpan<byte> packet) => _packets.Send(packet);

    /// <inheritdoc/>
    public void Flush() => _packets.Flush();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _packets.DisposeAsync().ConfigureAwait(false);
        _port.Dispose();
    }
}
