using HostStack.Hci.Packets;
using HostStack.Hci.Startup;
using HostStack.Hci.Wire;
using Microsoft.Extensions.Logging;

namespace HostStack.Hci.Links;

/// <summary>What is logged of controller and links.</summary>
internal static partial class LinkLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Link to {Peer} is up: handle {Handle}, {Role}.")]
    public static partial void Up(ILogger log, PeerAddress peer, ConnectionHandle handle, LinkRole role);

    [LoggerMessage(Level = LogLevel.Information, Message = "Link to {Peer} has ended: {Reason}.")]
    public static partial void Down(ILogger log, PeerAddress peer, HciStatus reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "No link to {Peer}: {Reason}.")]
    public static partial void NotMade(ILogger log, PeerAddress peer, HciStatus reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Connection request of {Peer} turned down: {Reason}.")]
    public static partial void Rejected(ILogger log, BdAddr peer, HciStatus reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Command {OpCode} was refused: {Status}.")]
    public static partial void CommandRefused(ILogger log, OpCode opCode, HciStatus status);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Event {Code} does not fit any link; ignored.")]
    public static partial void EventIgnored(ILogger log, EventCode code);

    [LoggerMessage(Level = LogLevel.Information, Message = "Controller {Name} is open: {Address}, HCI {Version}.")]
    public static partial void Opened(ILogger log, string name, BdAddr address, CoreVersion version);

    [LoggerMessage(Level = LogLevel.Information, Message = "The controller has to be opened again: {Reason}.")]
    public static partial void Reopening(ILogger log, ReopenReasons reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The controller runs {Firmware}.")]
    public static partial void Firmware(ILogger log, string firmware);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Quirk}")]
    public static partial void Quirk(ILogger log, string quirk);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The controller is reset: {Cause}")]
    public static partial void Resetting(ILogger log, string cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Controller {Name} is left at {Rate} bits per second, not at {First}: {Why}; open it with speed={Rate}, or take its power off.")]
    public static partial void RateKept(ILogger log, string name, int rate, int first, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The line of controller {Name} failed while it was closed; where its rate was changed, take the controller's power off.")]
    public static partial void LineFailed(ILogger log, string name, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Controller {Name} was not closed in order.")]
    public static partial void ReleaseFailed(ILogger log, string name, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Controller {Name} is not closed after {Limit}; the host goes on without waiting for it.")]
    public static partial void ReleaseSlow(ILogger log, string name, TimeSpan limit);

    [LoggerMessage(Level = LogLevel.Error, Message = "The recovery of the controller has thrown.")]
    public static partial void RecoveryFault(ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "The controller has failed: {Cause}")]
    public static partial void Failed(ILogger log, string cause);
}
