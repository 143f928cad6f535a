using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks after how much silence a link is lost (Core, Vol 4, Part E, 7.3.41).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ReadLinkSupervisionTimeoutCommand(ConnectionHandle Handle)
    : IHciCommand<ReadLinkSupervisionTimeoutReturn>, IWireFormat<ReadLinkSupervisionTimeoutCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLinkSupervisionTimeout;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLinkSupervisionTimeoutCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
    }
}

/// <summary>After how much silence a link is lost (Core, Vol 4, Part E, 7.3.41).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="LinkSupervisionTimeout">0: never.</param>
public readonly record struct ReadLinkSupervisionTimeoutReturn(
    HciStatus Status, ConnectionHandle Handle, Slots LinkSupervisionTimeout)
    : IReturnParameters<ReadLinkSupervisionTimeoutReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLinkSupervisionTimeoutReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLinkSupervisionTimeoutReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U16(LinkSupervisionTimeout.Value);
    }
}

/// <summary>Sets after how much silence a link is lost; central only (Core, Vol 4, Part E, 7.3.42).</summary>
/// <param name="Handle">The link.</param>
/// <param name="LinkSupervisionTimeout">0: never.</param>
public readonly record struct WriteLinkSupervisionTimeoutCommand(ConnectionHandle Handle, Slots LinkSupervisionTimeout)
    : IHciCommand<StatusHandleReturn>, IWireFormat<WriteLinkSupervisionTimeoutCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteLinkSupervisionTimeout;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteLinkSupervisionTimeoutCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U16(LinkSupervisionTimeout.Value);
    }
}

/// <summary>The central has changed a link's supervision timeout (Core, Vol 4, Part E, 7.7.46).</summary>
/// <param name="Handle">The link.</param>
/// <param name="LinkSupervisionTimeout">0: never.</param>
public readonly record struct LinkSupervisionTimeoutChangedEvent(ConnectionHandle Handle, Slots LinkSupervisionTimeout)
    : IHciEvent<LinkSupervisionTimeoutChangedEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.LinkSupervisionTimeoutChanged;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LinkSupervisionTimeoutChangedEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U16(LinkSupervisionTimeout.Value);
    }
}
