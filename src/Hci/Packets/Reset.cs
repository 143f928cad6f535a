using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Resets the controller: links end, settings go back to their defaults (Core, Vol 4, Part E,
/// 7.3.2).</summary>
public readonly record struct ResetCommand : IHciCommand<StatusReturn>, IWireFormat<ResetCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.Reset;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ResetCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The controller has failed; only Reset helps (Core, Vol 4, Part E, 7.7.16).</summary>
/// <param name="HardwareCode">The maker's code.</param>
public readonly record struct HardwareErrorEvent(byte HardwareCode) : IHciEvent<HardwareErrorEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.HardwareError;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out HardwareErrorEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8(HardwareCode);
    }
}
