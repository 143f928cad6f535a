namespace HostStack.Hci.Security;

/// <summary>How a controller's links are secured. The defaults are strict.</summary>
public sealed record SecurityOptions
{
    /// <summary>Encryption keys shorter than this end the link, whatever a service asks (KNOB, CVE-2019-9506).</summary>
    public const byte ShortestKey = 7;

    /// <summary>Pair by PIN with devices that have no Secure Simple Pairing, and use keys that a PIN made. Off: such keys
    /// can be computed by who listens to the pairing.</summary>
    public bool AllowLegacyPairing { get; init; }

    /// <summary>Secure Connections Only mode (Core, Vol 3, Part C, 5.2.2.8, level 4): P-256, AES-CCM, 16-octet keys.</summary>
    public bool SecureConnectionsOnly { get; init; }

    /// <summary>Authenticate a peer that has encrypted the link with E0 before anything is admitted (BIAS,
    /// CVE-2020-10135): older authentication proves one side only.</summary>
    public bool RequireMutualAuthentication { get; init; } = true;

    /// <summary>Ask for bonding when a service has the link paired, and keep the keys.</summary>
    public bool Bond { get; init; } = true;

    /// <summary>How long a callback of the agent may take; then the answer is no. Below the 30 s of the peer's LMP.</summary>
    public TimeSpan AgentDeadline { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How long the controller may take for one step; above the 30 s of LMP, whose end it should report.</summary>
    public TimeSpan ProcedureTimeout { get; init; } = TimeSpan.FromSeconds(35);

    /// <summary>How long to wait for the peer's procedure after a collision, before this host's is tried once more.</summary>
    public TimeSpan CollisionBackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long encryption may be off on a link that had it, as older devices do around a role switch; then the
    /// link is ended.</summary>
    public TimeSpan EncryptionPause { get; init; } = TimeSpan.FromSeconds(5);
}
