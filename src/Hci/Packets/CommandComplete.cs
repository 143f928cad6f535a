using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A command has ended (Core, Vol 4, Part E, 7.7.14).</summary>
/// <remarks><c>| commands that the controller takes 1 | opcode 2 | return parameters |</c>. Opcode 0 ends no command and only
/// tells how many commands the controller takes.</remarks>
public readonly ref struct CommandCompleteEvent : IHciEvent<CommandCompleteEvent>
{
    /// <summary>Makes the event.</summary>
    /// <param name="numHciCommandPackets">Commands that the controller takes from now on.</param>
    /// <param name="commandOpCode">The command that has ended.</param>
    /// <param name="returnParameters">Its return parameters, encoded; at most 252 octets.</param>
    public CommandCompleteEvent(byte numHciCommandPackets, OpCode commandOpCode, ReadOnlySpan<byte> returnParameters)
    {
        NumHciCommandPackets = numHciCommandPackets;
        CommandOpCode = commandOpCode;
        ReturnParameters = returnParameters;
    }

    /// <inheritdoc/>
    public static EventCode Code => EventCode.CommandComplete;

    /// <summary>Commands that the controller takes from now on: an absolute number.</summary>
    public byte NumHciCommandPackets { get; }

    /// <summary>The command that has ended.</summary>
    public OpCode CommandOpCode { get; }

    /// <summary>Its return parameters, borrowed.</summary>
    public ReadOnlySpan<byte> ReturnParameters { get; }

    /// <summary>The first octet of the return parameters, which is the status of nearly every command; success where there
    /// are none.</summary>
    public HciStatus Status => ReturnParameters.IsEmpty ? HciStatus.Success : (HciStatus)ReturnParameters[0];

    /// <inheritdoc/>
    public int EncodedSize => 3 + ReturnParameters.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CommandCompleteEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.U8(), new(reader.U16()), reader.Rest());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8(NumHciCommandPackets);
        writer.U16(CommandOpCode.Value);
        writer.Bytes(ReturnParameters);
    }
}

/// <summary>A command was taken or refused; where it was taken, its outcome follows (Core, Vol 4, Part E, 7.7.15).</summary>
/// <param name="Status">Success: pending. Else the command has failed and no event follows.</param>
/// <param name="NumHciCommandPackets">Commands that the controller takes from now on: an absolute number.</param>
/// <param name="CommandOpCode">The command.</param>
public readonly record struct CommandStatusEvent(HciStatus Status, byte NumHciCommandPackets, OpCode CommandOpCode)
    : IHciEvent<CommandStatusEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.CommandStatus;

    /// <inheritdoc/>
    public int EncodedSize => 4;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CommandStatusEvent value)
    {
        var reader = new WireReader(source);
        value = new((HciStatus)reader.U8(), reader.U8(), new(reader.U16()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8(NumHciCommandPackets);
        writer.U16(CommandOpCode.Value);
    }
}
