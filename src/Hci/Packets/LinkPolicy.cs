using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for a link's policy (Core, Vol 4, Part E, 7.2.9).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ReadLinkPolicySettingsCommand(ConnectionHandle Handle)
    : IHciCommand<ReadLinkPolicySettingsReturn>, IWireFormat<ReadLinkPolicySettingsCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLinkPolicySettings;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLinkPolicySettingsCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
    }
}

/// <summary>A link's policy (Core, Vol 4, Part E, 7.2.9).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="LinkPolicySettings">What the link manager may do.</param>
public readonly record struct ReadLinkPolicySettingsReturn(
    HciStatus Status, ConnectionHandle Handle, LinkPolicySettings LinkPolicySettings)
    : IReturnParameters<ReadLinkPolicySettingsReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 5;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLinkPolicySettingsReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLinkPolicySettingsReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), (LinkPolicySettings)reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U16((ushort)LinkPolicySettings);
    }
}

/// <summary>Sets a link's policy (Core, Vol 4, Part E, 7.2.10).</summary>
/// <param name="Handle">The link.</param>
/// <param name="LinkPolicySettings">What the link manager may do.</param>
public readonly record struct WriteLinkPolicySettingsCommand(
    ConnectionHandle Handle, LinkPolicySettings LinkPolicySettings)
    : IHciCommand<StatusHandleReturn>, IWireFormat<WriteLinkPolicySettingsCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteLinkPolicySettings;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteLinkPolicySettingsCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.Handle(), (LinkPolicySettings)reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.Handle(Handle);
        writer.U16((ushort)LinkPolicySettings);
    }
}

/// <summary>Asks for the policy of new links (Core, Vol 4, Part E, 7.2.11).</summary>
public readonly record struct ReadDefaultLinkPolicySettingsCommand
    : IHciCommand<ReadDefaultLinkPolicySettingsReturn>, IWireFormat<ReadDefaultLinkPolicySettingsCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadDefaultLinkPolicySettings;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadDefaultLinkPolicySettingsCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The policy of new links (Core, Vol 4, Part E, 7.2.11).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="DefaultLinkPolicySettings">What the link manager may do.</param>
public readonly record struct ReadDefaultLinkPolicySettingsReturn(
    HciStatus Status, LinkPolicySettings DefaultLinkPolicySettings)
    : IReturnParameters<ReadDefaultLinkPolicySettingsReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 3;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadDefaultLinkPolicySettingsReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadDefaultLinkPolicySettingsReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), (LinkPolicySettings)reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U16((ushort)DefaultLinkPolicySettings);
    }
}

/// <summary>Sets the policy of new links (Core, Vol 4, Part E, 7.2.12).</summary>
/// <param name="DefaultLinkPolicySettings">What the link manager may do.</param>
public readonly record struct WriteDefaultLinkPolicySettingsCommand(LinkPolicySettings DefaultLinkPolicySettings)
    : IHciCommand<StatusReturn>, IWireFormat<WriteDefaultLinkPolicySettingsCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteDefaultLinkPolicySettings;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteDefaultLinkPolicySettingsCommand value)
    {
        var reader = new WireReader(source);
        value = new((LinkPolicySettings)reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16((ushort)DefaultLinkPolicySettings);
    }
}
