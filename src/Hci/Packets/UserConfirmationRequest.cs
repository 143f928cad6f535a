using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Both users are to compare six digits (Core, Vol 4, Part E, 7.7.42).</summary>
/// <param name="Address">The peer.</param>
/// <param name="NumericValue">The digits.</param>
public readonly record struct UserConfirmationRequestEvent(BdAddr Address, Passkey NumericValue)
    : IHciEvent<UserConfirmationRequestEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.UserConfirmationRequest;

    /// <inheritdoc/>
    public int EncodedSize => 10;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out UserConfirmationRequestEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), Passkey.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        NumericValue.Write(ref writer);
    }
}

/// <summary>The user says that the digits agree (Core, Vol 4, Part E, 7.1.30).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct UserConfirmationRequestReplyCommand(BdAddr Address)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<UserConfirmationRequestReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.UserConfirmationRequestReply;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out UserConfirmationRequestReplyCommand value)
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

/// <summary>The user says that they do not: pairing fails (Core, Vol 4, Part E, 7.1.31).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct UserConfirmationRequestNegativeReplyCommand(BdAddr Address)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<UserConfirmationRequestNegativeReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.UserConfirmationRequestNegativeReply;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out UserConfirmationRequestNegativeReplyCommand value)
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
