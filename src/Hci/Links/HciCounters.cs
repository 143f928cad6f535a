namespace HostStack.Hci.Links;

/// <summary>What one host has counted since it was made. Written on the loop; may be read from anywhere.</summary>
public sealed class HciCounters
{
    /// <summary>Packets from the controller whose type or lengths are not those of a packet.</summary>
    public long MalformedPackets { get; internal set; }

    /// <summary>Times that the transport lost its framing.</summary>
    public long FramingLosses { get; internal set; }

    /// <summary>Resets of a controller that had failed.</summary>
    public long Resets { get; internal set; }

    /// <summary>Commands that were sent.</summary>
    public long CommandsSent { get; internal set; }

    /// <summary>Commands that were not sent, because the controller does not support them.</summary>
    public long CommandsUnsupported { get; internal set; }

    /// <summary>Commands that were not answered in time.</summary>
    public long CommandTimeouts { get; internal set; }

    /// <summary>Completions of commands that were not waiting: late, repeated or made up.</summary>
    public long UnexpectedCompletions { get; internal set; }

    /// <summary>Return parameters of the wrong length or contents.</summary>
    public long MalformedReturns { get; internal set; }

    /// <summary>Events received.</summary>
    public long Events { get; internal set; }

    /// <summary>Events of the wrong length or contents.</summary>
    public long MalformedEvents { get; internal set; }

    /// <summary>Events that nobody here wants.</summary>
    public long UnhandledEvents { get; internal set; }

    /// <summary>Events about links that do not fit the link's state, or name no link: ignored.</summary>
    public long IgnoredLinkEvents { get; internal set; }

    /// <summary>Links that came up.</summary>
    public long LinksUp { get; internal set; }

    /// <summary>Links that ended, for whatever reason.</summary>
    public long LinksDown { get; internal set; }

    /// <summary>Connection requests that were turned down.</summary>
    public long ConnectionsRejected { get; internal set; }

    /// <summary>ACL packets from the controller.</summary>
    public long AclReceived { get; internal set; }

    /// <summary>ACL packets for a handle that names no link.</summary>
    public long AclUnknownHandle { get; internal set; }

    /// <summary>ACL packets that came before their link and were held.</summary>
    public long AclHeld { get; internal set; }

    /// <summary>ACL packets without data, or with flags that a BR/EDR link does not have.</summary>
    public long AclDiscarded { get; internal set; }

    /// <summary>ACL packets given to the controller.</summary>
    public long AclSent { get; internal set; }

    /// <summary>PDUs handed up.</summary>
    public long PdusReceived { get; internal set; }

    /// <summary>Partial PDUs given up for a new start.</summary>
    public long PdusStale { get; internal set; }

    /// <summary>Continuations without a start.</summary>
    public long ContinuationsWithoutStart { get; internal set; }

    /// <summary>PDUs dropped because their fragments were longer than they declared.</summary>
    public long PdusOverrun { get; internal set; }

    /// <summary>PDUs dropped because they declared more than this host takes.</summary>
    public long PdusTooLong { get; internal set; }

    /// <summary>PDUs taken for sending.</summary>
    public long PdusQueued { get; internal set; }

    /// <summary>PDUs dropped at a full queue.</summary>
    public long PdusDroppedQueueFull { get; internal set; }

    /// <summary>PDUs dropped because their link was down, or went down before they were sent.</summary>
    public long PdusDroppedLinkDown { get; internal set; }

    /// <summary>Packets that the controller said it completed without having been given them.</summary>
    public long OverCompleted { get; internal set; }

    /// <summary>Completions for a handle that names no link.</summary>
    public long CompletionsUnknownHandle { get; internal set; }

    /// <summary>Controller buffers taken back from links that ended.</summary>
    public long BuffersReclaimed { get; internal set; }
}
