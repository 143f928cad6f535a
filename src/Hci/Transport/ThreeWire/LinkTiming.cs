namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>The times of a link at one speed of its line (Core, Vol 4, Part D, 7 and 8).</summary>
/// <param name="Resend">How long an acknowledgement may take.</param>
/// <param name="Acknowledge">How long an acknowledgement waits for a packet that can carry it.</param>
internal readonly record struct LinkTiming(TimeSpan Resend, TimeSpan Acknowledge)
{
    /// <summary>Between two SYNC or CONFIG messages.</summary>
    public static readonly TimeSpan LinkPeriod = TimeSpan.FromMilliseconds(250);

    /// <summary>Between two WAKEUP messages.</summary>
    public static readonly TimeSpan WakeupPeriod = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest that an XOFF holds; an XON that the line lost must not silence it for ever.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    // The longest packet that baseband data makes, each octet escaped, at 11 bits with parity.
    private const int LongestUsualFrame = 2 * (ThreeWireSize.Overhead + 4 + 1021) + 2;
    private const int BitsPerOctet = 11;

    // What two operating systems and a UART's driver take besides.
    private static readonly TimeSpan Scheduling = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LeastAcknowledge = TimeSpan.FromMilliseconds(2);

    /// <summary>The times for a rate: three times the longest usual packet, as the specification advises, and what
    /// the systems take; a sixteenth of that packet for an acknowledgement.</summary>
    /// <param name="baudRate">Bits per second.</param>
    public static LinkTiming For(int baudRate)
    {
        var longest = TimeSpan.FromSeconds((double)LongestUsualFrame * BitsPerOctet / baudRate);
        var acknowledge = longest / 16;
        return new((longest * 3) + Scheduling, acknowledge > LeastAcknowledge ? acknowledge : LeastAcknowledge);
    }
}

/// <summary>Sizes of three-wire packets.</summary>
internal static class ThreeWireSize
{
    /// <summary>Header and integrity check.</summary>
    public const int Overhead = 4 + IntegrityCheck.Size;

    /// <summary>The longest packet there is.</summary>
    public const int Longest = Overhead + ThreeWireHeader.MaximumPayload;
}
