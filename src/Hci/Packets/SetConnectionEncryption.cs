using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Turns the encryption of a link on or off (Core, Vol 4, Part E, 7.1.16).</summary>
/// <param name="Handle">The link.</param>
/// <param name="EncryptionEnable">On or off.</param>
public readonly record struct SetConnectionEncryptionCommand(ConnectionHandle Handle, bool EncryptionEnable)
    : IHciStatusCommand, IWireFormat<SetConnectionEncryptionCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.SetConnectionEncryption;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SetConnectionEncryptionCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), reader.Flag());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.Flag(EncryptionEnable);
    }
}

/// <summary>The encryption of a link has changed (Core, Vol 4, Part E, 7.7.8).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="EncryptionEnabled">The cipher in use.</param>
public readonly record struct EncryptionChangeEvent(
    HciStatus Status, ConnectionHandle Handle, EncryptionMode EncryptionEnabled)
    : IHciEvent<EncryptionChangeEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.EncryptionChange;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out EncryptionChangeEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), (EncryptionMode)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U8((byte)EncryptionEnabled);
    }
}

/// <summary>The encryption of a link has changed; version 2, with the key size (Core, Vol 4, Part E,
/// 7.7.8).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="EncryptionEnabled">The cipher in use.</param>
/// <param name="EncryptionKeySize">Octets of the encryption key.</param>
public readonly record struct EncryptionChangeV2Event(
    HciStatus Status, ConnectionHandle Handle, EncryptionMode EncryptionEnabled, byte EncryptionKeySize)
    : IHciEvent<EncryptionChangeV2Event>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.EncryptionChangeV2;

    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out EncryptionChangeV2Event value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), (EncryptionMode)reader.U8(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U8((byte)EncryptionEnabled);
        writer.U8(EncryptionKeySize);
    }
}
