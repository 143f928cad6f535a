using HostStack.Hci.Wire;

namespace HostStack.L2cap.Frames;

/// <summary>The MTU option's data (Core, Vol 3, Part A, 5.1): the largest SDU that the sender of the request takes.</summary>
/// <param name="Mtu">Octets.</param>
public readonly record struct MtuOption(ushort Mtu) : IOptionData<MtuOption>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 2;

    /// <inheritdoc/>
    public static OptionType Type => OptionType.Mtu;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out MtuOption value)
    {
        var reader = new WireReader(source);
        value = new(reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer) => writer.U16(Mtu);
}

/// <summary>The flush timeout option's data (Core, Vol 3, Part A, 5.2).</summary>
/// <param name="Milliseconds">1 to 0xFFFE; 0xFFFF: retransmit for ever, the default.</param>
public readonly record struct FlushTimeoutOption(ushort Milliseconds) : IOptionData<FlushTimeoutOption>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 2;

    /// <inheritdoc/>
    public static OptionType Type => OptionType.FlushTimeout;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out FlushTimeoutOption value)
    {
        var reader = new WireReader(source);
        value = new(reader.U16());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer) => writer.U16(Milliseconds);
}

/// <summary>Service types of the QoS option (Core, Vol 3, Part A, 5.3).</summary>
public enum ServiceType : byte
{
    /// <summary>No traffic in this direction.</summary>
    NoTraffic = 0x00,

    /// <summary>Best effort: the default.</summary>
    BestEffort = 0x01,

    /// <summary>Guaranteed.</summary>
    Guaranteed = 0x02,
}

/// <summary>The quality of service option's data (Core, Vol 3, Part A, 5.3).</summary>
/// <remarks><c>| flags 1 | service type 1 | token rate 4 | bucket size 4 | peak bandwidth 4 | latency 4 | delay variation 4 |</c></remarks>
/// <param name="Flags">Reserved, 0.</param>
/// <param name="ServiceType">Level of service.</param>
/// <param name="TokenRate">Octets per second; 0 unknown, 0xFFFFFFFF the most that can be had.</param>
/// <param name="TokenBucketSize">Octets.</param>
/// <param name="PeakBandwidth">Octets per second.</param>
/// <param name="Latency">Microseconds.</param>
/// <param name="DelayVariation">Microseconds.</param>
public readonly record struct QualityOfServiceOption(
    byte Flags, ServiceType ServiceType, uint TokenRate, uint TokenBucketSize, uint PeakBandwidth, uint Latency, uint DelayVariation)
    : IOptionData<QualityOfServiceOption>
{
    /// <summary>Octets of the data.</summary>
    public const int Size = 22;

    /// <inheritdoc/>
    public static OptionType Type => OptionType.QualityOfService;

    /// <inheritdoc/>
    public int EncodedSize => Size;

    /// <inheritdoc/>
    public static bool TryParse(ReadOnlySpan<byte> source, out QualityOfServiceOption value)
    {
        var reader = new WireReader(source);
        value = new(
            reader.U8(), (ServiceType)reader.U8(), reader.U32(), reader.U32(), reader.U32(), reader.U32(), reader.U32());
        return reader.AtEnd;
    }

    /// <inheritdoc/>
    public void Write(ref WireWriter writer)
    {
        writer.U8(Flags);
        writer.U8((byte)ServiceType);
        writer.U32(TokenRate);
        writer.U32(TokenBucketSize);
        writer.U32(PeakBandwidth);
        writer.U32(Latency);
        writer.U32(DelayVariation);
    }
}
