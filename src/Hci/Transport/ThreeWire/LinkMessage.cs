namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>The messages of the link itself (Core, Vol 4, Part D, 8 and 9): two octets that add up to a check, and for
/// two of them the configuration.</summary>
internal enum LinkMessage
{
    /// <summary>None of them.</summary>
    Unknown = 0,

    /// <summary>Is somebody there? The sender knows nothing of us.</summary>
    Sync,

    /// <summary>Yes.</summary>
    SyncResponse,

    /// <summary>What the sender can do.</summary>
    Config,

    /// <summary>What was agreed.</summary>
    ConfigResponse,

    /// <summary>Wake up: there is something to send.</summary>
    Wakeup,

    /// <summary>Awake.</summary>
    Woken,

    /// <summary>The sender goes to sleep.</summary>
    Sleep,
}

/// <summary>Octets of link messages.</summary>
internal static class LinkMessages
{
    /// <summary>Octets of the longest message.</summary>
    public const int LongestSize = 3;

    private const int PatternSize = 2;

    /// <summary>Reads a message.</summary>
    /// <param name="payload">The payload of a link control packet.</param>
    /// <param name="configuration">The configuration field of a CONFIG or CONFIG RESPONSE; null where it has none.</param>
    public static LinkMessage Read(ReadOnlySpan<byte> payload, out LinkConfiguration? configuration)
    {
        configuration = null;
        if (payload.Length < PatternSize)
        {
            return LinkMessage.Unknown;
        }

        var message = (payload[0], payload[1]) switch
        {
            (0x01, 0x7E) => LinkMessage.Sync,
            (0x02, 0x7D) => LinkMessage.SyncResponse,
            (0x03, 0xFC) => LinkMessage.Config,
            (0x04, 0x7B) => LinkMessage.ConfigResponse,
            (0x05, 0xFA) => LinkMessage.Wakeup,
            (0x06, 0xF9) => LinkMessage.Woken,
            (0x07, 0x78) => LinkMessage.Sleep,
            _ => LinkMessage.Unknown,
        };
        if (message is LinkMessage.Config or LinkMessage.ConfigResponse && payload.Length > PatternSize)
        {
            configuration = LinkConfiguration.Read(payload[PatternSize]);
        }

        return message;
    }

    /// <summary>Writes a message.</summary>
    /// <param name="message">Which.</param>
    /// <param name="configuration">The field of a CONFIG or CONFIG RESPONSE; null for none.</param>
    /// <param name="destination">Has room for <see cref="LongestSize"/>.</param>
    /// <returns>How many octets were written.</returns>
    public static int Write(LinkMessage message, LinkConfiguration? configuration, Span<byte> destination)
    {
        (destination[0], destination[1]) = message switch
        {
            LinkMessage.Sync => ((byte)0x01, (byte)0x7E),
            LinkMessage.SyncResponse => ((byte)0x02, (byte)0x7D),
            LinkMessage.Config => ((byte)0x03, (byte)0xFC),
            LinkMessage.ConfigResponse => ((byte)0x04, (byte)0x7B),
            LinkMessage.Wakeup => ((byte)0x05, (byte)0xFA),
            LinkMessage.Woken => ((byte)0x06, (byte)0xF9),
            LinkMessage.Sleep => ((byte)0x07, (byte)0x78),
            _ => throw new ArgumentOutOfRangeException(nameof(message), message, "There is no such message; name one of the seven."),
        };
        if (configuration is not { } field)
        {
            return PatternSize;
        }

        destination[PatternSize] = field.ToOctet();
        return PatternSize + 1;
    }
}

/// <summary>The configuration field (Core, Vol 4, Part D, 8.6).</summary>
/// <remarks><c>| window 3 bits | out-of-frame flow control 1 | integrity check 1 | version 3 |</c>, lowest bits
/// first.</remarks>
/// <param name="Window">Reliable packets that may be sent before one is acknowledged, 1 to 7.</param>
/// <param name="FlowControl">Whether XON and XOFF may come between frames.</param>
/// <param name="IntegrityCheck">Whether packets carry a CRC.</param>
/// <param name="Version">0 for the one version that there is.</param>
internal readonly record struct LinkConfiguration(int Window, bool FlowControl, bool IntegrityCheck, int Version)
{
    /// <summary>What holds where a side sends no field.</summary>
    public static LinkConfiguration Least => new(1, FlowControl: false, IntegrityCheck: false, Version: 0);

    /// <summary>Reads the field. A window of 0, which none may be, counts as 1.</summary>
    public static LinkConfiguration Read(byte field) =>
        new(Math.Max(1, field & 0x07), (field & 0x08) != 0, (field & 0x10) != 0, field >> 5);

    /// <summary>What two sides can both do.</summary>
    public LinkConfiguration With(LinkConfiguration other) => new(
        Math.Min(Window, other.Window), FlowControl && other.FlowControl, IntegrityCheck && other.IntegrityCheck,
        Math.Min(Version, other.Version));

    /// <summary>The field.</summary>
    public byte ToOctet() =>
        (byte)(Window | (FlowControl ? 0x08 : 0) | (IntegrityCheck ? 0x10 : 0) | (Version << 5));
}
