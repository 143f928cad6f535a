using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using Microsoft.Extensions.Logging;

namespace HostStack.Pan.Service;

/// <summary>The log of PAN: one line for each refusal, and for who comes and goes.</summary>
internal static partial class PanLog
{
    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Layer} refused {Peer}: {Rule}; role {Role}, answer {Code}, link key {KeyType}. {Remedy}")]
    public static partial void SetupRefused(
        ILogger log, Host.RefusalLayer layer, PeerAddress peer, string rule, string? role, string code, LinkKeyType? keyType, string remedy);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Role}: {Peer} joined as {PeerRole}.")]
    public static partial void Joined(ILogger log, PanRole role, PeerAddress peer, PanRole peerRole);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Role}: {Peer} left, {Reason}.")]
    public static partial void Left(ILogger log, PanRole role, PeerAddress peer, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connected to {RemoteRole} of {Peer}.")]
    public static partial void Connected(ILogger log, PanRole remoteRole, PeerAddress peer);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connection to {RemoteRole} of {Peer} ended: {Reason}.")]
    public static partial void Disconnected(ILogger log, PanRole remoteRole, PeerAddress peer, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Attempt {Attempt} to reach {RemoteRole} of {Peer} in {Wait}.")]
    public static partial void Reconnecting(ILogger log, int attempt, PanRole remoteRole, PeerAddress peer, TimeSpan wait);
}
