namespace HostStack.Hci.Transport;

/// <summary>Where a controller can be opened, again and again: a host outlives unplugging and resets.</summary>
public interface IControllerSource
{
    /// <summary>The controller URI, <c>h4:tcp:localhost:9000</c>.</summary>
    string Uri { get; }

    /// <summary>Opens the controller once; each opening is an epoch.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ControllerUnavailableException">The controller cannot be opened; the message says why and what
    /// to do.</exception>
    Task<IHciTransport> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Opens the controller that was open before, where the source's name fits several: no other one is taken from
    /// its user. A source whose name fits one place does as <see cref="OpenAsync"/> does; the host compares what it gets.</summary>
    /// <param name="before">What the door told of it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="ControllerUnavailableException">It is not there, or cannot be opened; the message says why and what
    /// to do.</exception>
    Task<IHciTransport> ReopenAsync(ControllerDevice before, CancellationToken cancellationToken) => OpenAsync(cancellationToken);

    /// <summary>What can be seen of the place without taking a device from its user: another text than before means that another
    /// attempt may end otherwise.</summary>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>Of no meaning but that; null where nothing can be seen.</returns>
    Task<string?> LookAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);
}

/// <summary>The controller cannot be opened, or was lost. The message is one sentence with the remedy.</summary>
public sealed class ControllerUnavailableException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="innerException">The cause, if another exception was.</param>
    public ControllerUnavailableException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>Whether another attempt would end the same until somebody has done something: a file is missing, an address is
    /// not taken, the chip is of the wrong kind.</summary>
    public bool IsFinal { get; init; }
}
