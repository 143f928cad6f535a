using HostStack.Hci.Wire;

namespace HostStack.Hci.Packets;

/// <summary>Sets the inquiry access codes that the controller listens for (Core, Vol 4, Part E, 7.3.45).</summary>
/// <param name="IacLaps">1 to 64 codes; a controller may take only the first of them.</param>
public readonly record struct WriteCurrentIacLapCommand(WireList<Lap> IacLaps)
    : IHciCommand<StatusReturn>, IWireFormat<WriteCurrentIacLapCommand>
{
    /// <summary>The most codes.</summary>
    public const int MaxCount = 64;

    /// <inheritdoc/>
    public OpCode OpCode => OpCode.WriteCurrentIacLap;

    /// <inheritdoc/>
    public int EncodedSize => 1 + IacLaps.EncodedSize;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out WriteCurrentIacLapCommand value)
    {
        var reader = new WireReader(source);
        var count = reader.U8();
        value = new(WireList<Lap>.Read(ref reader, count));
        return reader.AtEnd && count is >= 1 and <= MaxCount;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)IacLaps.Count);
        IacLaps.Write(ref writer);
    }
}

/// <summary>The inquiry access codes that the controller listens for (Core, Vol 4, Part E, 7.3.44).</summary>
/// <param name="Status">The outcome.</param>
/// <param name="IacLaps">The codes.</param>
public readonly record struct ReadCurrentIacLapReturn(HciStatus Status, WireList<Lap> IacLaps)
    : IReturnParameters<ReadCurrentIacLapReturn>
{
    /// <inheritdoc/>
    public int EncodedSize => 2 + IacLaps.EncodedSize;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out ReadCurrentIacLapReturn value)
    {
        if (BareStatus.TryRead(source, out var failure))
        {
            value = new(failure, default);
            return true;
        }

        var reader = new WireReader(source);
        var status = (HciStatus)reader.U8();
        var count = reader.U8();
        value = new(status, WireList<Lap>.Read(ref reader, count));
        return reader.AtEnd && count <= WriteCurrentIacLapCommand.MaxCount;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)Status);
        writer.U8((byte)IacLaps.Count);
        IacLaps.Write(ref writer);
    }
}
