using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Simple pairing wants the peer's out-of-band data (Core, Vol 4, Part E, 7.7.44).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct RemoteOobDataRequestEvent(BdAddr Address) : IHciEvent<RemoteOobDataRequestEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.RemoteOobDataRequest;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RemoteOobDataRequestEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
    }
}

/// <summary>Gives the peer's out-of-band data for P-192 (Core, Vol 4, Part E, 7.1.34).</summary>
/// <param name="Address">The peer.</param>
/// <param name="C">The hash.</param>
/// <param name="R">The randomizer; zero where the peer gave none.</param>
public readonly record struct RemoteOobDataRequestReplyCommand(BdAddr Address, OobValue C, OobValue R)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<RemoteOobDataRequestReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.RemoteOobDataRequestReply;

    /// <inheritdoc/>
    public int EncodedSize => 38;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RemoteOobDataRequestReplyCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), OobValue.Read(ref reader), OobValue.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        C.Write(ref writer);
        R.Write(ref writer);
    }
}

/// <summary>No out-of-band data is held: pairing fails (Core, Vol 4, Part E, 7.1.35).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct RemoteOobDataRequestNegativeReplyCommand(BdAddr Address)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<RemoteOobDataRequestNegativeReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.RemoteOobDataRequestNegativeReply;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RemoteOobDataRequestNegativeReplyCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
    }
}

/// <summary>Gives the peer's out-of-band data for P-192 and P-256 (Core, Vol 4, Part E, 7.1.53).</summary>
/// <param name="Address">The peer.</param>
/// <param name="C192">The hash for P-192; zero where there is none.</param>
/// <param name="R192">The randomizer for P-192.</param>
/// <param name="C256">The hash for P-256.</param>
/// <param name="R256">The randomizer for P-256.</param>
public readonly record struct RemoteOobExtendedDataRequestReplyCommand(
    BdAddr Address, OobValue C192, OobValue R192, OobValue C256, OobValue R256)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<RemoteOobExtendedDataRequestReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.RemoteOobExtendedDataRequestReply;

    /// <inheritdoc/>
    public int EncodedSize => 70;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RemoteOobExtendedDataRequestReplyCommand value)
    {
        var reader = new WireReader(source);
        value = new(
            reader.BdAddr(), OobValue.Read(ref reader), OobValue.Read(ref reader), OobValue.Read(ref reader),
            OobValue.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        C192.Write(ref writer);
        R192.Write(ref writer);
        C256.Write(ref writer);
        R256.Write(ref writer);
    }
}
