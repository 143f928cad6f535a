namespace HostStack.Bnep.Sessions;

/// <summary>What one BNEP connection has counted since it began.</summary>
public record struct BnepCounters
{
    /// <summary>Frames given to the user.</summary>
    public long FramesReceived { get; internal set; }

    /// <summary>Octets of their payloads.</summary>
    public long OctetsReceived { get; internal set; }

    /// <summary>Frames that the channel took, payload and all.</summary>
    public long FramesSent { get; internal set; }

    /// <summary>Octets of their payloads.</summary>
    public long OctetsSent { get; internal set; }

    /// <summary>Frames that a filter stopped whole.</summary>
    public long Filtered { get; internal set; }

    /// <summary>Frames that went without their payload.</summary>
    public long HeaderOnly { get; internal set; }

    /// <summary>Frames that were too long to send.</summary>
    public long TooLong { get; internal set; }

    /// <summary>Frames that the queue refused.</summary>
    public long QueueFull { get; internal set; }

    /// <summary>Frames that were to be sent without an established connection.</summary>
    public long NotOpen { get; internal set; }

    /// <summary>Packets or control messages that did not hold what they promised.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Packets of a reserved type.</summary>
    public long Reserved { get; internal set; }

    /// <summary>Frames and known control messages that the specification has us ignore in the phase they came in.</summary>
    public long Ignored { get; internal set; }

    /// <summary>Control messages of a reserved type, each answered.</summary>
    public long NotUnderstood { get; internal set; }

    /// <summary>Control messages received, those in extension headers too.</summary>
    public long ControlReceived { get; internal set; }

    /// <summary>Control messages that the channel took.</summary>
    public long ControlSent { get; internal set; }

    /// <summary>Requests that were sent again.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Setup requests refused: by the user, for their form, for want of an answer.</summary>
    public long SetupsRefused { get; internal set; }

    /// <summary>Filters of the peer that were refused.</summary>
    public long FiltersRefused { get; internal set; }

    internal void Add(in BnepCounters other)
    {
        FramesReceived += other.FramesReceived;
        OctetsReceived += other.OctetsReceived;
        FramesSent += other.FramesSent;
        OctetsSent += other.OctetsSent;
        Filtered += other.Filtered;
        HeaderOnly += other.HeaderOnly;
        TooLong += other.TooLong;
        QueueFull += other.QueueFull;
        NotOpen += other.NotOpen;
        Malformed += other.Malformed;
        Reserved += other.Reserved;
        Ignored += other.Ignored;
        NotUnderstood += other.NotUnderstood;
        ControlReceived += other.ControlReceived;
        ControlSent += other.ControlSent;
        Retransmissions += other.Retransmissions;
        SetupsRefused += other.SetupsRefused;
        FiltersRefused += other.FiltersRefused;
    }
}
