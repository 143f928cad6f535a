using HostStack.Hci.Links;

namespace HostStack.L2cap.Channels;

/// <summary>What is known when a peer asks for a channel.</summary>
/// <param name="IsServed">A service listens on a valid PSM.</param>
/// <param name="IsSdp">The PSM is SDP's, which no security may keep out.</param>
/// <param name="Source">The peer's endpoint.</param>
/// <param name="SourceInUse">Another channel of the link has that endpoint.</param>
/// <param name="HasRoom">The link may hold one more channel.</param>
/// <param name="Shortfall">What the link lacks of the service's requirement.</param>
/// <param name="IsEncrypted">Whether the link is encrypted.</param>
/// <param name="Prospect">Whether the link may be more secure in a moment.</param>
/// <param name="BothSupportSsp">Whether both hosts support Secure Simple Pairing; null while the peer's features are unknown.</param>
internal readonly record struct AdmissionFacts(
    bool IsServed,
    bool IsSdp,
    ChannelId Source,
    bool SourceInUse,
    bool HasRoom,
    SecurityShortfall Shortfall,
    bool IsEncrypted,
    SecurityProspect Prospect,
    bool? BothSupportSsp);

/// <summary>What is done with a peer's request for a channel.</summary>
/// <param name="Result">The connection result: success, pending (authenticate first) or a refusal.</param>
/// <param name="Rule">The rule of a refusal.</param>
/// <param name="EndsLink">Whether the link is ended after the refusal.</param>
/// <param name="IsPostponed">Whether the peer is told to wait and nothing is done but to decide again.</param>
internal readonly record struct Admission(
    ConnectionResult Result, L2capRule Rule = default, bool EndsLink = false, bool IsPostponed = false);

/// <summary>The gate for channels that peers ask for: only what the link can prove counts here; who may use a service is
/// decided above, on the real roles. A pure table.</summary>
internal static class AdmissionRules
{
    /// <summary>Decides.</summary>
    public static Admission Decide(AdmissionFacts facts) => facts switch
    {
        { IsServed: false } => new(ConnectionResult.PsmNotSupported, L2capRule.PsmNotServed),
        { Source.IsDynamic: false } => new(ConnectionResult.InvalidSourceCid, L2capRule.InvalidSourceCid),
        { SourceInUse: true } => new(ConnectionResult.SourceCidInUse, L2capRule.SourceCidInUse),
        { HasRoom: false } => new(ConnectionResult.NoResources, L2capRule.ChannelLimit),
        { IsSdp: true } or { Shortfall: SecurityShortfall.None } => new(ConnectionResult.Success),

        // A peer that has the key may have encrypted before asking: the event that tells so may be behind its request.
        { IsEncrypted: false, BothSupportSsp: true, Prospect: SecurityProspect.Bonded } =>
            new(ConnectionResult.Pending, IsPostponed: true),

        // Both could have encrypted before asking: refused, and the link ended (Core, Vol 3, Part C, 5.2.2.2.1).
        { IsEncrypted: false, BothSupportSsp: true, Prospect: SecurityProspect.None } =>
            new(ConnectionResult.SecurityBlock, L2capRule.EncryptionRequired, EndsLink: true),

        // A legacy peer, a peer not known yet, a link that is being secured or can be brought higher: authenticate while the peer waits.
        _ => new(ConnectionResult.Pending),
    };
}
