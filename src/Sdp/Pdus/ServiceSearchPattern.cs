using HostStack.Hci.Wire;
using HostStack.Sdp.Elements;

namespace HostStack.Sdp.Pdus;

/// <summary>A sequence of one to twelve UUIDs, all of which a record must hold (Core, Vol 3, Part B, 4.5.1).</summary>
/// <param name="Uuids">The UUIDs.</param>
internal readonly record struct ServiceSearchPattern(SdpUuid[] Uuids)
{
    /// <summary>The most UUIDs in a pattern.</summary>
    public const int MaximumCount = 12;

    /// <summary>Octets of the sequence on the wire.</summary>
    public int EncodedSize => new DataElementHeader(DataElementType.Sequence, DataLength).EncodedSize + DataLength;

    private int DataLength => Uuids.Sum(static uuid => 1 + uuid.EncodedSize);

    /// <summary>Reads a pattern.</summary>
    /// <param name="reader">At the sequence; poisoned where it is not a pattern.</param>
    public static ServiceSearchPattern Read(scoped ref WireReader reader)
    {
        if (!DataElementHeader.TryRead(ref reader, out var sequence) || sequence.Type != DataElementType.Sequence)
        {
            reader.Fail();
            return new ServiceSearchPattern([]);
        }

        var uuids = new List<SdpUuid>(MaximumCount);
        var items = new WireReader(reader.Bytes(sequence.Length));
        while (items.Remaining > 0)
        {
            if (uuids.Count == MaximumCount
                || !DataElementHeader.TryRead(ref items, out var item)
                || item.Type != DataElementType.Uuid
                || !SdpUuid.TryRead(items.Bytes(item.Length), out var uuid))
            {
                reader.Fail();
                break;
            }

            uuids.Add(uuid);
        }

        if (uuids.Count == 0)
        {
            reader.Fail();
        }

        return new ServiceSearchPattern([.. uuids]);
    }

    /// <summary>Writes the sequence.</summary>
    /// <param name="writer">Where to.</param>
    public void Write(ref WireWriter writer)
    {
        new DataElementHeader(DataElementType.Sequence, DataLength).Write(ref writer);
        foreach (var uuid in Uuids)
        {
            new DataElementHeader(DataElementType.Uuid, uuid.EncodedSize).Write(ref writer);
            uuid.Write(ref writer);
        }
    }
}
