namespace HostStack.Ethernet;

/// <summary>Where a network meets this machine: a TAP interface, a user-mode NAT, an in-memory endpoint.</summary>
/// <remarks>A port has one user, which <see cref="Start"/> names. It knows nothing of Bluetooth.</remarks>
public interface IEthernetPort : IAsyncDisposable
{
    /// <summary>The name that people see: <c>bnep0</c>, <c>memory</c>.</summary>
    string Name { get; }

    /// <summary>The unicast address of the port on the network.</summary>
    MacAddress Address { get; }

    /// <summary>The largest payload in octets that the port takes and gives.</summary>
    int Mtu { get; }

    /// <summary>Whether the thread that calls the sink has nothing else to do meanwhile, so that the network may do its work in
    /// that call: a thread that reads from the system, which keeps what comes then.</summary>
    bool MayLendThread => false;

    /// <summary>Begins to deliver frames to <paramref name="sink"/>.</summary>
    /// <param name="sink">Who receives what the machine sends.</param>
    /// <exception cref="InvalidOperationException">The port has a user.</exception>
    void Start(IEthernetPortSink sink);

    /// <summary>Ends what <see cref="Start"/> began; frames that wait are dropped, and the port may be started for another
    /// user. Idempotent.</summary>
    void Stop();

    /// <summary>Hands a frame to the machine. Any thread; never blocks; borrows the frame for the call.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False where the port had no room: the frame is dropped, and the caller counts it.</returns>
    bool Send(in EthernetFrame frame);

    /// <summary>Shows whether the network is there (the carrier of a network interface).</summary>
    /// <param name="up">True while at least one peer is connected.</param>
    void SetCarrier(bool up);

    /// <summary>Ends a pause that <see cref="IEthernetPortSink.FrameReceived"/> asked for. Any thread.</summary>
    void Resume();
}

/// <summary>Takes the frames that a port reads from the machine.</summary>
public interface IEthernetPortSink
{
    /// <summary>One frame from the machine; called on the port's thread; borrows the frame for the call.</summary>
    /// <param name="frame">The frame.</param>
    /// <returns>False to pause: the port keeps this frame and offers it again after
    /// <see cref="IEthernetPort.Resume"/>.</returns>
    bool FrameReceived(in EthernetFrame frame);
}
