using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks whether Secure Connections is on (Core, Vol 4, Part E, 7.3.91).</summary>
public readonly record struct ReadSecureConnectionsHostSupportCommand
    : IHciCommand<ReadSecureConnectionsHostSupportReturn>, IWireFormat<ReadSecureConnectionsHostSupportCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadSecureConnectionsHostSupport;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadSecureConnectionsHostSupportCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Whether Secure Connections is on (Core, Vol 4, Part E, 7.3.91).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="SecureConnectionsHostSupport">On or off.</param>
public readonly record struct ReadSecureConnectionsHostSupportReturn(
    HciStatus Status, bool SecureConnectionsHostSupport)
    : IReturnParameters<ReadSecureConnectionsHostSupportReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadSecureConnectionsHostSupportReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadSecureConnectionsHostSupportReturn) with { Status = failure };
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
        writer.Flag(SecureConnectionsHostSupport);
    }
}

/// <summary>Turns Secure Connections on; before any link (Core, Vol 4, Part E, 7.3.92).</summary>
/// <param name="SecureConnectionsHostSupport">On.</param>
public readonly record struct WriteSecureConnectionsHostSupportCommand(bool SecureConnectionsHostSupport)
    : IHciCommand<StatusReturn>, IWireFormat<WriteSecureConnectionsHostSupportCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteSecureConnectionsHostSupport;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteSecureConnectionsHostSupportCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Flag());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Flag(SecureConnectionsHostSupport);
    }
}
