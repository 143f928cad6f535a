using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>An event packet without its type octet (Core, Vol 4, Part E, 5.4.4). Borrowed.</summary>
/// <remarks><c>| event code 1 | length 1 | parameters |</c></remarks>
public readonly ref struct EventPacket : IWireFormat<EventPacket>
{
    /// <summary>Octets of the header.</summary>
    public const int HeaderSize = 2;

    /// <summary>The longest packet, its type octet included.</summary>
    public const int MaxSize = HciPacket.TypeSize + HeaderSize + byte.MaxValue;

    /// <summary>Makes a packet of its parts.</summary>
    /// <param name="code">The event.</param>
    /// <param name="parameters">At most 255 octets.</param>
    public EventPacket(EventCode code, ReadOnlySpan<byte> parameters)
    {
        Code = code;
        Parameters = parameters;
    }

    /// <summary>The event.</summary>
    public EventCode Code { get; }

    /// <summary>Its parameters.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <inheritdoc/>
    public int EncodedSize => HeaderSize + Parameters.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out EventPacket value)
    {
        var reader = new WireReader(source);
        var code = (EventCode)reader.U8();
        value = new(code, reader.Bytes(reader.U8()));
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Code);
        writer.U8(checked((byte)Parameters.Length));
        writer.Bytes(Parameters);
    }

    /// <summary>Writes a whole event as a transport delivers it: type octet, header, parameters.</summary>
    /// <typeparam name="TEvent">The event's type.</typeparam>
    /// <param name="value">The event.</param>
    /// <param name="destination">At least <see cref="MaxSize"/> octets, or as many as the event needs.</param>
    /// <returns>Octets written.</returns>
    public static int Encode<TEvent>(scoped in TEvent value, Span<byte> destination)
        where TEvent : struct, IHciEvent<TEvent>, allows ref struct
    {
        var writer = new WireWriter(destination);
        writer.U8((byte)H4PacketType.Event);
        writer.U8((byte)TEvent.Code);
        writer.U8(checked((byte)value.EncodedSize));
        value.Write(ref writer);
        return writer.Length;
    }

    /// <summary>Writes a whole Command Complete event: type octet, header, parameters.</summary>
    /// <typeparam name="TReturn">The return parameters' type.</typeparam>
    /// <param name="numHciCommandPackets">Commands that the controller takes from now on.</param>
    /// <param name="opCode">The command that has ended.</param>
    /// <param name="parameters">Its return parameters.</param>
    /// <param name="destination">At least <see cref="MaxSize"/> octets, or as many as the event needs.</param>
    /// <returns>Octets written.</returns>
    public static int EncodeCommandComplete<TReturn>(
        byte numHciCommandPackets, OpCode opCode, in TReturn parameters, Span<byte> destination)
        where TReturn : struct, IReturnParameters<TReturn>
    {
        var writer = new WireWriter(destination);
        writer.U8((byte)H4PacketType.Event);
        writer.U8((byte)EventCode.CommandComplete);
        writer.U8(checked((byte)(3 + parameters.EncodedSize)));
        writer.U8(numHciCommandPackets);
        writer.U16(opCode.Value);
        parameters.Write(ref writer);
        return writer.Length;
    }
}
