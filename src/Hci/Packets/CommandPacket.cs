using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>A command packet without its type octet (Core, Vol 4, Part E, 5.4.1). Borrowed.</summary>
/// <remarks><c>| opcode 2 | length 1 | parameters |</c></remarks>
public readonly ref struct CommandPacket : IWireFormat<CommandPacket>
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 3;

    /// <summary>The longest packet, its type octet included.</summary>
    public const int MaxSize = HciPacket.TypeSize + HeaderSize + byte.MaxValue;

    /// <summary>Makes a packet of its parts.</summary>
    /// <param name="opCode">The command.</param>
    /// <param name="parameters">At most 255 octets.</param>
    public CommandPacket(OpCode opCode, ReadOnlySpan<byte> parameters)
    {
        OpCode = opCode;
        Parameters = parameters;
    }

    /// <summary>The command.</summary>
    public OpCode OpCode { get; }

    /// <summary>Its parameters.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <inheritdoc/>
    public int EncodedSize => HeaderSize + Parameters.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out CommandPacket value)
    {
        var reader = new WireReader(source);
        var opCode = new OpCode(reader.U16());
        value = new(opCode, reader.Bytes(reader.U8()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U16(OpCode.Value);
        writer.U8(checked((byte)Parameters.Length));
        writer.Bytes(Parameters);
    }

    /// <summary>Writes a whole command as a transport sends it: type octet, header, parameters.</summary>
    /// <typeparam name="TCommand">The command's type; an interface works too.</typeparam>
    /// <param name="command">The command.</param>
    /// <param name="destination">At least <see cref="MaxSize"/> octets, or as many as the command needs.</param>
    /// <returns>Octets written.</returns>
    public static int Encode<TCommand>(TCommand command, Span<byte> destination)
        where TCommand : IHciCommand
    {
        var writer = new WireWriter(destination);
        writer.U8((byte)H4PacketType.Command);
        writer.U16(command.OpCode.Value);
        writer.U8(checked((byte)command.EncodedSize));
        command.Write(ref writer);
        return writer.Length;
    }
}
