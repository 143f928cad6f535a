using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.L2cap.Frames;

/// <summary>What a pending connection response waits for (Core, Vol 3, Part A, 4.3).</summary>
public enum ConnectionStatus : ushort
{
    /// <summary>No further information.</summary>
    None = 0x0000,

    /// <summary>Authentication pending.</summary>
    AuthenticationPending = 0x0001,

    /// <summary>Authorization pending.</summary>
    AuthorizationPending = 0x0002,
}

/// <summary>L2CAP_CONNECTION_REQ data (Core, Vol 3, Part A, 4.2).</summary>
/// <remarks><c>| PSM 2 | source CID 2 |</c>, little-endian. A PSM of more than two octets is not taken: none is assigned.</remarks>
/// <param name="Psm">The service.</param>
/// <param name="Source">The requester's endpoint.</param>
public readonly record struct ConnectionRequest(Psm Psm, ChannelId Source) : IWireFormat<ConnectionRequest>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 4;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ConnectionRequest value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U16()), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(Psm.Value);
        writer.U16(Source.Value);
    }
}

/// <summary>L2CAP_CONNECTION_RSP data (Core, Vol 3, Part A, 4.3).</summary>
/// <remarks><c>| destination CID 2 | source CID 2 | result 2 | status 2 |</c>, little-endian.</remarks>
/// <param name="Destination">The responder's endpoint; 0 where refused.</param>
/// <param name="Source">The requester's endpoint, as in the request.</param>
/// <param name="Result">The outcome.</param>
/// <param name="Status">What a pending outcome waits for.</param>
public readonly record struct ConnectionResponse(
    ChannelId Destination, ChannelId Source, ConnectionResult Result, ConnectionStatus Status)
    : IWireFormat<ConnectionResponse>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 8;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ConnectionResponse value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U16()), new(reader.U16()), (ConnectionResult)reader.U16(), (ConnectionStatus)reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(Destination.Value);
        writer.U16(Source.Value);
        writer.U16((ushort)Result);
        writer.U16((ushort)Status);
    }
}
