using HostStack.Hci.Wire;

namespace HostStack.Bnep.Control;

/// <summary>The two filters of a connection.</summary>
public enum FilterKind : byte
{
    /// <summary>Network protocol types (BNEP 1.0, 2.6.5).</summary>
    NetworkType = 0,

    /// <summary>Multicast destination addresses (BNEP 1.0, 2.6.6).</summary>
    Multicast,
}

/// <summary>The answer to a filter (BNEP 1.0, tables 4 and 5); other values are reserved refusals.</summary>
public enum FilterResponseCode : ushort
{
    /// <summary>Operation successful: the filter is in force.</summary>
    Success = 0x0000,

    /// <summary>The device does not filter.</summary>
    UnsupportedRequest = 0x0001,

    /// <summary>A range starts behind its end, or the list is not a list of ranges.</summary>
    InvalidRange = 0x0002,

    /// <summary>More ranges than the device keeps.</summary>
    TooManyFilters = 0x0003,

    /// <summary>Refused for security reasons.</summary>
    SecurityRefused = 0x0004,
}

/// <summary>BNEP_FILTER_NET_TYPE_RESPONSE_MSG and BNEP_FILTER_MULTI_ADDR_RESPONSE_MSG (BNEP 1.0, 2.6.5.2, 2.6.6.2).</summary>
/// <remarks><c>| control type 1 | response 2 |</c>, network order.</remarks>
/// <param name="Kind">The filter that is answered.</param>
/// <param name="Code">The answer.</param>
internal readonly record struct FilterResponse(FilterKind Kind, FilterResponseCode Code) : IWireFormat<FilterResponse>
{
    public const int Size = 3;

    public int EncodedSize => Size;

    public static bool TryParse(ReadOnlySpan<byte> source, out FilterResponse value)
    {
        var reader = new WireReader(source);
        var type = (BnepControlType)reader.U8();
        var kind = type == BnepControlType.FilterNetTypeResponse ? FilterKind.NetworkType : FilterKind.Multicast;
        value = new(kind, (FilterResponseCode)reader.U16BigEndian());
        return reader.AtEnd
            && (type is BnepControlType.FilterNetTypeResponse or BnepControlType.FilterMultiAddrResponse);
    }

    public void Write(ref WireWriter writer)
    {
        writer.U8((byte)(Kind == FilterKind.NetworkType
            ? BnepControlType.FilterNetTypeResponse
            : BnepControlType.FilterMultiAddrResponse));
        writer.U16BigEndian((ushort)Code);
    }
}
