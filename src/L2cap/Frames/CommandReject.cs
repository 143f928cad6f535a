using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.L2cap.Frames;

/// <summary>Why a command was rejected (Core, Vol 3, Part A, 4.1, table 4.4).</summary>
public enum RejectReason : ushort
{
    /// <summary>Command not understood; no data.</summary>
    NotUnderstood = 0x0000,

    /// <summary>Signalling MTU exceeded; the data is the actual MTUsig.</summary>
    MtuExceeded = 0x0001,

    /// <summary>Invalid CID in request; the data is both endpoints, the rejecting side's first.</summary>
    InvalidCid = 0x0002,
}

/// <summary>L2CAP_COMMAND_REJECT_RSP data (Core, Vol 3, Part A, 4.1).</summary>
/// <remarks><c>| reason 2 | data 0, 2 or 4 |</c>, little-endian; the reason decides the data's length.</remarks>
public readonly record struct CommandReject : IWireFormat<CommandReject>
{
    private readonly ushort _first;
    private readonly ushort _second;

    private CommandReject(RejectReason reason, ushort first, ushort second)
    {
        Reason = reason;
        _first = first;
        _second = second;
    }

    /// <summary>Why.</summary>
    public RejectReason Reason { get; }

    /// <summary>The actual MTUsig in octets, where the reason is <see cref="RejectReason.MtuExceeded"/>.</summary>
    public ushort ActualMtu => Reason == RejectReason.MtuExceeded ? _first : (ushort)0;

    /// <summary>The endpoint on the rejecting side, where the reason is <see cref="RejectReason.InvalidCid"/>.</summary>
    public ChannelId Local => Reason == RejectReason.InvalidCid ? new(_first) : default;

    /// <summary>The endpoint on the rejected side, where the reason is <see cref="RejectReason.InvalidCid"/>; 0 where the
    /// command did not name it.</summary>
    public ChannelId Remote => Reason == RejectReason.InvalidCid ? new(_second) : default;

    /// <inheritdoc/>
    public int EncodedSize => 2 + DataSize(Reason);

    /// <summary>Command not understood.</summary>
    public static CommandReject NotUnderstood() => new(RejectReason.NotUnderstood, 0, 0);

    /// <summary>Signalling MTU exceeded.</summary>
    /// <param name="actualMtu">What the rejecting side takes.</param>
    public static CommandReject MtuExceeded(ushort actualMtu) => new(RejectReason.MtuExceeded, actualMtu, 0);

    /// <summary>Invalid CID in request.</summary>
    /// <param name="local">The endpoint on the rejecting side.</param>
    /// <param name="remote">The endpoint on the rejected side; 0 where the command did not name it.</param>
    public static CommandReject InvalidCid(ChannelId local, ChannelId remote) =>
        new(RejectReason.InvalidCid, local.Value, remote.Value);

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CommandReject value)
    {
        var reader = new WireReader(source);
        var reason = (RejectReason)reader.U16();
        var data = DataSize(reason);
        value = new(reason, data >= 2 ? reader.U16() : (ushort)0, data >= 4 ? reader.U16() : (ushort)0);
        return reader.AtEnd && reason <= RejectReason.InvalidCid;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16((ushort)Reason);
        if (DataSize(Reason) >= 2)
        {
            writer.U16(_first);
        }

        if (DataSize(Reason) >= 4)
        {
            writer.U16(_second);
        }
    }

    private static int DataSize(RejectReason reason) => reason switch
    {
        RejectReason.MtuExceeded => 2,
        RejectReason.InvalidCid => 4,
        _ => 0,
    };
}
