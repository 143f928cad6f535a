using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>The user is to type the digits that the peer shows (Core, Vol 4, Part E, 7.7.43).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct UserPasskeyRequestEvent(BdAddr Address) : IHciEvent<UserPasskeyRequestEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.UserPasskeyRequest;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out UserPasskeyRequestEvent value)
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

/// <summary>Gives the digits that the user typed (Core, Vol 4, Part E, 7.1.32).</summary>
/// <param name="Address">The peer.</param>
/// <param name="NumericValue">The digits.</param>
public readonly record struct UserPasskeyRequestReplyCommand(BdAddr Address, Passkey NumericValue)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<UserPasskeyRequestReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.UserPasskeyRequestReply;

    /// <inheritdoc/>
    public int EncodedSize => 10;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out UserPasskeyRequestReplyCommand value)
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

/// <summary>The user typed none: pairing fails (Core, Vol 4, Part E, 7.1.33).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct UserPasskeyRequestNegativeReplyCommand(BdAddr Address)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<UserPasskeyRequestNegativeReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.UserPasskeyRequestNegativeReply;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out UserPasskeyRequestNegativeReplyCommand value)
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

/// <summary>The digits that this device is to show (Core, Vol 4, Part E, 7.7.48).</summary>
/// <param name="Address">The peer.</param>
/// <param name="Passkey">The digits.</param>
public readonly record struct UserPasskeyNotificationEvent(BdAddr Address, Passkey Passkey)
    : IHciEvent<UserPasskeyNotificationEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.UserPasskeyNotification;

    /// <inheritdoc/>
    public int EncodedSize => 10;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out UserPasskeyNotificationEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), Passkey.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        Passkey.Write(ref writer);
    }
}
