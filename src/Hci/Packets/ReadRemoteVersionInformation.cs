using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for a peer's version (Core, Vol 4, Part E, 7.1.23).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct ReadRemoteVersionInformationCommand(ConnectionHandle Handle)
    : IHciStatusCommand, IWireFormat<ReadRemoteVersionInformationCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadRemoteVersionInformation;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadRemoteVersionInformationCommand value)
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

/// <summary>A peer's version (Core, Vol 4, Part E, 7.7.12).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="Handle">The link.</param>
/// <param name="Version">The specification that its link manager follows.</param>
/// <param name="CompanyIdentifier">Who made its link manager.</param>
/// <param name="Subversion">The maker's revision.</param>
public readonly record struct ReadRemoteVersionInformationCompleteEvent(
    HciStatus Status, ConnectionHandle Handle, CoreVersion Version, ushort CompanyIdentifier, ushort Subversion)
    : IHciEvent<ReadRemoteVersionInformationCompleteEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.ReadRemoteVersionInformationComplete;

    /// <inheritdoc/>
    public int EncodedSize => 8;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadRemoteVersionInformationCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.Handle(), (CoreVersion)reader.U8(), reader.U16(), reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.Handle(Handle);
        writer.U8((byte)Version);
        writer.U16(CompanyIdentifier);
        writer.U16(Subversion);
    }
}
