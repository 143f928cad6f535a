using HostStack.Bnep.Control;
using HostStack.Ethernet;
using HostStack.L2cap.Channels;
using Microsoft.Extensions.Logging;

namespace HostStack.Bnep.Sessions;

/// <summary>What the connections say to the log. Nothing here is said for a frame.</summary>
internal static partial class BnepLog
{
    [LoggerMessage(1, LogLevel.Information, "BNEP with {Peer} established: local role {Local}, peer role {Remote}.")]
    public static partial void Established(ILogger logger, MacAddress peer, BnepUuid local, BnepUuid remote);

    [LoggerMessage(2, LogLevel.Information, "BNEP with {Peer}: roles are now {Local} here, {Remote} there.")]
    public static partial void RolesChanged(ILogger logger, MacAddress peer, BnepUuid local, BnepUuid remote);

    [LoggerMessage(
        3, LogLevel.Warning, "BNEP setup to {Destination} at {Peer} ended: {Result}, {Code}, after {Attempts} request(s).")]
    public static partial void SetupFailed(
        ILogger logger, MacAddress peer, BnepUuid destination, SetupResult result, SetupResponseCode code, int attempts);

    [LoggerMessage(4, LogLevel.Information, "BNEP with {Peer} ended: {Reason}.")]
    public static partial void Ended(ILogger logger, MacAddress peer, ChannelCloseReason reason);

    [LoggerMessage(5, LogLevel.Debug, "BNEP with {Peer}: {Kind} filter of the peer answered with {Code}.")]
    public static partial void FilterSet(ILogger logger, MacAddress peer, FilterKind kind, FilterResponseCode code);

    [LoggerMessage(6, LogLevel.Warning, "BNEP with {Peer}: no answer to a {Kind} filter; the channel is being closed.")]
    public static partial void FilterLost(ILogger logger, MacAddress peer, FilterKind kind);

    [LoggerMessage(7, LogLevel.Warning, "BNEP with {Peer}: the peer opened the channel and never asked for a setup; closing it.")]
    public static partial void NoSetup(ILogger logger, MacAddress peer);

    [LoggerMessage(8, LogLevel.Information, "BNEP setup asked by {Peer} refused at BNEP: {Code} (0x{Value:X4}).")]
    public static partial void SetupRefused(ILogger logger, MacAddress peer, SetupResponseCode code, ushort value);
}
