namespace HostStack.Sdp.Records;

/// <summary>A server's number for a service record (Core, Vol 3, Part B, 2.4).</summary>
/// <param name="Value">0 is the server's own record, 0x00000001 to 0x0000FFFF are reserved.</param>
public readonly record struct ServiceRecordHandle(uint Value) : IComparable<ServiceRecordHandle>
{
    /// <summary>The first handle that a server gives to a service.</summary>
    public const uint FirstService = 0x0001_0000;

    /// <summary>The SDP server's own record.</summary>
    public static ServiceRecordHandle SdpServer => new(0);

    /// <inheritdoc/>
    public int CompareTo(ServiceRecordHandle other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(ServiceRecordHandle left, ServiceRecordHandle right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(ServiceRecordHandle left, ServiceRecordHandle right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not after <paramref name="right"/>.</summary>
    public static bool operator <=(ServiceRecordHandle left, ServiceRecordHandle right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not before <paramref name="right"/>.</summary>
    public static bool operator >=(ServiceRecordHandle left, ServiceRecordHandle right) => left.Value >= right.Value;

    /// <summary>Eight hexadecimal digits with a prefix.</summary>
    public override string ToString() => $"0x{Value:X8}";
}
