using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A command that a host can send: its code and its parameters.</summary>
public interface IHciCommand
{
    /// <summary>The command's code.</summary>
    OpCode OpCode { get; }

    /// <summary>Octets of the parameters, 0 to 255.</summary>
    int EncodedSize { get; }

    /// <summary>Writes the parameters, without the command header.</summary>
    /// <param name="writer">Where to.</param>
    void Write(ref WireWriter writer);
}

/// <summary>A command that the controller ends with Command Complete and these return parameters (status first).</summary>
/// <typeparam name="TReturn">The return parameters.</typeparam>
public interface IHciCommand<TReturn> : IHciCommand
    where TReturn : struct, IReturnParameters<TReturn>;

/// <summary>A command that the controller acknowledges with Command Status; its outcome is an event that follows.</summary>
public interface IHciStatusCommand : IHciCommand;

/// <summary>Return parameters of a Command Complete event, status octet included.</summary>
/// <typeparam name="TSelf">The value itself.</typeparam>
/// <remarks>A controller that fails a command may send the status octet alone: <c>TryParse</c> takes that form where the
/// status is not success, with all other fields zero.</remarks>
public interface IReturnParameters<TSelf> : IWireFormat<TSelf>
    where TSelf : struct, IReturnParameters<TSelf>
{
    /// <summary>The outcome.</summary>
    HciStatus Status { get; }
}

/// <summary>An event's parameters.</summary>
/// <typeparam name="TSelf">The value itself.</typeparam>
public interface IHciEvent<TSelf> : IWireFormat<TSelf>
    where TSelf : struct, IHciEvent<TSelf>, allows ref struct
{
    /// <summary>The event's code.</summary>
    static abstract EventCode Code { get; }
}
