using System.IO.Ports;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;

namespace HostStack.Hci.SerialPorts;

/// <summary>A serial port by the package System.IO.Ports: the way to serial lines on Windows, and another one elsewhere.</summary>
/// <remarks>On Linux and macOS the package sends a break of a fixed length (0.25 s and more) where one is asked for, and looks
/// for octets once a millisecond.</remarks>
public sealed class SystemSerialPort : ISerialPort
{
    private const int DrainLimit = 2000;
    private const int LeaveLimit = 100;
    private const int NotPossible = unchecked((int)0x8007_0057); // Windows: a parameter that the driver refuses.
    private const int NotPossibleOnUnix = 22;

    private readonly SerialPort _port;
    private readonly PackagePortStream _stream;

    private SystemSerialPort(SerialPort port)
    {
        _port = port;
        _stream = new PackagePortStream(port.PortName, port.BaseStream, Close) { BaudRate = port.BaudRate };
    }

    /// <inheritdoc/>
    public string Name => _port.PortName;

    /// <inheritdoc/>
    public Stream Stream => _stream;

    /// <inheritdoc/>
    public int BaudRate
    {
        get => _port.BaudRate;
        set
        {
            // Waits until what was written has left, which may be never.
            var leaving = Task.Run(_port.BaseStream.Flush);
            if (Task.WaitAny([leaving], DrainLimit) < 0 || leaving.IsFaulted)
            {
                throw new IOException($"Changing the speed of {Name} failed: what was written does not leave, the other side holds CTS inactive.", leaving.Exception);
            }

            try
            {
                _port.BaudRate = value;
                _stream.BaudRate = value;
            }
            catch (Exception refusal) when (refusal is ArgumentException or IOException { HResult: NotPossible or NotPossibleOnUnix })
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
            port.WriteTimeout = (int)PackagePortStream.WriteLimit.TotalMilliseconds;
            port.Open();
            Raise(port);
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
    public void Dispose() => _stream.Dispose();

    // The package waits without a limit until everything has left: what does not leave soon is thrown away first.
    private void Close()
    {
        try
        {
            if (_port.IsOpen && !SpinWait.SpinUntil(() => _port.BytesToWrite == 0, LeaveLimit))
            {
                _port.DiscardOutBuffer();
            }
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            // Gone, or closed meanwhile.
        }

        _port.Dispose();
    }

    // As an open terminal has them: a controller whose CTS is our RTS sends nothing before. Not before opening, where a port
    // that has no such lines, as a pseudo-terminal, would be refused for them.
    private static void Raise(SerialPort port)
    {
        try
        {
            port.DtrEnable = true;
            port.RtsEnable |= port.Handshake == Handshake.None;
        }
        catch (IOException)
        {
            // It has none.
        }
    }

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
