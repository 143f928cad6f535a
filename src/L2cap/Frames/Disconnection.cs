using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;

namespace HostStack.L2cap.Frames;

/// <summary>L2CAP_DISCONNECTION_REQ data (Core, Vol 3, Part A, 4.6).</summary>
/// <remarks><c>| destination CID 2 | source CID 2 |</c>, little-endian.</remarks>
/// <param name="Destination">The receiver's endpoint.</param>
/// <param name="Source">The sender's endpoint.</param>
public readonly record struct DisconnectionRequest(ChannelId Destination, ChannelId Source)
    : IWireFormat<DisconnectionRequest>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 4;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out DisconnectionRequest value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U16()), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(Destination.Value);
        writer.U16(Source.Value);
    }
}

/// <summary>L2CAP_DISCONNECTION_RSP data (Core, Vol 3, Part A, 4.7).</summary>
/// <remarks><c>| destination CID 2 | source CID 2 |</c>, little-endian; both as in the request.</remarks>
/// <param name="Destination">The endpoint of the side that sends the response.</param>
/// <param name="Source">The endpoint of the side that asked.</param>
public readonly record struct DisconnectionResponse(ChannelId Destination, ChannelId Source)
    : IWireFormat<DisconnectionResponse>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 4;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out DisconnectionResponse value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U16()), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(Destination.Value);
        writer.U16(Source.Value);
    }
}
