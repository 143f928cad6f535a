using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>The link manager cannot keep a link's quality of service (Core, Vol 4, Part E, 7.7.30).</summary>
/// <param name="Handle">The link.</param>
public readonly record struct QosViolationEvent(ConnectionHandle Handle) : IHciEvent<QosViolationEvent>
{
    /// <inheritdoc/>
    public static EventCode Code => EventCode.QosViolation;

    /// <inheritdoc/>
    public int EncodedSize => 2;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out QosViolationEvent value)
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
