using HostStack.Hci.Packets;

namespace HostStack.Hci.Commands;

/// <summary>Sends commands to the controller, within its command credits. Loop only.</summary>
public interface ICommandSender
{
    /// <summary>Whether the controller says that it supports the command; unsupported commands are never sent.</summary>
    /// <param name="opCode">The command.</param>
    bool Supports(OpCode opCode);

    /// <summary>Sends a command that Command Complete ends.</summary>
    /// <typeparam name="TReturn">Its return parameters.</typeparam>
    /// <param name="command">The command.</param>
    /// <returns>The return parameters, whatever their status. A controller that answers with a bare status, or with
    /// Command Status, gives that status and zero in all other fields.</returns>
    /// <exception cref="Transport.ControllerUnavailableException">The controller hung, was reset or was lost.</exception>
    Task<TReturn> SendAsync<TReturn>(IHciCommand<TReturn> command)
        where TReturn : struct, IReturnParameters<TReturn>;

    /// <summary>Sends a command that Command Status acknowledges; the outcome is an event that follows.</summary>
    /// <param name="command">The command.</param>
    /// <returns>The status of the acknowledgement.</returns>
    /// <exception cref="Transport.ControllerUnavailableException">The controller hung, was reset or was lost.</exception>
    Task<HciStatus> SendAsync(IHciStatusCommand command);
}
