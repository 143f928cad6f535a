namespace HostStack.Hci.Transport.Serial;

/// <summary>The rates at which one controller may be found: the one it starts with, and the one it was told to go to and
/// keeps until its power goes, while hosts come and go. Any thread.</summary>
internal sealed class LineRates
{
    private int _other;

    /// <summary>Knows what the operator said.</summary>
    /// <param name="first">The rate after the power came; bits per second.</param>
    /// <param name="operating">The rate after start-up; null where nobody said one.</param>
    public LineRates(int first, int? operating)
    {
        First = first;
        _other = operating ?? first;
    }

    /// <summary>Where a controller is after its power came.</summary>
    public int First { get; }

    /// <summary>Where a controller that kept its power may be: the last rate that its line was changed to, else the one that
    /// the operator said; null for nowhere else.</summary>
    public int? Other => Volatile.Read(ref _other) is var rate && rate == First ? null : rate;

    /// <summary>The line has gone to a rate. Going back to the first one does not say that the controller did.</summary>
    public void Note(int rate)
    {
        if (rate != First)
        {
            Volatile.Write(ref _other, rate);
        }
    }

    /// <summary>Whether a port can do a rate. No system tells but by going there.</summary>
    /// <exception cref="IOException">The port has failed: it is not back where it was.</exception>
    public static bool CanDo(ISerialPort port, int rate)
    {
        var before = port.BaudRate;
        var can = true;
        try
        {
            port.BaudRate = rate;
        }
        catch (Exception failure) when (failure is ArgumentException or IOException)
        {
            can = false; // Drivers say it in more than one way; a port that is gone cannot come back either.
        }

        port.BaudRate = before;
        return can;
    }
}
