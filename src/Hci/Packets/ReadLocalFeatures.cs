using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for page 0 of the controller's features (Core, Vol 4, Part E, 7.4.3).</summary>
public readonly record struct ReadLocalSupportedFeaturesCommand
    : IHciCommand<ReadLocalSupportedFeaturesReturn>, IWireFormat<ReadLocalSupportedFeaturesCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLocalSupportedFeatures;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalSupportedFeaturesCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Page 0 of the controller's features (Core, Vol 4, Part E, 7.4.3).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="LmpFeatures">The features.</param>
public readonly record struct ReadLocalSupportedFeaturesReturn(HciStatus Status, LmpFeaturePage0 LmpFeatures)
    : IReturnParameters<ReadLocalSupportedFeaturesReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 9;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalSupportedFeaturesReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLocalSupportedFeaturesReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), (LmpFeaturePage0)reader.U64());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U64((ulong)LmpFeatures);
    }
}

/// <summary>Asks for one page of the controller's features (Core, Vol 4, Part E, 7.4.4).</summary>
/// <param name="PageNumber">The page.</param>
public readonly record struct ReadLocalExtendedFeaturesCommand(byte PageNumber)
    : IHciCommand<ReadLocalExtendedFeaturesReturn>, IWireFormat<ReadLocalExtendedFeaturesCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLocalExtendedFeatures;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalExtendedFeaturesCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8(PageNumber);
    }
}

/// <summary>One page of the controller's features (Core, Vol 4, Part E, 7.4.4).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="PageNumber">The page.</param>
/// <param name="MaximumPageNumber">The highest page that has a feature.</param>
/// <param name="ExtendedLmpFeatures">The features of that page.</param>
public readonly record struct ReadLocalExtendedFeaturesReturn(
    HciStatus Status, byte PageNumber, byte MaximumPageNumber, ulong ExtendedLmpFeatures)
    : IReturnParameters<ReadLocalExtendedFeaturesReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 11;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalExtendedFeaturesReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLocalExtendedFeaturesReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U8(), reader.U8(), reader.U64());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8(PageNumber);
        writer.U8(MaximumPageNumber);
        writer.U64(ExtendedLmpFeatures);
    }
}
