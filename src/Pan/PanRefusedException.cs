namespace HostStack.Pan;

/// <summary>A connection to a peer's network could not be made. The message is one sentence with the remedy.</summary>
public sealed class PanRefusedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="refusal">Who refused, where, and what to do.</param>
    public PanRefusedException(SetupRefused refusal)
        : base(Describe(refusal)) =>
        Refusal = refusal;

    /// <summary>Who refused, where, and what to do.</summary>
    public SetupRefused Refusal { get; }

    private static string Describe(SetupRefused refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return $"No connection to {refusal.RemoteRole?.Name() ?? "the role"} of {refusal.Peer} ({refusal.Layer}: {refusal.Rule}). "
            + refusal.Remedy;
    }
}

/// <summary>How <see cref="PanHostExtensions.TryConnectAsync"/> ended.</summary>
/// <param name="Connection">The connection; null where it was refused.</param>
/// <param name="Refusal">Who refused and why; null where there is a connection.</param>
public readonly record struct PanConnectResult(PanConnection? Connection, SetupRefused? Refusal);
