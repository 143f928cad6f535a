using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for the form of voice data (Core, Vol 4, Part E, 7.3.27).</summary>
public readonly record struct ReadVoiceSettingCommand
    : IHciCommand<ReadVoiceSettingReturn>, IWireFormat<ReadVoiceSettingCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadVoiceSetting;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadVoiceSettingCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The form of voice data (Core, Vol 4, Part E, 7.3.27).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="VoiceSetting">10 bits: coding, sample size, air coding.</param>
public readonly record struct ReadVoiceSettingReturn(HciStatus Status, ushort VoiceSetting)
    : IReturnParameters<ReadVoiceSettingReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadVoiceSettingReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadVoiceSettingReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U16(VoiceSetting);
    }
}

/// <summary>Sets the form of voice data (Core, Vol 4, Part E, 7.3.28).</summary>
/// <param name="VoiceSetting">10 bits: coding, sample size, air coding.</param>
public readonly record struct WriteVoiceSettingCommand(ushort VoiceSetting)
    : IHciCommand<StatusReturn>, IWireFormat<WriteVoiceSettingCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteVoiceSetting;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteVoiceSettingCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(VoiceSetting);
    }
}
