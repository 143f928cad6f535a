using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Simple pairing has ended (Core, Vol 4, Part E, 7.7.45).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Address">The peer.</param>
public readonly record struct SimplePairingCompleteEvent(HciStatus Status, BdAddr Address)
    : IHciEvent<SimplePairingCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.SimplePairingComplete;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out SimplePairingCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.BdAddr());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.BdAddr(Address);
    }
}

/// <summary>Asks whether simple pairing is on (Core, Vol 4, Part E, 7.3.58).</summary>
public readonly record struct ReadSimplePairingModeCommand
    : IHciCommand<ReadSimplePairingModeReturn>, IWireFormat<ReadSimplePairingModeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadSimplePairingMode;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadSimplePairingModeCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Whether simple pairing is on (Core, Vol 4, Part E, 7.3.58).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="SimplePairingMode">On or off.</param>
public readonly record struct ReadSimplePairingModeReturn(HciStatus Status, bool SimplePairingMode)
    : IReturnParameters<ReadSimplePairingModeReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadSimplePairingModeReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadSimplePairingModeReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Flag());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Flag(SimplePairingMode);
    }
}

/// <summary>Turns simple pairing on; it cannot be turned off but by Reset (Core, Vol 4, Part E, 7.3.59).</summary>
/// <param name="SimplePairingMode">On.</param>
public readonly record struct WriteSimplePairingModeCommand(bool SimplePairingMode)
    : IHciCommand<StatusReturn>, IWireFormat<WriteSimplePairingModeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteSimplePairingMode;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteSimplePairingModeCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Flag());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Flag(SimplePairingMode);
    }
}
