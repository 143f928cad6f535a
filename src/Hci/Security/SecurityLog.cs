using HostStack.Hci.Links;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Security;

/// <summary>What the security layer logs. Never a key, a passkey, a PIN or out-of-band data.</summary>
internal static partial class SecurityLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused: {Refusal}")]
    public static partial void Refused(ILogger log, SecurityRefusal refusal);

    [LoggerMessage(Level = LogLevel.Information, Message = "Paired with {Peer} by {Model}: key {KeyType}, stored: {Bonded}.")]
    public static partial void Paired(
        ILogger log, PeerAddress peer, AssociationModel? model, LinkKeyType? keyType, bool bonded);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pairing with {Peer} failed: {Shortfall}, rule {Rule}, status {Status}.")]
    public static partial void PairingFailed(
        ILogger log, PeerAddress peer, SecurityShortfall shortfall, SecurityRule? rule, HciStatus status);

    [LoggerMessage(Level = LogLevel.Information, Message = "Link {Handle} with {Peer}: {Security}.")]
    public static partial void Published(ILogger log, ConnectionHandle handle, PeerAddress peer, LinkSecurity security);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Link {Handle}: {Input} in {Before} gives {After}, {Actions}.")]
    public static partial void Step(
        ILogger log, ConnectionHandle handle, SecurityInput input, SecurityState before, SecurityState after, SecurityActions actions);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The controller did not take {Command}: {Status}.")]
    public static partial void ReplyFailed(ILogger log, OpCode command, HciStatus status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The pairing agent failed with {Fault}.")]
    public static partial void AgentFailed(ILogger log, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Somebody who was told of a link's security failed; the link's security goes on.")]
    public static partial void ObserverFailed(ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "The key of {Peer} was not saved: {Reason}")]
    public static partial void KeyNotSaved(ILogger log, PeerAddress peer, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Code} with {Length} octets is not well formed; dropped.")]
    public static partial void Malformed(ILogger log, EventCode code, int length);
}
