using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.UserMode;

/// <summary>What a <see cref="UserModePort"/> says.</summary>
internal static partial class UserModeLog
{
    [LoggerMessage(1, LogLevel.Information, "Port {Port}: user-mode NAT for {Network} by libslirp {Version}, gateway {Gateway}")]
    public static partial void Opened(ILogger logger, string port, string network, string version, string gateway);

    [LoggerMessage(2, LogLevel.Debug, "Port {Port}: what a peer sent is wrong: {Message}")]
    public static partial void PeerError(ILogger logger, string port, string message);

    [LoggerMessage(3, LogLevel.Error, "Port {Port}: the network failed over a frame, which is lost")]
    public static partial void NetworkFailed(ILogger logger, string port, Exception exception);

    [LoggerMessage(4, LogLevel.Critical, "Port {Port}: the NAT has ended; close the port and open it again")]
    public static partial void Ended(ILogger logger, string port, Exception exception);
}
