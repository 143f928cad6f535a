namespace HostStack.Hci.Transport;

/// <summary>One opening of a controller: packets in both directions, each with its H4 type octet in front.</summary>
/// <remarks>USB has no type octet on the bus; its transport adds and strips it. The transport never interprets.</remarks>
public interface IHciTransport : IAsyncDisposable
{
    /// <summary>What people see: <c>h4:unix:/run/bt.sock</c>.</summary>
    string Name { get; }

    /// <summary>The device behind the door; null where the door cannot tell, as a socket's.</summary>
    ControllerDevice? Device => null;

    /// <summary>The line's speed; null where it has none that could change.</summary>
    IBaudRateControl? Line => null;

    /// <summary>Octets of the longest packet that <see cref="Send"/> takes, its type octet included.</summary>
    int MaximumPacket => int.MaxValue;

    /// <summary>How many packets of data <see cref="Send"/> takes without waiting for the controller: no more buffers than
    /// those are used. A transport that sends by acknowledgements would wait for its reader, which may wait for the host.</summary>
    /// <param name="packetLength">Octets of the longest of them, the type octet included.</param>
    int RoomFor(int packetLength) => int.MaxValue;

    /// <summary>What helps where the controller says nothing, as the end of a sentence: of the door, since nobody can unplug a
    /// UART.</summary>
    string SilenceRemedy => "unplug it and plug it in again";

    /// <summary>Begins to deliver packets. Called once, before the first <see cref="Send"/>.</summary>
    /// <param name="sink">Who receives them.</param>
    void Start(IHciTransportSink sink);

    /// <summary>Sends one packet: type octet, header, contents. Borrows it for the call. Loop thread; never blocks for
    /// longer than the operating system needs to take the octets.</summary>
    /// <param name="packet">The whole packet.</param>
    void Send(ReadOnlySpan<byte> packet);

    /// <summary>Hands what <see cref="Send"/> gathered to the operating system in one write. Called when the loop goes
    /// idle; a transport that does not gather does nothing.</summary>
    void Flush();
}

/// <summary>Takes what a transport reads.</summary>
public interface IHciTransportSink
{
    /// <summary>One whole packet, type octet first. The transport's thread; borrows the octets for the call; waits where
    /// the host has no room, which is the back-pressure on the controller.</summary>
    /// <param name="packet">The packet.</param>
    void PacketReceived(ReadOnlySpan<byte> packet);

    /// <summary>The octet stream lost its framing; packets that follow cannot be trusted until a Reset.</summary>
    /// <param name="detail">What was found, for the log.</param>
    void FramingLost(string detail);

    /// <summary>The controller is gone: unplugged, closed, or failed. The last call of a transport.</summary>
    /// <param name="failure">Why; null where the other side closed in order.</param>
    void Closed(Exception? failure);
}
