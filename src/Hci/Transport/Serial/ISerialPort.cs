namespace HostStack.Hci.Transport.Serial;

/// <summary>An open serial port: a stream of octets and the lines beside it. Any thread.</summary>
/// <remarks>Disposing ends a read that waits. A port whose device is gone fails reads and writes with an
/// <see cref="IOException"/>.</remarks>
public interface ISerialPort : IDisposable
{
    /// <summary>What the system calls it: <c>/dev/ttyUSB0</c>, <c>COM3</c>.</summary>
    string Name { get; }

    /// <summary>Its octets. Reads give what is there, at least one octet; one that is cancelled ends, also where it
    /// waits already, and the stream may be closed by that. Writes return when the system has taken the octets, and fail with
    /// <see cref="IOException"/> where it takes none for 5 s.</summary>
    Stream Stream { get; }

    /// <summary>Bits per second in both directions. Changing it waits until what was written has left.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The port cannot do the rate.</exception>
    int BaudRate { get; set; }

    /// <summary>The DTR line: whether it is active.</summary>
    /// <exception cref="IOException">The port has no such line.</exception>
    bool DataTerminalReady { get; set; }

    /// <summary>The RTS line: whether it is active. Not to be set with <see cref="SerialFlowControl.RtsCts"/>.</summary>
    /// <exception cref="IOException">The port has no such line.</exception>
    bool RequestToSend { get; set; }

    /// <summary>Whether the line is held in break.</summary>
    bool IsBreaking { get; set; }

    /// <summary>Throws away what has come and was not read, and what was written and has not left.</summary>
    void Discard();
}

/// <summary>Opens a serial port: the termios one, or an adapter of a package. Called on a thread of the pool, and may block; a port
/// that is open when nobody waits for it any more is disposed.</summary>
/// <param name="name">What the system calls it.</param>
/// <param name="settings">How it is set up.</param>
/// <exception cref="ControllerUnavailableException">It cannot be opened; the message names the remedy.</exception>
public delegate ISerialPort SerialPortOpener(string name, SerialSettings settings);
