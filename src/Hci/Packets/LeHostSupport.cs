using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks whether the host uses LE (Core, Vol 4, Part E, 7.3.78).</summary>
public readonly record struct ReadLeHostSupportCommand
    : IHciCommand<ReadLeHostSupportReturn>, IWireFormat<ReadLeHostSupportCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLeHostSupport;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLeHostSupportCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Whether the host uses LE (Core, Vol 4, Part E, 7.3.78).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="LeSupportedHost">On or off.</param>
public readonly record struct ReadLeHostSupportReturn(HciStatus Status, bool LeSupportedHost)
    : IReturnParameters<ReadLeHostSupportReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLeHostSupportReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLeHostSupportReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        var status = (HciStatus)reader.U8();
        var leSupportedHost = reader.Flag();
        reader.Bytes(1); // reserved
        value = new(status, leSupportedHost);
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Flag(LeSupportedHost);
        writer.Zeros(1);
    }
}

/// <summary>Tells the controller whether the host uses LE (Core, Vol 4, Part E, 7.3.79).</summary>
/// <param name="LeSupportedHost">On or off.</param>
public readonly record struct WriteLeHostSupportCommand(bool LeSupportedHost)
    : IHciCommand<StatusReturn>, IWireFormat<WriteLeHostSupportCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteLeHostSupport;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteLeHostSupportCommand value)
    {
        var reader = new WireReader(source);
        var leSupportedHost = reader.Flag();
        reader.Bytes(1); // reserved
        value = new(leSupportedHost);
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Flag(LeSupportedHost);
        writer.Zeros(1);
    }
}
