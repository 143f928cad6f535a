namespace HostStack.VirtualController.Controllers;

/// <summary>What a controller has seen since it was made. Read from any thread; exact when the radio rests.</summary>
public sealed class ControllerCounters
{
    /// <summary>Commands from the host.</summary>
    public long Commands { get; internal set; }

    /// <summary>Events to the host.</summary>
    public long Events { get; internal set; }

    /// <summary>ACL packets from the host.</summary>
    public long AclFromHost { get; internal set; }

    /// <summary>ACL packets to the host.</summary>
    public long AclToHost { get; internal set; }

    /// <summary>Packets that are no HCI packet: wrong type, wrong length.</summary>
    public long Malformed { get; internal set; }

    /// <summary>ACL packets for a handle that does not exist; dropped.</summary>
    public long UnknownHandles { get; internal set; }

    /// <summary>ACL packets beyond the buffers, each answered by Data Buffer Overflow; dropped.</summary>
    public long BufferOverflows { get; internal set; }

    /// <summary>Commands sent without credit, each answered by Hardware Error; dropped.</summary>
    public long CommandOverruns { get; internal set; }

    /// <summary>Events that the host's event mask held back.</summary>
    public long MaskedEvents { get; internal set; }

    /// <summary>Commands that this controller does not know.</summary>
    public long UnknownCommands { get; internal set; }

    /// <summary>ACL packets that a fault lost on the air.</summary>
    public long AclLost { get; internal set; }
}
