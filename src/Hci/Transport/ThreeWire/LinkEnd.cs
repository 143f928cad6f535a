namespace HostStack.Hci.Transport.ThreeWire;

/// <summary>Why a link is over.</summary>
internal enum LinkEnd
{
    /// <summary>It is not.</summary>
    None = 0,

    /// <summary>Nobody answered SYNC.</summary>
    NobodyAnswers,

    /// <summary>Nobody answered, but what came is BCSP, the older protocol of CSR's chips.</summary>
    SpeaksBcsp,

    /// <summary>SYNC was answered, CONFIG never.</summary>
    NotConfigured,

    /// <summary>The other side began anew.</summary>
    Restarted,

    /// <summary>Packets were sent again and again, and not acknowledged.</summary>
    NotAcknowledged,

    /// <summary>Frame after frame came damaged, and no packet between them.</summary>
    Unreadable,

    /// <summary>The other side sleeps and does not wake.</summary>
    DoesNotWake,

    /// <summary>A packet is longer than the link can carry.</summary>
    PacketTooLong,
}

/// <summary>Says in one sentence why a link is over, with the remedy.</summary>
internal static class LinkEnds
{
    /// <summary>The sentence where nobody answered at two rates.</summary>
    /// <param name="name">The controller, as people see it.</param>
    /// <param name="first">The rate that was tried first.</param>
    /// <param name="other">The rate at which it may have been left.</param>
    public static string NobodyAnswers(string name, int first, int other) =>
        $"Nobody answers on {name} at {first} or at {other} bits per second; check wiring, power, baud rate and parity, and that the controller speaks H5 and not H4, or switch its power off and on.";

    /// <summary>The sentence.</summary>
    /// <param name="end">Why.</param>
    /// <param name="name">The controller, as people see it.</param>
    public static string Explain(LinkEnd end, string name) => end switch
    {
        LinkEnd.NobodyAnswers =>
            $"Nobody answers on {name}; check wiring, power, baud rate and parity, and that the controller speaks H5 and not H4.",
        LinkEnd.SpeaksBcsp =>
            $"The controller on {name} speaks BCSP, the older protocol of CSR's chips, not H5; set its host interface to H5 or H4.",
        LinkEnd.NotConfigured =>
            $"The controller on {name} answers and agrees to nothing; check baud rate and parity, and reset it.",
        LinkEnd.Restarted => $"The controller on {name} has begun anew by itself, so that its links are gone; open it again.",
        LinkEnd.NotAcknowledged =>
            $"The controller on {name} acknowledges nothing any more; check its cable and power, or reset it.",
        LinkEnd.Unreadable =>
            $"What the controller on {name} sends is damaged again and again; check cable, ground, baud rate and parity, and open it again.",
        LinkEnd.DoesNotWake => $"The controller on {name} sleeps and does not wake up; reset it.",
        LinkEnd.PacketTooLong =>
            $"The controller on {name} asks for packets of more than {ThreeWireHeader.MaximumPayload} octets, which H5 cannot carry; use H4.",
        _ => $"The link to {name} is open.",
    };
}
