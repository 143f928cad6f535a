namespace HostStack.Hci.Wire;

/// <summary>A value with one form on the wire. The contract of every format in the stack.</summary>
/// <typeparam name="TSelf">The value itself.</typeparam>
/// <remarks><see cref="TryParse"/> is exact: it returns false for too few octets, for trailing octets, and for contents
/// that the specification does not allow; it never throws and allocates nothing that the peer's numbers decide.
/// <see cref="Write"/> writes exactly <see cref="EncodedSize"/> octets that <see cref="TryParse"/> takes back.</remarks>
public interface IWireFormat<TSelf>
    where TSelf : struct, IWireFormat<TSelf>, allows ref struct
{
    /// <summary>Octets that <see cref="Write"/> writes.</summary>
    int EncodedSize { get; }

    /// <summary>Reads a value from all of <paramref name="source"/>.</summary>
    /// <param name="source">The octets, borrowed.</param>
    /// <param name="value">The value, where the octets are one.</param>
    /// <returns>Whether they are.</returns>
    static abstract bool TryParse(ReadOnlySpan<byte> source, out TSelf value);

    /// <summary>Writes the value.</summary>
    /// <param name="writer">Where to.</param>
    void Write(ref WireWriter writer);
}
