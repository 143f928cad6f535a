using HostStack.Hci.Packets;

namespace HostStack.Hci.Startup;

/// <summary>What is done about one quirk.</summary>
/// <param name="Quirk">Which.</param>
/// <param name="LeftOut">The commands that are not sent.</param>
/// <param name="Sentence">What people are told; null where nothing changes for them.</param>
public sealed record QuirkRemedy(ControllerQuirks Quirk, IReadOnlyList<OpCode> LeftOut, string? Sentence);

/// <summary>What this host does about quirks: commands that it leaves out, sentences that it tells.</summary>
public static class QuirkRemedies
{
    /// <summary>The remedies, in the order in which they are told.</summary>
    public static IReadOnlyList<QuirkRemedy> All { get; } =
    [
        new(
            ControllerQuirks.Clone, [],
            "The controller is a copy that uses the ids of a CSR chip; commands that such copies do not have are left out."),
        new(
            ControllerQuirks.StoredLinkKeys,
            [OpCode.ReadStoredLinkKey, OpCode.WriteStoredLinkKey, OpCode.DeleteStoredLinkKey], Sentence: null),
        new(
            ControllerQuirks.ErroneousDataReporting,
            [OpCode.ReadDefaultErroneousDataReporting, OpCode.WriteDefaultErroneousDataReporting], Sentence: null),
        new(ControllerQuirks.EventFilter, [OpCode.SetEventFilter], Sentence: null),
        new(ControllerQuirks.ShortVoiceSetting, [OpCode.ReadVoiceSetting], Sentence: null),
        new(ControllerQuirks.ShortPageScanType, [OpCode.ReadPageScanType], Sentence: null),
        new(
            ControllerQuirks.EncryptionKeySize, [OpCode.ReadEncryptionKeySize],
            "The controller cannot tell the size of encryption keys; secured services refuse its links unless unknown key sizes are allowed."),
        new(
            ControllerQuirks.FeaturesPage2, [],
            "The controller's second page of extended features is nonsense; it is not asked, and Secure Connections stay off."),
    ];

    /// <summary>The remedies for a set of quirks.</summary>
    /// <param name="quirks">The quirks.</param>
    public static IEnumerable<QuirkRemedy> For(ControllerQuirks quirks) =>
        All.Where(remedy => (quirks & remedy.Quirk) != 0);
}
