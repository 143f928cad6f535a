using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for the size of a link's encryption key (Core, Vol 4, Part E, 7.5.7).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ReadEncryptionKeySizeCommand(ConnectionHandle Handle)
    : IHciCommand<ReadEncryptionKeySizeReturn>, IWireFormat<ReadEncryptionKeySizeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadEncryptionKeySize;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadEncryptionKeySizeCommand value)
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

/// <summary>The size of a link's encryption key (Core, Vol 4, Part E, 7.5.7).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="KeySize">Octets, 1 to 16.</param>
public readonly record struct ReadEncryptionKeySizeReturn(HciStatus Status, ConnectionHandle Handle, byte KeySize)
    : IReturnParameters<ReadEncryptionKeySizeReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadEncryptionKeySizeReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadEncryptionKeySizeReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U8(KeySize);
    }
}
