using HostStack.Hci.Transport;

namespace HostStack.Hci.Tests.Startup;

/// <summary>A serial line that keeps the rates that it was taken to.</summary>
internal sealed class FakeLine : IBaudRateControl
{
    private int? _rate;

    /// <summary>The highest rate that the port can do.</summary>
    public int Highest { get; init; } = 4_000_000;

    public List<int> Rates { get; } = [];

    public int FirstRate { get; init; } = 115_200;

    public int BaudRate
    {
        get => _rate ?? FirstRate;
        set
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Highest);
            _rate = value;
            Rates.Add(value);
        }
    }

    public bool CanDo(int baudRate) => baudRate <= Highest;
}
