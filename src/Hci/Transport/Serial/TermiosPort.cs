using System.Globalization;
using HostStack.Hci.Transport.Unix;

namespace HostStack.Hci.Transport.Serial;

/// <summary>A serial port of a Unix system: octets by poll, lines and speed by ioctl. Closing ends whatever waits.</summary>
internal sealed class TermiosPort : ISerialPort
{
    /// <summary>The least rate that is taken.</summary>
    public const int LeastBaudRate = 300;

    /// <summary>The greatest rate that is taken; what a port can do is its driver's.</summary>
    public const int GreatestBaudRate = 10_000_000;

    private static readonly TimeSpan s_drainLimit = TimeSpan.FromSeconds(2);

    private readonly Terminal _terminal;
    private readonly ITerminalCalls _calls;
    private readonly PolledDescriptor _polled;
    private readonly DescriptorStream _stream;
    private int _baudRate;
    private bool _isBreaking;

    /// <summary>Takes an open terminal over.</summary>
    public TermiosPort(
        string name, FileDescriptor device, int baudRate, Terminal terminal, ITerminalCalls calls, WakeDescriptor wake)
    {
        Name = name;
        _terminal = terminal;
        _calls = calls;
        _baudRate = baudRate;
        _polled = new PolledDescriptor(device, wake: wake, endIsLoss: true) { BaudRate = baudRate };
        _stream = new DescriptorStream(_polled, $"{name} reader");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public Stream Stream => _stream;

    /// <inheritdoc/>
    public int BaudRate
    {
        get => _baudRate;
        set
        {
            if (value is < LeastBaudRate or > GreatestBaudRate)
            {
                throw CannotDo(nameof(value), value);
            }

            Drain();
            var error = _terminal.SetSpeed(_calls, Device, value);
            if (error == Errno.EINVAL)
            {
                _ = _terminal.SetSpeed(_calls, Device, _baudRate); // The driver may have taken another one.
                throw CannotDo(nameof(value), value);
            }

            Check("changing the speed", error);
            _baudRate = value;
            _polled.BaudRate = value;
        }
    }

    /// <inheritdoc/>
    public bool DataTerminalReady
    {
        get
        {
            Check("reading DTR", _terminal.ReadLines(_calls, Device, out var active, out _));
            return active;
        }

        set => Check("setting DTR", _terminal.SetDataTerminalReady(_calls, Device, value));
    }

    /// <inheritdoc/>
    public bool RequestToSend
    {
        get
        {
            Check("reading RTS", _terminal.ReadLines(_calls, Device, out _, out var active));
            return active;
        }

        set => Check("setting RTS", _terminal.SetRequestToSend(_calls, Device, value));
    }

    /// <inheritdoc/>
    public bool IsBreaking
    {
        get => _isBreaking;
        set
        {
            Check("holding the line in break", _terminal.SetBreak(_calls, Device, value));
            _isBreaking = value;
        }
    }

    private FileDescriptor Device => _polled.Descriptor;

    /// <inheritdoc/>
    public void Discard() => Check("discarding what waits", _terminal.Discard(_calls, Device));

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    // tcdrain has no limit of its own, and a controller that holds CTS inactive for ever would hang it: what the driver
    // holds is watched until it has left, and only then the UART's own few octets are waited for.
    private void Drain()
    {
        var since = Environment.TickCount64;
        while (_terminal.ReadUnsent(_calls, Device, out var octets) == Errno.None && octets > 0)
        {
            if (Environment.TickCount64 - since > s_drainLimit.TotalMilliseconds)
            {
                throw new IOException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"changing the speed of {Name} failed: {octets} octets do not leave, the other side holds CTS inactive"));
            }

            _polled.WaitForStop(TimeSpan.FromSeconds(Math.Clamp(octets * 10.0 / _baudRate, 0.001, 0.1)));
        }

        Check("waiting for what was written", _terminal.Drain(_calls, Device));
    }

    private void Check(string what, Errno error)
    {
        if (error != Errno.None)
        {
            throw error == Errno.ENOTTY || error == Errno.EINVAL
                ? new IOException($"{what} failed: {Name} has no such line ({UnixError.NameOf(error)})")
                : UnixError.Failure(what, error);
        }
    }

    private ArgumentOutOfRangeException CannotDo(string parameter, int baudRate) => new(
        parameter, baudRate, string.Create(CultureInfo.InvariantCulture,
            $"{Name} cannot do {baudRate} baud; choose a rate from {LeastBaudRate} to {GreatestBaudRate} that its UART has."));
}
