using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A codec that the Bluetooth SIG has numbered (Assigned Numbers, 2.11).</summary>
/// <param name="Value">The number: 2 is CVSD, 5 is mSBC.</param>
public readonly record struct CodecId(byte Value) : IFixedWireFormat<CodecId>
{
    /// <inheritdoc/>
    public static int Size => 1;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CodecId value)
    {
        var reader = new WireReader(source);
        value = new(reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer) => writer.U8(Value);
}

/// <summary>A codec that a company has numbered.</summary>
/// <param name="CompanyIdentifier">The company.</param>
/// <param name="CodecIdentifier">Its number.</param>
public readonly record struct VendorCodecId(ushort CompanyIdentifier, ushort CodecIdentifier) : IFixedWireFormat<VendorCodecId>
{
    /// <inheritdoc/>
    public static int Size => 4;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out VendorCodecId value)
    {
        var reader = new WireReader(source);
        value = new(reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(CompanyIdentifier);
        writer.U16(CodecIdentifier);
    }
}

/// <summary>Asks which codecs the controller has for synchronous links; version 1 (Core, Vol 4, Part E, 7.4.8).</summary>
public readonly record struct ReadLocalSupportedCodecsCommand
    : IHciCommand<ReadLocalSupportedCodecsReturn>, IWireFormat<ReadLocalSupportedCodecsCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLocalSupportedCodecs;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalSupportedCodecsCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Which codecs the controller has (Core, Vol 4, Part E, 7.4.8).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="StandardCodecs">Codecs of the Bluetooth SIG.</param>
/// <param name="VendorCodecs">Codecs of companies.</param>
public readonly record struct ReadLocalSupportedCodecsReturn(
    HciStatus Status, WireList<CodecId> StandardCodecs, WireList<VendorCodecId> VendorCodecs)
    : IReturnParameters<ReadLocalSupportedCodecsReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 3 + StandardCodecs.EncodedSize + VendorCodecs.EncodedSize;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalSupportedCodecsReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = new(failure, default, default);
            return true;
        }

        var reader = new WireReader(source);
        var status = (HciStatus)reader.U8();
        var standard = WireList<CodecId>.Read(ref reader, reader.U8());
        value = new(status, standard, WireList<VendorCodecId>.Read(ref reader, reader.U8()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8((byte)StandardCodecs.Count);
        StandardCodecs.Write(ref writer);
        writer.U8((byte)VendorCodecs.Count);
        VendorCodecs.Write(ref writer);
    }
}
