using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Asks for the controller's version (Core, Vol 4, Part E, 7.4.1).</summary>
public readonly record struct ReadLocalVersionInformationCommand
    : IHciCommand<ReadLocalVersionInformationReturn>, IWireFormat<ReadLocalVersionInformationCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.ReadLocalVersionInformation;

    /// <inheritdoc/>
    public int EncodedSize => 0;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalVersionInformationCommand value)
    {
        value = default;
        return source.IsEmpty;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
    }
}

/// <summary>The controller's version (Core, Vol 4, Part E, 7.4.1).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="HciVersion">The specification that its HCI follows.</param>
/// <param name="HciSubversion">The maker's revision of it.</param>
/// <param name="LmpVersion">The specification that its link manager follows.</param>
/// <param name="CompanyIdentifier">Who made it.</param>
/// <param name="LmpSubversion">The maker's revision of the link manager.</param>
public readonly record struct ReadLocalVersionInformationReturn(
    HciStatus Status, CoreVersion HciVersion, ushort HciSubversion, CoreVersion LmpVersion, ushort CompanyIdentifier,
    ushort LmpSubversion)
    : IReturnParameters<ReadLocalVersionInformationReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 9;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadLocalVersionInformationReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = default(ReadLocalVersionInformationReturn) with { Status = failure };
            return true;
        }

        var reader = new WireReader(source);
        value = new(
            (HciStatus)reader.U8(), (CoreVersion)reader.U8(), reader.U16(), (CoreVersion)reader.U8(), reader.U16(),
            reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8((byte)HciVersion);
        writer.U16(HciSubversion);
        writer.U8((byte)LmpVersion);
        writer.U16(CompanyIdentifier);
        writer.U16(LmpSubversion);
    }
}
