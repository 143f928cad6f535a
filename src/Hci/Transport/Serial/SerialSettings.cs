namespace HostStack.Hci.Transport.Serial;

/// <summary>Who holds the other side back on a serial line.</summary>
public enum SerialFlowControl
{
    /// <summary>Nobody.</summary>
    None = 0,

    /// <summary>The RTS and CTS lines, as the UART transport wants (Core, Vol 4, Part A, 3).</summary>
    RtsCts,
}

/// <summary>The parity bit of a serial line.</summary>
public enum SerialParity
{
    /// <summary>None: H4.</summary>
    None = 0,

    /// <summary>Even: what the three-wire transport prefers (Core, Vol 4, Part D, 6.3).</summary>
    Even,
}

/// <summary>The line that resets a controller, where its board wires one.</summary>
public enum SerialResetLine
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>DTR: active holds the controller in reset.</summary>
    Dtr,

    /// <summary>RTS: active holds the controller in reset. Not with <see cref="SerialFlowControl.RtsCts"/>.</summary>
    Rts,
}

/// <summary>How a serial port is set up: 8 data bits and 1 stop bit always.</summary>
public sealed record SerialSettings
{
    /// <summary>The rate that the UART transport names, and that most controllers start with.</summary>
    public const int DefaultBaudRate = 115_200;

    /// <summary>Bits per second.</summary>
    public int BaudRate { get; init; } = DefaultBaudRate;

    /// <summary>Who holds the other side back.</summary>
    public SerialFlowControl FlowControl { get; init; }

    /// <summary>The parity bit.</summary>
    public SerialParity Parity { get; init; }

    /// <summary>The line that resets the controller when it is opened.</summary>
    public SerialResetLine ResetLine { get; init; }

    /// <summary>Whether a break goes out before anything else, to wake or reset the controller.</summary>
    public bool Break { get; init; }
}
