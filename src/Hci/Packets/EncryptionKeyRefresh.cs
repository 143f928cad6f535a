using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Makes a new encryption key for an encrypted link (Core, Vol 4, Part E, 7.3.57).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct RefreshEncryptionKeyCommand(ConnectionHandle Handle)
    : IHciStatusCommand, IWireFormat<RefreshEncryptionKeyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.RefreshEncryptionKey;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out RefreshEncryptionKeyCommand value)
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

/// <summary>A link has a new encryption key (Core, Vol 4, Part E, 7.7.39).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
public readonly record struct EncryptionKeyRefreshCompleteEvent(HciStatus Status, ConnectionHandle Handle)
    : IHciEvent<EncryptionKeyRefreshCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.EncryptionKeyRefreshComplete;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out EncryptionKeyRefreshCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
    }
}

/// <summary>Sets the smallest encryption key that the controller negotiates (Core, Vol 4, Part E, 7.3.102).</summary>
/// <param name="MinEncryptionKeySize">Octets, 7 to 16.</param>
public readonly record struct SetMinEncryptionKeySizeCommand(byte MinEncryptionKeySize)
    : IHciCommand<StatusReturn>, IWireFormat<SetMinEncryptionKeySizeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SetMinEncryptionKeySize;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SetMinEncryptionKeySizeCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8(MinEncryptionKeySize);
    }
}
