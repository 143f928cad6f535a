using System.Text;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Puts extended inquiry response data together. What does not fit is shortened and marked so (Core, Vol 3, Part C,
/// 8): UUID lists become incomplete, a name becomes its beginning.</summary>
public sealed class EirBuilder
{
    private const int HeaderSize = 2;
    private readonly byte[] _octets = new byte[EirData.Size];
    private int _length;

    private int Room => EirData.Size - _length - HeaderSize;

    /// <summary>Adds the name.</summary>
    /// <param name="name">The name, UTF-8 on the wire; cut between characters where it does not fit.</param>
    public EirBuilder AddName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Room <= 0)
        {
            return this;
        }

        Span<byte> octets = stackalloc byte[EirData.Size];
        Encoding.UTF8.GetEncoder().Convert(name, octets[..Room], flush: true, out _, out var used, out var complete);
        return Add(complete ? EirDataType.CompleteName : EirDataType.ShortenedName, octets[..used]);
    }

    /// <summary>Adds the power with which the response is sent.</summary>
    /// <param name="dbm">In dBm.</param>
    public EirBuilder AddTxPowerLevel(sbyte dbm) => Add(EirDataType.TxPowerLevel, [unchecked((byte)dbm)]);

    /// <summary>Adds who made the device.</summary>
    /// <param name="id">The maker, product and version.</param>
    public EirBuilder AddDeviceId(EirDeviceId id)
    {
        Span<byte> octets = stackalloc byte[EirDeviceId.Size];
        var writer = new WireWriter(octets);
        id.Write(ref writer);
        return Add(EirDataType.DeviceId, octets);
    }

    /// <summary>Adds 16-bit service UUIDs, as many as fit.</summary>
    /// <param name="uuids">The service classes.</param>
    public EirBuilder AddUuids16(params ReadOnlySpan<ushort> uuids)
    {
        Span<byte> octets = stackalloc byte[EirData.Size];
        var writer = new WireWriter(octets);
        var count = Math.Min(uuids.Length, Math.Max(Room, 0) / sizeof(ushort));
        foreach (var uuid in uuids[..count])
        {
            writer.U16(uuid);
        }

        return AddList(count == uuids.Length, EirDataType.CompleteUuids16, writer.Written);
    }

    /// <summary>Adds 32-bit service UUIDs, as many as fit.</summary>
    /// <param name="uuids">The service classes.</param>
    public EirBuilder AddUuids32(params ReadOnlySpan<uint> uuids)
    {
        Span<byte> octets = stackalloc byte[EirData.Size];
        var writer = new WireWriter(octets);
        var count = Math.Min(uuids.Length, Math.Max(Room, 0) / sizeof(uint));
        foreach (var uuid in uuids[..count])
        {
            writer.U32(uuid);
        }

        return AddList(count == uuids.Length, EirDataType.CompleteUuids32, writer.Written);
    }

    /// <summary>Adds 128-bit service UUIDs, as many as fit.</summary>
    /// <param name="uuids">The service classes.</param>
    public EirBuilder AddUuids128(params ReadOnlySpan<Guid> uuids)
    {
        const int UuidSize = 16;
        Span<byte> octets = stackalloc byte[EirData.Size];
        var writer = new WireWriter(octets);
        Span<byte> one = stackalloc byte[UuidSize];
        var count = Math.Min(uuids.Length, Math.Max(Room, 0) / UuidSize);
        foreach (var uuid in uuids[..count])
        {
            uuid.TryWriteBytes(one, bigEndian: true, out _);
            one.Reverse();
            writer.Bytes(one);
        }

        return AddList(count == uuids.Length, EirDataType.CompleteUuids128, writer.Written);
    }

    /// <summary>Adds a structure of any type; does nothing where it does not fit.</summary>
    /// <param name="type">What the data is.</param>
    /// <param name="data">The data, copied.</param>
    public EirBuilder Add(EirDataType type, ReadOnlySpan<byte> data)
    {
        if (data.Length <= Room)
        {
            var writer = new WireWriter(_octets.AsSpan(_length));
            writer.U8((byte)(1 + data.Length));
            writer.U8((byte)type);
            writer.Bytes(data);
            _length += writer.Length;
        }

        return this;
    }

    /// <summary>The data so far.</summary>
    public EirData Build() => new(_octets.AsSpan(0, _length));

    /// <summary>Adds a list of UUIDs; the type of an incomplete list is one less than that of a complete one.</summary>
    private EirBuilder AddList(bool complete, EirDataType completeType, ReadOnlySpan<byte> octets) =>
        Add(complete ? completeType : completeType - 1, octets);
}
