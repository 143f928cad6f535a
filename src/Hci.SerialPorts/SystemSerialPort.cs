using System.IO.Ports;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;

namespace HostStack.Hci.SerialPorts;

/// <summary>A serial port by the package System.IO.Ports: the way to serial lines on Windows, and another one elsewhere.</summary>
/// <remarks>On Linux and macOS the package sends a break of a fixed length (0.25 s and more) where one is asked for, and looks
/// for octets once a millisecond.</remarks>
public sealed class SystemSerialPort : ISerialPort
{
    private readonly SerialPort _port;

    private SystemSerialPort(SerialPort port) => (_port, Stream) = (port, new SerialPortStream(port));

    /// <inheritdoc/>
    public string Name => _port.PortName;

    /// <inheritdoc/>
    public Stream Stream { get; }

    /// <inheritdoc/>
    public int BaudRate
    {
        get => _port.BaudRate;
        set
        {
            try
            {
                _port.BaseStream.Flush(); // Waits until what was written has left.
                _port.BaudRate = value;
            }
            catch (Exception refusal) when (refusal is ArgumentException or IOException)
            {
                throw new ArgumentOutOfRangeException($"{Name} cannot do {value} baud; choose another rate.", refusal);
            }
        }
    }

    /// <inheritdoc/>
    public bool DataTerminalReady
    {
        get => _port.DtrEnable;
        set => _port.DtrEnable = value;
    }

    /// <inheritdoc/>
    public bool RequestToSend
    {
        get => _port.RtsEnable;
        set => _port.RtsEnable = value;
    }

    /// <inheritdoc/>
    public bool IsBreaking
    {
        get => _port.BreakState;
        set => _port.BreakState = value;
    }

    /// <summary>Opens a port: a <see cref="SerialPortOpener"/>.</summary>
    /// <inheritdoc cref="SerialPortOpener"/>
    public static ISerialPort Open(string name, SerialSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var port = new SerialPort();
        try
        {
            (port.PortName, port.BaudRate) = (name, settings.BaudRate);
            port.Parity = settings.Parity == SerialParity.Even ? Parity.Even : Parity.None;
            port.Handshake = settings.FlowControl == SerialFlowControl.RtsCts ? Handshake.RequestToSend : Handshake.None;
            port.Open();
            return new SystemSerialPort(port);
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            port.Dispose();
            throw new ControllerUnavailableException(Explain(name, settings, refusal), refusal);
        }
    }

    /// <inheritdoc/>
    public void Discard()
    {
        _port.DiscardInBuffer();
        _port.DiscardOutBuffer();
    }

    /// <inheritdoc/>
    public void Dispose() => _port.Dispose();

    private static string Explain(string name, SerialSettings settings, Exception refusal) => refusal switch
    {
        FileNotFoundException or DirectoryNotFoundException =>
            $"There is no serial port {name}; the ones here are: {string.Join(", ", SerialPort.GetPortNames())}.",
        UnauthorizedAccessException =>
            $"The serial port {name} may not be opened; end the program that uses it, or join the group that owns it (dialout).",
        ArgumentOutOfRangeException => $"The serial port {name} cannot do {settings.BaudRate} baud; choose another rate.",
        _ => $"The serial port {name} cannot be opened: {refusal.Message}",
    };
}
