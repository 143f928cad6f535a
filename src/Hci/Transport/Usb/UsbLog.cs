using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Transport.Usb;

/// <summary>What is logged of USB controllers.</summary>
internal static partial class UsbLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: a transfer of the {Pipe} ended as {Status}; it is tried again.")]
    public static partial void Mending(ILogger log, string name, string pipe, UsbTransferStatus status);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: the device refused command 0x{OpCode:X4} on its control endpoint.")]
    public static partial void Refused(ILogger log, string name, ushort opCode);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: the interface of voice cannot be switched off; it is not used.")]
    public static partial void VoiceNotTaken(ILogger log, string name, Exception failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name}: {Id} could not be let sleep once, which some with its ids need before they give data.")]
    public static partial void DidNotSleep(ILogger log, string name, UsbId id);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: cancelled transfers did not come back; their memory is given up.")]
    public static partial void Abandoned(ILogger log, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: the device could not be closed in order.")]
    public static partial void NotClosed(ILogger log, string name, Exception failure);

    [LoggerMessage(Level = LogLevel.Debug, Message = "What drivers a host that was killed has detached cannot be read in {Folder}.")]
    public static partial void NotesNotRead(ILogger log, string folder, Exception failure);

    [LoggerMessage(Level = LogLevel.Debug, Message = "That the kernel's driver is detached or attached cannot be noted in {Folder}.")]
    public static partial void NotNoted(ILogger log, string folder, Exception failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Folder} is not used for notes of detached drivers, since others can write there, or it is no folder or a link; remove it, or name a folder of yours (XDG_RUNTIME_DIR).")]
    public static partial void NotesNotTrusted(ILogger log, string folder);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Device}: that the driver of interface {Interface} is detached is noted nowhere; after a kill nobody attaches it again.")]
    public static partial void NowhereToNote(ILogger log, string device, byte @interface);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Device}: a host that was killed left interface {Interface} without its driver; it gets it back at the end.")]
    public static partial void LeftWithoutDriver(ILogger log, string device, byte @interface);

    [LoggerMessage(Level = LogLevel.Critical, Message = "{Name}: who is told of completed transfers failed; the device is given up.")]
    public static partial void UserFailed(ILogger log, string name, Exception failure);
}
