using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.Shim;

/// <summary>What a port of bare packets tells.</summary>
internal static partial class ShimLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: another host has {Address}; it is not used here")]
    public static partial void Duplicate(ILogger logger, string name, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: {Fault}")]
    public static partial void Refused(ILogger logger, string name, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: the network failed at a frame, which is lost")]
    public static partial void SinkFailed(ILogger logger, string name, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: the interface was not set as it should be")]
    public static partial void WorkFailed(ILogger logger, string name, Exception failure);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: the interface was removed; make the port again")]
    public static partial void Lost(ILogger logger, string name);
}
