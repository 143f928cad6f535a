using HostStack.Hci.Wire;

namespace HostStack.L2cap.Frames;

/// <summary>Data of L2CAP_ECHO_REQ and L2CAP_ECHO_RSP (Core, Vol 3, Part A, 4.8, 4.9): any octets, or none.</summary>
public readonly ref struct Echo : IWireFormat<Echo>
{
    /// <summary>Makes echo data.</summary>
    /// <param name="data">The octets, borrowed.</param>
    public Echo(ReadOnlySpan<byte> data) => Data = data;

    /// <summary>The octets, borrowed.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <inheritdoc/>
    public int EncodedSize => Data.Length;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out Echo value)
    {
        value = new(source);
        return true;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer) => writer.Bytes(Data);
}
