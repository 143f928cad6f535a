namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>What this side of a three-wire link asks for, and how patient it is (Core, Vol 4, Part D).</summary>
public sealed record ThreeWireOptions
{
    /// <summary>The most reliable packets that may be under way: one less than there are numbers.</summary>
    public const int LargestWindow = 7;

    private const int LeastQueue = 8192;

    /// <summary>The rate of the line, by which time-outs go; bits per second.</summary>
    public int BaudRate { get; init; } = Serial.SerialSettings.DefaultBaudRate;

    /// <summary>Reliable packets that this side would send and take before one is acknowledged, 1 to 7. Four is what
    /// controllers are used to; they may answer with fewer.</summary>
    public int Window { get; init; } = 4;

    /// <summary>Whether packets shall carry a CRC, where the controller can.</summary>
    public bool IntegrityCheck { get; init; } = true;

    /// <summary>Whether the controller may hold this side back with XOFF between frames.</summary>
    public bool FlowControl { get; init; }

    /// <summary>How often SYNC, then CONFIG, are sent; 250 ms apart. The defaults give up after 5 s each.</summary>
    public int EstablishmentTries { get; init; } = 20;

    /// <summary>How often packets that nobody acknowledges are sent again.</summary>
    public int ResendTries { get; init; } = 10;

    /// <summary>Octets of packets that wait for their turn, acknowledged ones not counted; at least 8192.</summary>
    public int QueuedOctets { get; init; } = 64 * 1024;

    internal LinkConfiguration Configuration => new(Window, FlowControl, IntegrityCheck, Version: 0);

    /// <summary>Refuses what no link can be.</summary>
    internal ThreeWireOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BaudRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Window, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Window, LargestWindow);
        ArgumentOutOfRangeException.ThrowIfLessThan(EstablishmentTries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ResendTries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(QueuedOctets, LeastQueue);
        return this;
    }
}
