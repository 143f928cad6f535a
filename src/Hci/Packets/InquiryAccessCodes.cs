using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for how many inquiry access codes the controller can listen at once (Core, Vol 4, Part E,
/// 7.3.43).</summary>
public readonly record struct ReadNumberOfSupportedIacCommand
    : IHciCommand<ReadNumberOfSupportedIacReturn>, IWireFormat<ReadNumberOfSupportedIacCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadNumberOfSupportedIac;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadNumberOfSupportedIacCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>For how many inquiry access codes the controller can listen at once (Core, Vol 4, Part E,
/// 7.3.43).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="NumSupportedIac">1 to 64.</param>
public readonly record struct ReadNumberOfSupportedIacReturn(HciStatus Status, byte NumSupportedIac)
    : IReturnParameters<ReadNumberOfSupportedIacReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadNumberOfSupportedIacReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadNumberOfSupportedIacReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8(NumSupportedIac);
    }
}

/// <summary>Asks for the inquiry access codes that the controller listens for (Core, Vol 4, Part E,
/// 7.3.44).</summary>
public readonly record struct ReadCurrentIacLapCommand
    : IHciCommand<ReadCurrentIacLapReturn>, IWireFormat<ReadCurrentIacLapCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadCurrentIacLap;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadCurrentIacLapCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}
