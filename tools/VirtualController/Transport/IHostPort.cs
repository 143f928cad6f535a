namespace HostStack.VirtualController.Transport;

/// <summary>The host's end of a controller's wire: an in-process transport or a socket.</summary>
internal interface IHostPort
{
    /// <summary>One whole packet, type octet first, borrowed for the call. The radio's loop.</summary>
    void Deliver(ReadOnlySpan<byte> packet);

    /// <summary>Hands a packet buffer of the host to the controller on the radio's loop: (port, buffer). One instance
    /// for all, so that queuing allocates nothing.</summary>
    Action<object?, object?> FromHost { get; }

    /// <summary>The controller is gone; the last call.</summary>
    void Lost(string reason);
}
