using HostStack.Hci.Transport;

namespace HostStack.Hci.Tests.Startup;

/// <summary>A serial line that keeps the rates that it was taken to.</summary>
internal sealed class FakeLine : IBaudRateControl
{
    private int? _rate;

    /// <summary>The highest rate that the port can do.</summary>
    public int Highest { get; init; } = 4_000_000;

    /// <summary>What any change of the rate meets; null for a line that works.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Whether it meets that when a rate is tried already, and not only when it is set.</summary>
    public bool FailsWhenTried { get; init; }

    public List<int> Rates { get; } = [];

    public int FirstRate { get; init; } = 115_200;

    /// <summary>What the port meets when it is asked for its rate; null for one that tells it.</summary>
    public Exception? AskingFailure { get; set; }

    public int BaudRate
    {
        get => AskingFailure is null ? _rate ?? FirstRate : throw AskingFailure;
        set
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Highest);
            _rate = value;
            Rates.Add(value);
        }
    }

    public bool CanDo(int baudRate) => FailsWhenTried && Failure is not null ? throw Failure : baudRate <= Highest;
}
