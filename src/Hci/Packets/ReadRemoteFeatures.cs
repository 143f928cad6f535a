using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for page 0 of a peer's features (Core, Vol 4, Part E, 7.1.21).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ReadRemoteSupportedFeaturesCommand(ConnectionHandle Handle)
    : IHciStatusCommand, IWireFormat<ReadRemoteSupportedFeaturesCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadRemoteSupportedFeatures;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadRemoteSupportedFeaturesCommand value)
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

/// <summary>Page 0 of a peer's features (Core, Vol 4, Part E, 7.7.11).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="LmpFeatures">The features.</param>
public readonly record struct ReadRemoteSupportedFeaturesCompleteEvent(
    HciStatus Status, ConnectionHandle Handle, LmpFeaturePage0 LmpFeatures)
    : IHciEvent<ReadRemoteSupportedFeaturesCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.ReadRemoteSupportedFeaturesComplete;

    /// <inheritdoc/>
    public int EncodedSize => 11;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadRemoteSupportedFeaturesCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), (LmpFeaturePage0)reader.U64());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U64((ulong)LmpFeatures);
    }
}

/// <summary>Asks for one page of a peer's features (Core, Vol 4, Part E, 7.1.22).</summary>
/// <param name="Handle">The link.</param>
/// <param name="PageNumber">The page.</param>
public readonly record struct ReadRemoteExtendedFeaturesCommand(ConnectionHandle Handle, byte PageNumber)
    : IHciStatusCommand, IWireFormat<ReadRemoteExtendedFeaturesCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadRemoteExtendedFeatures;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadRemoteExtendedFeaturesCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U8(PageNumber);
    }
}

/// <summary>One page of a peer's features (Core, Vol 4, Part E, 7.7.34).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="PageNumber">The page.</param>
/// <param name="MaximumPageNumber">The highest page that has a feature.</param>
/// <param name="ExtendedLmpFeatures">The features of that page.</param>
public readonly record struct ReadRemoteExtendedFeaturesCompleteEvent(
    HciStatus Status, ConnectionHandle Handle, byte PageNumber, byte MaximumPageNumber, ulong ExtendedLmpFeatures)
    : IHciEvent<ReadRemoteExtendedFeaturesCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.ReadRemoteExtendedFeaturesComplete;

    /// <inheritdoc/>
    public int EncodedSize => 13;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadRemoteExtendedFeaturesCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), reader.U8(), reader.U8(), reader.U64());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U8(PageNumber);
        writer.U8(MaximumPageNumber);
        writer.U64(ExtendedLmpFeatures);
    }
}

/// <summary>Page 1 of the features of a device that is being paged (Core, Vol 4, Part E, 7.7.50).</summary>
/// <param name="Address">The peer.</param>
/// <param name="HostSupportedFeatures">The features of its host.</param>
public readonly record struct RemoteHostSupportedFeaturesEvent(BdAddr Address, LmpFeaturePage1 HostSupportedFeatures)
    : IHciEvent<RemoteHostSupportedFeaturesEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.RemoteHostSupportedFeatures;

    /// <inheritdoc/>
    public int EncodedSize => 14;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RemoteHostSupportedFeaturesEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), (LmpFeaturePage1)reader.U64());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U64((ulong)HostSupportedFeatures);
    }
}
