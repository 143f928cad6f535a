using System.Reflection;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Packets;

/// <summary>Reads whole packets with the wire type that their code asks for.</summary>
internal static class KnownPackets
{
    private delegate bool Parser(ReadOnlySpan<byte> octets);

    private static readonly Dictionary<OpCode, Parser> Commands = [];
    private static readonly Dictionary<OpCode, Parser> Returns = [];
    private static readonly Dictionary<EventCode, Parser> Events = [];

    static KnownPackets()
    {
        foreach (var type in WireFormatTests.Commands())
        {
            var code = ((IHciCommand)Activator.CreateInstance(type)!).OpCode;
            Commands.Add(code, Make(nameof(MakeParser), type));
            foreach (var face in type.GetInterfaces().Where(IsGeneric(typeof(IHciCommand<>))))
            {
                Returns.Add(code, Make(nameof(MakeParser), face.GetGenericArguments()[0]));
            }
        }

        foreach (var type in typeof(OpCode).Assembly.GetTypes().Where(static type => type.IsValueType))
        {
            if (type.GetInterfaces().Any(IsGeneric(typeof(IHciEvent<>))))
            {
                Make(nameof(AddEvent), type)([]);
            }
        }
    }

    public static int EventCount => Events.Count;

    /// <summary>What is wrong with a packet; null where it parses. LE and vendor packets are not looked into.</summary>
    public static string? Complain(ReadOnlySpan<byte> octets)
    {
        if (!HciPacket.TryParse(octets, out var packet))
        {
            return "unknown packet type";
        }

        return packet.Type switch
        {
            H4PacketType.Command => Command(packet.Body),
            H4PacketType.Event => Event(packet.Body),
            H4PacketType.AclData => AclDataPacket.TryParse(packet.Body, out _) ? null : "ACL data",
            _ => "a type that the captures do not have",
        };
    }

    private static string? Command(ReadOnlySpan<byte> body)
    {
        if (!CommandPacket.TryParse(body, out var command))
        {
            return "command header";
        }

        if (command.OpCode.Group is 0x08 or 0x3F)
        {
            return null;
        }

        return !Commands.TryGetValue(command.OpCode, out var parser) ? $"no type for command {command.OpCode}"
            : parser(command.Parameters) ? null : $"parameters of command {command.OpCode}";
    }

    private static string? Event(ReadOnlySpan<byte> body)
    {
        if (!EventPacket.TryParse(body, out var @event) || !Events.TryGetValue(@event.Code, out var parser))
        {
            return $"event header or code {body[0]:X2}";
        }

        if (!parser(@event.Parameters))
        {
            return $"parameters of event {@event.Code}";
        }

        if (@event.Code != EventCode.CommandComplete || !CommandCompleteEvent.TryParse(@event.Parameters, out var complete)
            || complete.CommandOpCode.Group is 0x08 or 0x3F)
        {
            return null;
        }

        return !Returns.TryGetValue(complete.CommandOpCode, out var returns) ? $"no return type for {complete.CommandOpCode}"
            : returns(complete.ReturnParameters) ? null : $"return parameters of {complete.CommandOpCode}";
    }

    private static Func<Type, bool> IsGeneric(Type definition) =>
        type => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static Parser Make(string method, Type type) =>
        (Parser)typeof(KnownPackets).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!
            .MakeGenericMethod(type).Invoke(null, null)!;

    private static Parser MakeParser<T>()
        where T : struct, IWireFormat<T>, allows ref struct => static octets => T.TryParse(octets, out _);

    private static Parser AddEvent<T>()
        where T : struct, IHciEvent<T>, allows ref struct
    {
        Events.Add(T.Code, MakeParser<T>());
        return static _ => true;
    }
}
