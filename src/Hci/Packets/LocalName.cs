using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Sets the name that this device tells others (Core, Vol 4, Part E, 7.3.11).</summary>
/// <param name="LocalName">The name.</param>
public readonly record struct WriteLocalNameCommand(DeviceName LocalName)
    : IHciCommand<StatusReturn>, IWireFormat<WriteLocalNameCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteLocalName;

    /// <inheritdoc/>
    public int EncodedSize => 248;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteLocalNameCommand value)
    {
        var reader = new WireReader(source);
        value = new(DeviceName.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        LocalName.Write(ref writer);
    }
}

/// <summary>Asks for the name that this device tells others (Core, Vol 4, Part E, 7.3.12).</summary>
public readonly record struct ReadLocalNameCommand : IHciCommand<ReadLocalNameReturn>, IWireFormat<ReadLocalNameCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLocalName;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalNameCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The name that this device tells others (Core, Vol 4, Part E, 7.3.12).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="LocalName">The name.</param>
public readonly record struct ReadLocalNameReturn(HciStatus Status, DeviceName LocalName)
    : IReturnParameters<ReadLocalNameReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 249;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalNameReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLocalNameReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), DeviceName.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        LocalName.Write(ref writer);
    }
}
