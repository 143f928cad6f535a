using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Simple pairing wants this host's capabilities (Core, Vol 4, Part E, 7.7.40).</summary>
/// <param name="Address">The peer.</param>
public readonly record struct IoCapabilityRequestEvent(BdAddr Address) : IHciEvent<IoCapabilityRequestEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.IoCapabilityRequest;

    /// <inheritdoc/>
    public int EncodedSize => 6;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out IoCapabilityRequestEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
    }
}

/// <summary>Gives this host's capabilities (Core, Vol 4, Part E, 7.1.29).</summary>
/// <param name="Address">The peer.</param>
/// <param name="IoCapability">What the user can see and type.</param>
/// <param name="OobDataPresent">Which out-of-band data of the peer is held.</param>
/// <param name="AuthenticationRequirements">Bonding, and protection against a man in the middle.</param>
public readonly record struct IoCapabilityRequestReplyCommand(
    BdAddr Address, IoCapability IoCapability, OobDataPresent OobDataPresent,
    AuthenticationRequirements AuthenticationRequirements)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<IoCapabilityRequestReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.IoCapabilityRequestReply;

    /// <inheritdoc/>
    public int EncodedSize => 9;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out IoCapabilityRequestReplyCommand value)
    {
        var reader = new WireReader(source);
        value = new(
            reader.BdAddr(), (IoCapability)reader.U8(), (OobDataPresent)reader.U8(),
            (AuthenticationRequirements)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)IoCapability);
        writer.U8((byte)OobDataPresent);
        writer.U8((byte)AuthenticationRequirements);
    }
}

/// <summary>Refuses simple pairing (Core, Vol 4, Part E, 7.1.36).</summary>
/// <param name="Address">The peer.</param>
/// <param name="Reason">What the peer is told.</param>
public readonly record struct IoCapabilityRequestNegativeReplyCommand(BdAddr Address, HciStatus Reason)
    : IHciCommand<StatusBdAddrReturn>, IWireFormat<IoCapabilityRequestNegativeReplyCommand>
{
    /// <inheritdoc/>
    public OpCode OpCode => OpCode.IoCapabilityRequestNegativeReply;

    /// <inheritdoc/>
    public int EncodedSize => 7;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out IoCapabilityRequestNegativeReplyCommand value)
    {
        var reader = new WireReader(source);
        value = new(reader.BdAddr(), (HciStatus)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)Reason);
    }
}

/// <summary>The peer's capabilities (Core, Vol 4, Part E, 7.7.41).</summary>
/// <param name="Address">The peer.</param>
/// <param name="IoCapability">What its user can see and type.</param>
/// <param name="OobDataPresent">Whether it holds out-of-band data of this device.</param>
/// <param name="AuthenticationRequirements">What it wants.</param>
public readonly record struct IoCapabilityResponseEvent(
    BdAddr Address, IoCapability IoCapability, OobDataPresent OobDataPresent,
    AuthenticationRequirements AuthenticationRequirements)
    : IHciEvent<IoCapabilityResponseEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.IoCapabilityResponse;

    /// <inheritdoc/>
    public int EncodedSize => 9;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out IoCapabilityResponseEvent value)
    {
        var reader = new WireReader(source);
        value = new(
            reader.BdAddr(), (IoCapability)reader.U8(), (OobDataPresent)reader.U8(),
            (AuthenticationRequirements)reader.U8());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.BdAddr(Address);
        writer.U8((byte)IoCapability);
        writer.U8((byte)OobDataPresent);
        writer.U8((byte)AuthenticationRequirements);
    }
}
