using HostStack.Hci.Transport;

namespace HostStack.VirtualController.Vendors;

/// <summary>A serial line between host and chip: each side has its rate, and where the two differ, nothing that is said is
/// understood.</summary>
/// <param name="rate">Bits per second of both sides at first.</param>
public sealed class VirtualLine(int rate) : IBaudRateControl
{
    private volatile int _first = rate;
    private volatile int _host = rate;
    private volatile int _chip = rate;
    private int _garbled;

    /// <summary>The host's rate.</summary>
    public int BaudRate
    {
        get => _host;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, HighestRate);
            _host = value;
            HostRates.Add(value);
        }
    }

    /// <summary>The host's rate when it opens the line; changed while no host is there, as by an operator.</summary>
    public int FirstRate
    {
        get => _first;
        set => _first = value;
    }

    /// <summary>The highest rate that the host's port can do.</summary>
    public int HighestRate { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    public bool CanDo(int baudRate) => baudRate <= HighestRate;

    /// <summary>The chip's rate.</summary>
    public int ChipRate
    {
        get => _chip;
        internal set => _chip = value;
    }

    /// <summary>The rates that the host chose, in order.</summary>
    public IList<int> HostRates { get; } = [];

    /// <summary>Packets that were said at the wrong rate, in both directions.</summary>
    public int Garbled => Volatile.Read(ref _garbled);

    /// <summary>A host opens the line: its side is at the first rate.</summary>
    internal void Opened() => _host = _first;

    internal bool Carries()
    {
        if (_host == _chip)
        {
            return true;
        }

        Interlocked.Increment(ref _garbled);
        return false;
    }
}
