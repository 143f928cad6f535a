using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks how long the host may take to answer a Connection Request (Core, Vol 4, Part E, 7.3.13).</summary>
public readonly record struct ReadConnectionAcceptTimeoutCommand
    : IHciCommand<ReadConnectionAcceptTimeoutReturn>, IWireFormat<ReadConnectionAcceptTimeoutCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadConnectionAcceptTimeout;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadConnectionAcceptTimeoutCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>How long the host may take to answer a Connection Request (Core, Vol 4, Part E, 7.3.13).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="ConnectionAcceptTimeout">The time.</param>
public readonly record struct ReadConnectionAcceptTimeoutReturn(HciStatus Status, Slots ConnectionAcceptTimeout)
    : IReturnParameters<ReadConnectionAcceptTimeoutReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadConnectionAcceptTimeoutReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadConnectionAcceptTimeoutReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U16(ConnectionAcceptTimeout.Value);
    }
}

/// <summary>Sets how long the host may take to answer a Connection Request (Core, Vol 4, Part E, 7.3.14).</summary>
/// <param name="ConnectionAcceptTimeout">The time, 1 to 0xB540.</param>
public readonly record struct WriteConnectionAcceptTimeoutCommand(Slots ConnectionAcceptTimeout)
    : IHciCommand<StatusReturn>, IWireFormat<WriteConnectionAcceptTimeoutCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteConnectionAcceptTimeout;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteConnectionAcceptTimeoutCommand value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(ConnectionAcceptTimeout.Value);
    }
}
