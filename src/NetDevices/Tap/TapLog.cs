using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.Tap;

/// <summary>What a <see cref="TapPort"/> tells.</summary>
internal static partial class TapLog
{
    [LoggerMessage(1, LogLevel.Error, "{Port}: the network failed at a frame, which is lost")]
    public static partial void SinkFailed(this ILogger logger, string port, Exception failure);

    [LoggerMessage(2, LogLevel.Error, "{Port}: {Reason}")]
    public static partial void PortLost(this ILogger logger, string port, string reason);

    [LoggerMessage(3, LogLevel.Warning, "{Port}: not everything was taken back: {Reason}")]
    public static partial void LeftBehind(this ILogger logger, string port, string reason);
}
