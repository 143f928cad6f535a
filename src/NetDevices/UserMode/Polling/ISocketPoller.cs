namespace HostStack.NetDevices.UserMode.Polling;

/// <summary>What is waited for on a socket, and what came. The values are libslirp's <c>SLIRP_POLL_</c> flags.</summary>
[Flags]
internal enum PollEvents
{
    None = 0,
    In = 1,
    Out = 2,
    Priority = 4,
    Error = 8,
    HangUp = 16,
}

/// <summary>Waits for sockets that change from wait to wait, and for a call of <see cref="Wake"/>.</summary>
/// <remarks>All but <see cref="Wake"/> belong to the one thread that waits.</remarks>
internal interface ISocketPoller : IDisposable
{
    /// <summary>Forgets the sockets of the last wait.</summary>
    void Clear();

    /// <summary>Adds a socket for the next wait.</summary>
    /// <param name="socket">The descriptor; not owned.</param>
    /// <param name="events">What to wait for; none leaves the socket out, with an index of its own.</param>
    /// <returns>The index that <see cref="Result"/> takes.</returns>
    int Add(int socket, PollEvents events);

    /// <summary>Waits until a socket is ready, <see cref="Wake"/> was called, or the time is over.</summary>
    /// <param name="milliseconds">The time; negative for no end.</param>
    /// <returns>False where the system could not say: no result counts.</returns>
    bool Wait(int milliseconds);

    /// <summary>What came for a socket in the last wait.</summary>
    /// <param name="index">Of <see cref="Add"/>.</param>
    PollEvents Result(int index);

    /// <summary>Ends the wait that is under way, or the next one. Any thread; never blocks; nothing after dispose.</summary>
    void Wake();
}
