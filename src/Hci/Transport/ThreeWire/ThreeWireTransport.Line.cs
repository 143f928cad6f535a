using HostStack.Hci.Transport.Serial;

namespace HostStack.Hci.Transport.ThreeWire;

/// <content>The line's speed.</content>
public sealed partial class ThreeWireTransport
{
    private static readonly TimeSpan s_settleLimit = TimeSpan.FromSeconds(2);

    /// <summary>Makes a transport over a serial port, whose speed can change.</summary>
    /// <param name="name">What people see.</param>
    /// <param name="port">Taken over.</param>
    /// <param name="options">What this side asks for; its rate is the port's.</param>
    /// <param name="device">What is known of the controller.</param>
    /// <param name="rates">Told where the line goes.</param>
    /// <param name="time">The clock; null: the system's.</param>
    internal static ThreeWireTransport Over(
        string name, ISerialPort port, ThreeWireOptions options, ControllerDevice? device, LineRates rates, TimeProvider? time = null)
    {
        var line = new SettledLine(port, rates);
        var transport = new ThreeWireTransport(name, port.Stream, options with { BaudRate = port.BaudRate }, time)
        {
            Device = device,
            Line = line,
        };
        line.Owner = transport;
        return transport;
    }

    private void ChangeSpeed(ISerialPort port, int baudRate)
    {
        lock (_gate)
        {
            Settle();

            // Under the gate: nothing is written between the two speeds.
            port.BaudRate = baudRate;
            _link.SetSpeed(baudRate);
        }
    }

    private bool CanDo(ISerialPort port, int baudRate)
    {
        lock (_gate)
        {
            Settle();
            return LineRates.CanDo(port, baudRate);
        }
    }

    // Both directions fall silent: what was sent is acknowledged, and so is what came. Under the gate.
    private void Settle()
    {
        _link.AcknowledgeNow();
        Follow();
        var limit = Now + s_settleLimit;
        while (!_link.IsSettled || _isWriting)
        {
            var left = limit - Now;
            if (_stopping || left <= TimeSpan.Zero)
            {
                throw new IOException(
                    $"{Name} cannot change its speed while the controller acknowledges nothing; reset the controller.");
            }

            Monitor.Wait(_gate, left);
        }
    }

    private sealed class SettledLine(ISerialPort port, LineRates rates) : IBaudRateControl, IDisposable
    {
        public ThreeWireTransport? Owner { get; set; }

        public int BaudRate
        {
            get => port.BaudRate;
            set
            {
                Owner!.ChangeSpeed(port, value);
                rates.Note(value);
            }
        }

        public int FirstRate => rates.First;

        public bool CanDo(int baudRate) => Owner!.CanDo(port, baudRate);

        public void Dispose() => port.Dispose();
    }
}
