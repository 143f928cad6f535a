using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for this device's class (Core, Vol 4, Part E, 7.3.25).</summary>
public readonly record struct ReadClassOfDeviceCommand
    : IHciCommand<ReadClassOfDeviceReturn>, IWireFormat<ReadClassOfDeviceCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadClassOfDevice;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadClassOfDeviceCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>This device's class (Core, Vol 4, Part E, 7.3.25).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="ClassOfDevice">The class.</param>
public readonly record struct ReadClassOfDeviceReturn(HciStatus Status, ClassOfDevice ClassOfDevice)
    : IReturnParameters<ReadClassOfDeviceReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadClassOfDeviceReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadClassOfDeviceReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), new(reader.U24()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U24(ClassOfDevice.Value);
    }
}

/// <summary>Sets this device's class (Core, Vol 4, Part E, 7.3.26).</summary>
/// <param name="ClassOfDevice">The class.</param>
public readonly record struct WriteClassOfDeviceCommand(ClassOfDevice ClassOfDevice)
    : IHciCommand<StatusReturn>, IWireFormat<WriteClassOfDeviceCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteClassOfDevice;

    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteClassOfDeviceCommand value)
    {
        var reader = new WireReader(source);
        value = new(new(reader.U24()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U24(ClassOfDevice.Value);
    }
}
