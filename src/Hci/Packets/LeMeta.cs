using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>An LE event (Core, Vol 4, Part E, 7.7.65).</summary>
public readonly ref struct LeMetaEvent : IHciEvent<LeMetaEvent>
{
    /// <summary>Makes the event.</summary>
    /// <param name="subeventCode">Which LE event it is.</param>
    /// <param name="parameters">Its parameters, encoded.</param>
    public LeMetaEvent(byte subeventCode, ReadOnlySpan<byte> parameters)
    {
        SubeventCode = subeventCode;
        Parameters = parameters;
    }

    /// <inheritdoc/>
    public static EventCode Code => EventCode.LeMeta;

    /// <summary>Which LE event it is.</summary>
    public byte SubeventCode { get; }

    /// <summary>Its parameters, borrowed.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <inheritdoc/>
    public int EncodedSize => 1 + Parameters.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out LeMetaEvent value)
    {
        var reader = new WireReader(source);
        value = new(reader.U8(), reader.Rest());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8(SubeventCode);
        writer.Bytes(Parameters);
    }
}
