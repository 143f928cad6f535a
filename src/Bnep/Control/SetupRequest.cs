using HostStack.Hci.Wire;

namespace HostStack.Bnep.Control;

/// <summary>BNEP_SETUP_CONNECTION_REQUEST_MSG (BNEP 1.0, 2.6.3.1).</summary>
/// <remarks><c>| control type 1 | UUID size 1 | destination service UUID 2, 4 or 16 | source service UUID, as long |</c>,
/// network order.</remarks>
/// <param name="Destination">The service that is asked for.</param>
/// <param name="Source">The service that asks.</param>
/// <param name="UuidSize">The form of both UUIDs.</param>
internal readonly record struct SetupRequest(BnepUuid Destination, BnepUuid Source, BnepUuidSize UuidSize)
    : IWireFormat<SetupRequest>
{
    private const int UuidsOffset = 2;

    public int EncodedSize => UuidsOffset + (2 * (int)UuidSize);

    /// <summary>Whether a request names a UUID size that does not exist, which is answered and not dropped.</summary>
    public static bool HasInvalidSize(ReadOnlySpan<byte> message) =>
        message.Length >= UuidsOffset && !BnepUuid.IsValidSize(message[1]);

    public static bool TryParse(ReadOnlySpan<byte> source, out SetupRequest value)
    {
        var reader = new WireReader(source);
        var type = (BnepControlType)reader.U8();
        var size = reader.U8();
        var destination = reader.Bytes(size);
        var origin = reader.Bytes(size);
        value = new(BnepUuid.Read(destination), BnepUuid.Read(origin), (BnepUuidSize)size);
        return reader.AtEnd && type == BnepControlType.SetupConnectionRequest && BnepUuid.IsValidSize(size);
    }

    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)BnepControlType.SetupConnectionRequest);
        writer.U8((byte)UuidSize);
        WriteUuid(ref writer, Destination);
        WriteUuid(ref writer, Source);
    }

    private void WriteUuid(ref WireWriter writer, BnepUuid uuid)
    {
        switch (UuidSize)
        {
            case BnepUuidSize.Bits16:
                writer.U16BigEndian((ushort)uuid.Short);
                break;
            case BnepUuidSize.Bits32:
                writer.U32BigEndian(uuid.Short);
                break;
            default:
                writer.U64BigEndian((ulong)(uuid.Value >> 64));
                writer.U64BigEndian((ulong)uuid.Value);
                break;
        }
    }
}
