using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks how long a page lasts (Core, Vol 4, Part E, 7.3.15).</summary>
public readonly record struct ReadPageTimeoutCommand
    : IHciCommand<ReadPageTimeoutReturn>, IWireFormat<ReadPageTimeoutCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadPageTimeout;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadPageTimeoutCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>How long a page lasts (Core, Vol 4, Part E, 7.3.15).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="PageTimeout">The time.</param>
public readonly record struct ReadPageTimeoutReturn(HciStatus Status, Slots PageTimeout)
    : IReturnParameters<ReadPageTimeoutReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadPageTimeoutReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadPageTimeoutReturn) with { Status = failure };
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
        writer.U16(PageTimeout.Value);
    }
}

/// <summary>Sets how long a page lasts (Core, Vol 4, Part E, 7.3.16).</summary>
/// <param name="PageTimeout">The time, not 0.</param>
public readonly record struct WritePageTimeoutCommand(Slots PageTimeout)
    : IHciCommand<StatusReturn>, IWireFormat<WritePageTimeoutCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WritePageTimeout;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WritePageTimeoutCommand value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(PageTimeout.Value);
    }
}
