using System.Buffers.Binary;
using System.Collections.Immutable;

namespace HostStack.Hci.Packets;

/// <summary>What a device tells of itself in an extended inquiry response, read as far as it can be.</summary>
public sealed record InquiryInformation
{
    /// <summary>The name, or its beginning; null where it is not told.</summary>
    public string? Name { get; private init; }

    /// <summary>Whether <see cref="Name"/> is the whole name.</summary>
    public bool IsNameComplete { get; private init; }

    /// <summary>The services, each UUID in its 128-bit form; at most 119.</summary>
    public ImmutableArray<Guid> ServiceUuids { get; private init; } = [];

    /// <summary>Whether the device says of every kind of UUID that it told that the list is complete.</summary>
    public bool AreServicesComplete { get; private init; } = true;

    /// <summary>The power with which the response was sent, in dBm; null where it is not told.</summary>
    public sbyte? TxPowerLevel { get; private init; }

    /// <summary>Who made the device; null where it is not told.</summary>
    public EirDeviceId? DeviceId { get; private init; }

    /// <summary>The 128-bit form of a 16-bit or 32-bit UUID (Core, Vol 3, Part B, 2.5.1).</summary>
    /// <param name="uuid">The short form.</param>
    public static Guid Expand(uint uuid) =>
        new(uuid, 0x0000, 0x1000, 0x80, 0x00, 0x00, 0x80, 0x5F, 0x9B, 0x34, 0xFB);

    /// <summary>Whether the device says that it offers a service.</summary>
    /// <param name="uuid">The service class, 0x1117 for a group network.</param>
    public bool Offers(uint uuid) => ServiceUuids.Contains(Expand(uuid));

    /// <summary>Reads the data. Structures that are cut off, or of a length that their type does not allow,
    /// are left out.</summary>
    /// <param name="data">The data.</param>
    public static InquiryInformation Read(in EirData data)
    {
        var information = new InquiryInformation();
        var uuids = ImmutableArray.CreateBuilder<Guid>();
        foreach (var structure in data.Structures)
        {
            switch (structure.Type)
            {
                case EirDataType.CompleteName:
                case EirDataType.ShortenedName when information.Name is null:
                    information = information with
                    {
                        Name = DeviceName.Decode(structure.Data),
                        IsNameComplete = structure.Type == EirDataType.CompleteName,
                    };
                    break;
                case EirDataType.TxPowerLevel when structure.Data.Length == 1:
                    information = information with { TxPowerLevel = unchecked((sbyte)structure.Data[0]) };
                    break;
                case EirDataType.DeviceId when EirDeviceId.TryParse(structure.Data, out var id):
                    information = information with { DeviceId = id };
                    break;
                case >= EirDataType.IncompleteUuids16 and <= EirDataType.CompleteUuids128:
                    ReadUuids(structure, uuids);
                    if (IsIncomplete(structure.Type))
                    {
                        information = information with { AreServicesComplete = false };
                    }

                    break;
            }
        }

        return information with { ServiceUuids = uuids.ToImmutable() };
    }

    private static bool IsIncomplete(EirDataType type) =>
        type is EirDataType.IncompleteUuids16 or EirDataType.IncompleteUuids32 or EirDataType.IncompleteUuids128;

    private static void ReadUuids(EirStructure structure, ImmutableArray<Guid>.Builder uuids)
    {
        var size = structure.Type switch
        {
            EirDataType.IncompleteUuids16 or EirDataType.CompleteUuids16 => 2,
            EirDataType.IncompleteUuids32 or EirDataType.CompleteUuids32 => 4,
            _ => 16,
        };
        for (var rest = structure.Data; rest.Length >= size; rest = rest[size..])
        {
            uuids.Add(size switch
            {
                2 => Expand(BinaryPrimitives.ReadUInt16LittleEndian(rest)),
                4 => Expand(BinaryPrimitives.ReadUInt32LittleEndian(rest)),
                _ => ReadUuid128(rest[..size]),
            });
        }
    }

    private static Guid ReadUuid128(ReadOnlySpan<byte> littleEndian)
    {
        Span<byte> octets = stackalloc byte[16];
        littleEndian.CopyTo(octets);
        octets.Reverse();
        return new Guid(octets, bigEndian: true);
    }
}
