using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for the controller's address (Core, Vol 4, Part E, 7.4.6).</summary>
public readonly record struct ReadBdAddrCommand : IHciCommand<ReadBdAddrReturn>, IWireFormat<ReadBdAddrCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadBdAddr;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadBdAddrCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The controller's address (Core, Vol 4, Part E, 7.4.6).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Address">The address.</param>
public readonly record struct ReadBdAddrReturn(HciStatus Status, BdAddr Address) : IReturnParameters<ReadBdAddrReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadBdAddrReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadBdAddrReturn) with { Status = failure };
            return true;
        }

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
