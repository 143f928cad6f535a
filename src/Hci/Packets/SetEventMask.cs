using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Chooses the events that the controller sends (Core, Vol 4, Part E, 7.3.1).</summary>
/// <param name="EventMask">The events.</param>
public readonly record struct SetEventMaskCommand(EventMask EventMask)
    : IHciCommand<StatusReturn>, IWireFormat<SetEventMaskCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SetEventMask;

    /// <inheritdoc/>
    public int EncodedSize => 8;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SetEventMaskCommand value)
    {
        var reader = new WireReader(source);
        value = new((EventMask)reader.U64());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U64((ulong)EventMask);
    }
}

/// <summary>Chooses the events of page 2 that the controller sends (Core, Vol 4, Part E, 7.3.69).</summary>
/// <param name="EventMaskPage2">The events.</param>
public readonly record struct SetEventMaskPage2Command(EventMaskPage2 EventMaskPage2)
    : IHciCommand<StatusReturn>, IWireFormat<SetEventMaskPage2Command>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SetEventMaskPage2;

    /// <inheritdoc/>
    public int EncodedSize => 8;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SetEventMaskPage2Command value)
    {
        var reader = new WireReader(source);
        value = new((EventMaskPage2)reader.U64());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U64((ulong)EventMaskPage2);
    }
}
