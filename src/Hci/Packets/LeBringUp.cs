using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Chooses the LE events that the controller sends (Core, Vol 4, Part E, 7.8.1).</summary>
/// <param name="LeEventMask">One bit per sub-event.</param>
public readonly record struct LeSetEventMaskCommand(ulong LeEventMask)
    : IHciCommand<StatusReturn>, IWireFormat<LeSetEventMaskCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.LeSetEventMask;

    /// <inheritdoc/>
    public int EncodedSize => 8;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LeSetEventMaskCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.U64());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U64(LeEventMask);
    }
}

/// <summary>Asks for the controller's LE buffers (Core, Vol 4, Part E, 7.8.2).</summary>
public readonly record struct LeReadBufferSizeCommand
    : IHciCommand<LeReadBufferSizeReturn>, IWireFormat<LeReadBufferSizeCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.LeReadBufferSize;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LeReadBufferSizeCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The controller's LE buffers; zero where BR/EDR and LE share (Core, Vol 4, Part E, 7.8.2).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="LeAclDataPacketLength">Octets of data that an LE ACL packet may carry.</param>
/// <param name="TotalNumLeAclDataPackets">LE ACL packets.</param>
public readonly record struct LeReadBufferSizeReturn(
    HciStatus Status, ushort LeAclDataPacketLength, byte TotalNumLeAclDataPackets)
    : IReturnParameters<LeReadBufferSizeReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LeReadBufferSizeReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(LeReadBufferSizeReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U16(), reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U16(LeAclDataPacketLength);
        writer.U8(TotalNumLeAclDataPackets);
    }
}

/// <summary>Asks for the controller's LE features (Core, Vol 4, Part E, 7.8.3).</summary>
public readonly record struct LeReadLocalSupportedFeaturesCommand
    : IHciCommand<LeReadLocalSupportedFeaturesReturn>, IWireFormat<LeReadLocalSupportedFeaturesCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.LeReadLocalSupportedFeatures;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LeReadLocalSupportedFeaturesCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The controller's LE features (Core, Vol 4, Part E, 7.8.3).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="LeFeatures">The features.</param>
public readonly record struct LeReadLocalSupportedFeaturesReturn(HciStatus Status, ulong LeFeatures)
    : IReturnParameters<LeReadLocalSupportedFeaturesReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 9;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LeReadLocalSupportedFeaturesReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(LeReadLocalSupportedFeaturesReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U64());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U64(LeFeatures);
    }
}
