using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Host;
using HostStack.Pan;

namespace HostStack.Cli.Terminal;

/// <summary>Tells each event of a host to people and programs. A refusal gets its layer, its rule and its remedy.</summary>
internal static class EventReporter
{
    /// <summary>The field that says whose event it is; people see it as a column.</summary>
    public const string HostField = "host";

    /// <summary>The first fields of what is told of one of several hosts; none for the only one.</summary>
    public static (string Name, object? Value)[] Whose(string who) => who.Length == 0 ? [] : [(HostField, who)];

    /// <summary>Reports one event.</summary>
    /// <param name="report">Where to.</param>
    /// <param name="happened">The event.</param>
    /// <param name="who">Whose event it is, where a command runs several hosts; empty for the only one.</param>
    /// <param name="isEnding">Whether the command is ending: then the end of a connection is no surprise.</param>
    public static void Tell(this IReport report, HostEvent happened, string who = "", bool isEnding = false)
    {
        switch (happened)
        {
            case ControllerOpened opened:
                Say("controller-opened", $"controller {opened.Address} is up ({opened.Uri})", Tone.Good,
                    ("uri", opened.Uri), ("address", opened.Address), ("epoch", opened.Epoch));
                break;
            case ControllerWarned warned:
                Say("controller-warning", warned.Sentence, Tone.Bad, ("uri", warned.Uri), ("sentence", warned.Sentence));
                break;
            case ControllerLost lost:
                Say("controller-lost", $"controller lost: {lost.Reason}{(lost.RetryIn is { } wait ? $"; opening it again in {wait.TotalSeconds:0.#} s" : "")}",
                    Tone.Bad, ("uri", lost.Uri), ("reason", lost.Reason), ("retryIn", lost.RetryIn));
                break;
            case LinkUp up:
                Say("link-up", $"link to {up.Peer} is up, as {up.Role.ToString().ToLowerInvariant()}", Tone.Plain,
                    ("peer", up.Peer), ("role", up.Role));
                break;
            case LinkDown down:
                Say("link-down", $"link to {down.Peer} ended: {Words(down.Reason)}", Tone.Plain, ("peer", down.Peer), ("reason", down.Reason));
                break;
            case LinkSecured secured:
                Say("link-secured", $"link to {secured.Peer}: {Words(secured.Security)}", Tone.Plain,
                    ("peer", secured.Peer), ("encryption", secured.Security.Encryption), ("keySize", (int)secured.Security.KeySize),
                    ("keyType", secured.Security.KeyType));
                break;
            case Paired paired:
                Say("paired", $"paired with {paired.Peer}: {Words(paired.KeyType)}{(paired.Bonded ? ", bonded" : "")}", Tone.Good,
                    ("peer", paired.Peer), ("keyType", paired.KeyType), ("bonded", paired.Bonded));
                break;
            case PairingFailed failed:
                Say("pairing-failed", $"pairing with {failed.Peer} failed: {failed.Reason} {failed.Remedy}", Tone.Bad,
                    ("peer", failed.Peer), ("reason", failed.Reason), ("remedy", failed.Remedy));
                break;
            case BondRemoved removed:
                Say("bond-removed", $"the bond with {removed.Peer} was removed", Tone.Plain, ("peer", removed.Peer));
                break;
            case PairingWindowChanged window:
                Say("pairing-window", window.IsOpen ? "the pairing window is open" : "the pairing window is closed", Tone.Plain,
                    ("open", window.IsOpen));
                break;
            case Refused refused:
                TellRefusal(refused);
                break;
            case NetworkUp up:
                Say("network-up", $"{up.Role.Name()} is served on {up.Port}", Tone.Good, ("role", up.Role.Name()), ("port", up.Port));
                break;
            case NetworkDown down:
                Say("network-down", $"{down.Role.Name()} is not served any more", Tone.Plain, ("role", down.Role.Name()), ("port", down.Port));
                break;
            case PeerJoined joined:
                Say("peer-joined", $"{joined.Peer} joined the {joined.Role.Name()} network as {joined.PeerRole.Name()}", Tone.Good,
                    ("role", joined.Role.Name()), ("peer", joined.Peer), ("peerRole", joined.PeerRole.Name()), ("mac", joined.Address));
                break;
            case PeerLeft left:
                Say("peer-left", $"{left.Peer} left the {left.Role.Name()} network: {left.Reason}", Tone.Plain,
                    ("role", left.Role.Name()), ("peer", left.Peer), ("reason", left.Reason));
                break;
            case PanConnected connected:
                Say("pan-connected", $"connected to the {connected.RemoteRole.Name()} of {connected.Peer}", Tone.Good,
                    ("peer", connected.Peer), ("role", connected.RemoteRole.Name()));
                break;
            case PanDisconnected disconnected:
                Say("pan-disconnected", $"the connection to {disconnected.Peer} ended: {disconnected.Reason}", isEnding ? Tone.Plain : Tone.Warning,
                    ("peer", disconnected.Peer), ("role", disconnected.RemoteRole.Name()), ("reason", disconnected.Reason));
                break;
            case Reconnecting again:
                Say("reconnecting", $"trying {again.Peer} again in {again.Wait.TotalSeconds:0.#} s (attempt {again.Attempt})", Tone.Warning,
                    ("peer", again.Peer), ("attempt", again.Attempt), ("wait", again.Wait));
                break;
            case FilterChanged filter:
                Say("filter-changed", $"{filter.Peer} answered the {(filter.Multicast ? "multicast" : "network type")} filter: {filter.Code}",
                    Tone.Plain, ("peer", filter.Peer), ("multicast", filter.Multicast), ("code", filter.Code));
                break;
            case SourceSpoofed spoofed:
                Say("source-spoofed", $"{spoofed.Peer} sends as {spoofed.Source}; dropped. {spoofed.Remedy}", Tone.Warning,
                    ("peer", spoofed.Peer), ("source", spoofed.Source), ("remedy", spoofed.Remedy));
                break;
            case EventsLost lost:
                Say("events-lost", $"{lost.Count} events were lost: this output was too slow", Tone.Warning, ("count", lost.Count));
                break;
            case HostClosed:
                break;
            default:
                Say("event", happened.ToString(), Tone.Plain, ("text", happened));
                break;
        }

        void TellRefusal(Refused refused)
        {
            var by = refused.ByPeer ? "the peer refused" : "refused";
            var wanted = refused.Role is { } role ? $" {role}" : "";
            Say("refused", $"{by}{wanted} at {refused.Layer}, {refused.Peer}: {refused.Rule}. {refused.Remedy}", Tone.Bad,
                ("layer", refused.Layer), ("rule", refused.Rule), ("peer", refused.Peer), ("role", refused.Role),
                ("keyType", refused.KeyType), ("byPeer", refused.ByPeer), ("remedy", refused.Remedy));
        }

        void Say(string kind, string sentence, Tone tone, params ReadOnlySpan<(string, object?)> fields)
        {
            if (who.Length == 0)
            {
                report.Happened(kind, sentence, tone, fields);
            }
            else
            {
                report.Happened(kind, sentence, tone, [(HostField, who), .. fields]);
            }
        }
    }

    /// <summary>The security of a link in words.</summary>
    public static string Words(LinkSecurity security) =>
        security.IsEncrypted
            ? $"encrypted with {(security.Encryption == EncryptionMode.AesCcm ? "AES-CCM" : "E0")}, "
                + (security.KeySize == 0 ? "key size not told yet" : $"key of {security.KeySize} octets")
            : "not encrypted";

    /// <summary>A link key's type in words.</summary>
    public static string Words(LinkKeyType? type) => type switch
    {
        LinkKeyType.UnauthenticatedP256 => "unauthenticated key (P-256)",
        LinkKeyType.AuthenticatedP256 => "authenticated key (P-256)",
        LinkKeyType.UnauthenticatedP192 => "unauthenticated key (P-192)",
        LinkKeyType.AuthenticatedP192 => "authenticated key (P-192)",
        LinkKeyType.Combination => "key of a PIN",
        null => "no key",
        _ => $"key of type {type}",
    };

    /// <summary>The name of a value in words: <c>RemotePowerOff</c> is "remote power off".</summary>
    public static string Words(Enum value) =>
        string.Concat(value.ToString().Select(static (letter, index) =>
            index > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    /// <summary>An association model in words.</summary>
    public static string Words(AssociationModel model) => model switch
    {
        AssociationModel.NumericComparison => "numeric comparison",
        AssociationModel.PasskeyEntry => "passkey entry",
        AssociationModel.OutOfBand => "out-of-band data",
        AssociationModel.LegacyPin => "PIN",
        _ => "Just Works",
    };
}
