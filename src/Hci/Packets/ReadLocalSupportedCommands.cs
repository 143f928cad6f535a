using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks which commands the controller supports (Core, Vol 4, Part E, 7.4.2).</summary>
public readonly record struct ReadLocalSupportedCommandsCommand
    : IHciCommand<ReadLocalSupportedCommandsReturn>, IWireFormat<ReadLocalSupportedCommandsCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLocalSupportedCommands;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalSupportedCommandsCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Which commands the controller supports (Core, Vol 4, Part E, 7.4.2).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="SupportedCommands">The commands.</param>
public readonly record struct ReadLocalSupportedCommandsReturn(HciStatus Status, SupportedCommands SupportedCommands)
    : IReturnParameters<ReadLocalSupportedCommandsReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 65;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalSupportedCommandsReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLocalSupportedCommandsReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), SupportedCommands.Read(ref reader));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        SupportedCommands.Write(ref writer);
    }
}
