namespace HostStack.Replay.Engine;

/// <summary>How a host's behaviour stands to a recorded one at one step.</summary>
public enum DifferenceKind
{
    /// <summary>The same message with other contents that the peer can tell: a result, a status.</summary>
    Answer = 0,

    /// <summary>The recorded host sent it, this one did not.</summary>
    NotSent = 1,

    /// <summary>This host sent it, the recorded one did not.</summary>
    Extra = 2,
}

/// <summary>One difference, in words.</summary>
/// <param name="Record">The record at or before which it was seen.</param>
/// <param name="Kind">What kind.</param>
/// <param name="Sentence">Recorded and actual behaviour.</param>
public sealed record Difference(int Record, DifferenceKind Kind, string Sentence);

/// <summary>A channel that this host accepted where the recorded host refused it.</summary>
/// <param name="Record">The record of the request.</param>
/// <param name="RefusedAt">The record of the recorded refusal.</param>
/// <param name="Handle">The link.</param>
/// <param name="Psm">The service.</param>
/// <param name="HostChannel">This host's channel number.</param>
/// <param name="PeerChannel">The peer's channel number.</param>
public sealed record AcceptedWhereRefused(int Record, int RefusedAt, ushort Handle, ushort Psm, ushort HostChannel, ushort PeerChannel);

/// <summary>What came of a replay.</summary>
public sealed record ReplayReport
{
    /// <summary>The trace's name.</summary>
    public required string Source { get; init; }

    /// <summary>The seed that repeats the run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Steps of the trace.</summary>
    public required int Steps { get; init; }

    /// <summary>Steps that the host was expected to do.</summary>
    public required int Expectations { get; init; }

    /// <summary>Expectations that the host met.</summary>
    public required int Matched { get; init; }

    /// <summary>What the peer can tell: differences in L2CAP and above, in order.</summary>
    public required IReadOnlyList<Difference> Divergences { get; init; }

    /// <summary>Differences between host and controller only: commands in another number, order or form.</summary>
    public required IReadOnlyList<Difference> Tolerated { get; init; }

    /// <summary>Commands that the trace does not answer, and who answered.</summary>
    public required IReadOnlyList<string> Synthesised { get; init; }

    /// <summary>What the trace itself lacked.</summary>
    public required IReadOnlyList<string> Supplied { get; init; }

    /// <summary>The refusal that this host did not repeat; null where there was none.</summary>
    public required AcceptedWhereRefused? Accepted { get; init; }

    /// <summary>The first difference that the peer can tell; null where there is none.</summary>
    public Difference? FirstDivergence => Divergences.Count > 0 ? Divergences[0] : null;
}
