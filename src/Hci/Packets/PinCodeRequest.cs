using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Legacy pairing wants a PIN (Core, Vol 4, Part E, 7.7.22).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct PinCodeRequestEvent(BdAddr Address) : IHciEvent<PinCodeRequestEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.PinCodeRequest;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out PinCodeRequestEvent value)
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

/// <summary>Gives the PIN (Core, Vol 4, Part E, 7.1.12).</summary>
/// <param name="Address">The peer.</param>
/// <param name="PinCode">The PIN, 1 to 16 octets.</param>
public readonly record struct PinCodeRequestReplyCommand(BdAddr Address, PinCode PinCode)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<PinCodeRequestReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.PinCodeRequestReply;

    /// <inheritdoc/>
    public int EncodedSize => 23;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out PinCodeRequestReplyCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), PinCode.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        PinCode.Write(ref writer);
    }
}

/// <summary>Refuses to give a PIN: pairing fails (Core, Vol 4, Part E, 7.1.13).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct PinCodeRequestNegativeReplyCommand(BdAddr Address)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<PinCodeRequestNegativeReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.PinCodeRequestNegativeReply;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out PinCodeRequestNegativeReplyCommand value)
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
