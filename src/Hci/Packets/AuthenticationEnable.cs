using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks whether every link is authenticated at once (Core, Vol 4, Part E, 7.3.23).</summary>
public readonly record struct ReadAuthenticationEnableCommand
    : IHciCommand<ReadAuthenticationEnableReturn>, IWireFormat<ReadAuthenticationEnableCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadAuthenticationEnable;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadAuthenticationEnableCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>Whether every link is authenticated at once (Core, Vol 4, Part E, 7.3.23).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="AuthenticationEnable">On or off.</param>
public readonly record struct ReadAuthenticationEnableReturn(HciStatus Status, bool AuthenticationEnable)
    : IReturnParameters<ReadAuthenticationEnableReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadAuthenticationEnableReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadAuthenticationEnableReturn) with { Status = failure };
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
        writer.Flag(AuthenticationEnable);
    }
}

/// <summary>Sets whether every link is authenticated at once (Core, Vol 4, Part E, 7.3.24).</summary>
/// <param name="AuthenticationEnable">On or off.</param>
public readonly record struct WriteAuthenticationEnableCommand(bool AuthenticationEnable)
    : IHciCommand<StatusReturn>, IWireFormat<WriteAuthenticationEnableCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteAuthenticationEnable;

    /// <inheritdoc/>
    public int EncodedSize => 1;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteAuthenticationEnableCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Flag());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Flag(AuthenticationEnable);
    }
}
