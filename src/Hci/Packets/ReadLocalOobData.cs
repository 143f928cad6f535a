using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Makes this device's out-of-band data for P-192 (Core, Vol 4, Part E, 7.3.60).</summary>
public readonly record struct ReadLocalOobDataCommand
    : IHciCommand<ReadLocalOobDataReturn>, IWireFormat<ReadLocalOobDataCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLocalOobData;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalOobDataCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>This device's out-of-band data for P-192 (Core, Vol 4, Part E, 7.3.60).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="C">The hash.</param>
/// <param name="R">The randomizer.</param>
public readonly record struct ReadLocalOobDataReturn(HciStatus Status, OobValue C, OobValue R)
    : IReturnParameters<ReadLocalOobDataReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 33;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalOobDataReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLocalOobDataReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), OobValue.Read(ref reader), OobValue.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        C.Write(ref writer);
        R.Write(ref writer);
    }
}

/// <summary>Makes this device's out-of-band data for P-192 and P-256 (Core, Vol 4, Part E, 7.3.95).</summary>
public readonly record struct ReadLocalOobExtendedDataCommand
    : IHciCommand<ReadLocalOobExtendedDataReturn>, IWireFormat<ReadLocalOobExtendedDataCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLocalOobExtendedData;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalOobExtendedDataCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>This device's out-of-band data for P-192 and P-256 (Core, Vol 4, Part E, 7.3.95).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="C192">The hash for P-192.</param>
/// <param name="R192">The randomizer for P-192.</param>
/// <param name="C256">The hash for P-256.</param>
/// <param name="R256">The randomizer for P-256.</param>
public readonly record struct ReadLocalOobExtendedDataReturn(
    HciStatus Status, OobValue C192, OobValue R192, OobValue C256, OobValue R256)
    : IReturnParameters<ReadLocalOobExtendedDataReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 65;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalOobExtendedDataReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLocalOobExtendedDataReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new(
            (HciStatus)reader.U8(), OobValue.Read(ref reader), OobValue.Read(ref reader), OobValue.Read(ref reader),
            OobValue.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        C192.Write(ref writer);
        R192.Write(ref writer);
        C256.Write(ref writer);
        R256.Write(ref writer);
    }
}
