using HostStack.Hci.Wire;

namespace HostStack.Bnep.Control;

/// <summary>BNEP_CONTROL_COMMAND_NOT_UNDERSTOOD (BNEP 1.0, 2.6.2).</summary>
/// <remarks><c>| control type 1 | unknown control type 1 |</c>.</remarks>
/// <param name="UnknownType">The type of the message that was not understood.</param>
internal readonly record struct CommandNotUnderstood(byte UnknownType) : IWireFormat<CommandNotUnderstood>
{
    public const int Size = 2;

    public int EncodedSize => Size;

    public static bool TryParse(ReadOnlySpan<byte> source, out CommandNotUnderstood value)
    {
        var reader = new WireReader(source);
        var type = (BnepControlType)reader.U8();
        value = new(reader.U8());
        return reader.AtEnd && type == BnepControlType.CommandNotUnderstood;
    }

    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)BnepControlType.CommandNotUnderstood);
        writer.U8(UnknownType);
    }
}
