using System.Diagnostics.Metrics;

namespace HostStack.L2cap;

/// <summary>What one L2CAP layer has counted since it was made. Written on the loop; a reader elsewhere sees a value of
/// a moment ago. Exposed as the meter <see cref="MeterName"/>.</summary>
public sealed class L2capCounters : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "HostStack.L2cap";

    private readonly Meter _meter = new(MeterName);

    internal L2capCounters()
    {
        Expose("l2cap.pdus.received", () => PdusReceived);
        Expose("l2cap.pdus.sent", () => PdusSent);
        Expose("l2cap.pdus.dropped", () => PdusDropped);
        Expose("l2cap.pdus.unencrypted", () => PdusUnencrypted);
        Expose("l2cap.sdus.received", () => SdusReceived);
        Expose("l2cap.sdus.sent", () => SdusSent);
        Expose("l2cap.sdus.oversized", () => SdusOversized);
        Expose("l2cap.sends.refused", () => SendsRefused);
        Expose("l2cap.connectionless.dropped", () => ConnectionlessDropped);
        Expose("l2cap.commands.received", () => CommandsReceived);
        Expose("l2cap.commands.sent", () => CommandsSent);
        Expose("l2cap.commands.rejected", () => CommandsRejected);
        Expose("l2cap.commands.ignored", () => CommandsIgnored);
        Expose("l2cap.commands.malformed", () => CommandsMalformed);
        Expose("l2cap.rejects.received", () => RejectsReceived);
        Expose("l2cap.inputs.ignored", () => InputsIgnored);
        Expose("l2cap.channels.opened", () => ChannelsOpened);
        Expose("l2cap.channels.closed", () => ChannelsClosed);
        Expose("l2cap.refusals", () => Refusals);
    }

    /// <summary>PDUs that came from the links.</summary>
    public long PdusReceived { get; internal set; }

    /// <summary>PDUs given to the links.</summary>
    public long PdusSent { get; internal set; }

    /// <summary>PDUs dropped: a wrong length, a channel that does not exist or is not open.</summary>
    public long PdusDropped { get; internal set; }

    /// <summary>PDUs dropped because they came while the encryption that their channel needs was paused.</summary>
    public long PdusUnencrypted { get; internal set; }

    /// <summary>SDUs given to observers.</summary>
    public long SdusReceived { get; internal set; }

    /// <summary>SDUs taken from users.</summary>
    public long SdusSent { get; internal set; }

    /// <summary>SDUs dropped because they were larger than the receiver's MTU, in either direction.</summary>
    public long SdusOversized { get; internal set; }

    /// <summary>PDUs that a link's full queue, or its end, refused.</summary>
    public long SendsRefused { get; internal set; }

    /// <summary>Connectionless PDUs dropped.</summary>
    public long ConnectionlessDropped { get; internal set; }

    /// <summary>Signalling commands received.</summary>
    public long CommandsReceived { get; internal set; }

    /// <summary>Signalling commands sent.</summary>
    public long CommandsSent { get; internal set; }

    /// <summary>Commands of peers that this side rejected.</summary>
    public long CommandsRejected { get; internal set; }

    /// <summary>Commands ignored: stale, repeated or forged responses, identifier 0.</summary>
    public long CommandsIgnored { get; internal set; }

    /// <summary>Commands, or what stood in their place, that could not be read.</summary>
    public long CommandsMalformed { get; internal set; }

    /// <summary>Command Rejects that answered a request of this side.</summary>
    public long RejectsReceived { get; internal set; }

    /// <summary>Inputs that a channel's state gives no meaning.</summary>
    public long InputsIgnored { get; internal set; }

    /// <summary>Channels that were opened.</summary>
    public long ChannelsOpened { get; internal set; }

    /// <summary>Channels that have ended, opened or not.</summary>
    public long ChannelsClosed { get; internal set; }

    /// <summary>Refusals that this side gave.</summary>
    public long Refusals { get; internal set; }

    /// <summary>Ends the meter.</summary>
    public void Dispose() => _meter.Dispose();

    private void Expose(string name, Func<long> read) => _meter.CreateObservableCounter(name, read);
}
