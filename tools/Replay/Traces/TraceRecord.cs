using HostStack.Hci.Wire;

namespace HostStack.Replay.Traces;

/// <summary>Which way a packet went between host and controller.</summary>
public enum TraceDirection
{
    /// <summary>Host to controller: what the recorded host did, the expectation of a replay.</summary>
    HostToController = 0,

    /// <summary>Controller to host: events and the peer's data, the stimulus of a replay.</summary>
    ControllerToHost = 1,
}

/// <summary>One packet of a trace.</summary>
/// <param name="Number">Position in the trace, from 1, as people count.</param>
/// <param name="Time">When it was recorded, from the first record; zero where the source has no times.</param>
/// <param name="Direction">Which way it went.</param>
/// <param name="Packet">The packet with its H4 type octet in front.</param>
/// <param name="Title">One line for people: what the source calls it.</param>
/// <param name="IsPartial">Whether the source tells only the head of the contents; the rest is zero.</param>
public sealed record TraceRecord(
    int Number, TimeSpan Time, TraceDirection Direction, ReadOnlyMemory<byte> Packet, string Title, bool IsPartial = false);

/// <summary>A trace, and what had to be supplied to make packets of it.</summary>
/// <param name="Source">The file's name, for reports.</param>
/// <param name="Records">The packets in order.</param>
/// <param name="Supplied">Sentences that say what the source lacked and where it was taken from.</param>
public sealed record Trace(string Source, IReadOnlyList<TraceRecord> Records, IReadOnlyList<string> Supplied)
{
    /// <summary>The recorded host's own address, where the source tells it.</summary>
    public BdAddr? HostAddress { get; init; }
}

/// <summary>A trace that cannot be read. The message is one sentence with the line or octet and the remedy.</summary>
public sealed class TraceFormatException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What is wrong and where.</param>
    public TraceFormatException(string message)
        : base(message)
    {
    }
}
