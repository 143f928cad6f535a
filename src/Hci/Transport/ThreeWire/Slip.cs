namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>The octets that SLIP gives a meaning (Core, Vol 4, Part D, 3; RFC 1055).</summary>
internal static class Slip
{
    /// <summary>Begins and ends a frame.</summary>
    public const byte Delimiter = 0xC0;

    /// <summary>Says that the next octet stands for another one.</summary>
    public const byte Escape = 0xDB;

    /// <summary>Stands for <see cref="Delimiter"/>.</summary>
    public const byte EscapedDelimiter = 0xDC;

    /// <summary>Stands for <see cref="Escape"/>.</summary>
    public const byte EscapedEscape = 0xDD;

    /// <summary>Stands for <see cref="GoOn"/>.</summary>
    public const byte EscapedGoOn = 0xDE;

    /// <summary>Stands for <see cref="Pause"/>.</summary>
    public const byte EscapedPause = 0xDF;

    /// <summary>XON: the sender may go on. Only with out-of-frame flow control.</summary>
    public const byte GoOn = 0x11;

    /// <summary>XOFF: the sender shall pause. Only with out-of-frame flow control.</summary>
    public const byte Pause = 0x13;

    /// <summary>The most octets that a frame takes: every octet escaped, and two delimiters.</summary>
    /// <param name="length">Octets before.</param>
    public static int LongestFrame(int length) => (2 * length) + 2;

    /// <summary>Writes octets as they stand in a frame.</summary>
    /// <param name="octets">Some of the frame's.</param>
    /// <param name="destination">Has room for twice as many.</param>
    /// <param name="escapesFlowControl">Whether XON and XOFF are escaped, too.</param>
    /// <returns>How many were written.</returns>
    public static int Write(ReadOnlySpan<byte> octets, Span<byte> destination, bool escapesFlowControl)
    {
        var written = 0;
        foreach (var octet in octets)
        {
            var stand = octet switch
            {
                Delimiter => EscapedDelimiter,
                Escape => EscapedEscape,
                GoOn when escapesFlowControl => EscapedGoOn,
                Pause when escapesFlowControl => EscapedPause,
                _ => (byte)0,
            };
            if (stand != 0)
            {
                destination[written++] = Escape;
                destination[written++] = stand;
            }
            else
            {
                destination[written++] = octet;
            }
        }

        return written;
    }
}
