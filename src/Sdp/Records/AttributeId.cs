namespace HostStack.Sdp.Records;

/// <summary>The identifier of a service attribute (Core, Vol 3, Part B, 2.3 and 5.1; Assigned Numbers, 5).</summary>
/// <param name="Value">The identifier. From 0x0200 on its meaning depends on the service class.</param>
public readonly record struct AttributeId(ushort Value) : IComparable<AttributeId>
{
    /// <summary>ServiceRecordHandle: uint32, in every record.</summary>
    public static AttributeId ServiceRecordHandle => new(0x0000);

    /// <summary>ServiceClassIDList: sequence of UUIDs, most specific first.</summary>
    public static AttributeId ServiceClassIdList => new(0x0001);

    /// <summary>ServiceRecordState: uint32 that changes with the record.</summary>
    public static AttributeId ServiceRecordState => new(0x0002);

    /// <summary>ServiceID: a UUID for this instance of the service.</summary>
    public static AttributeId ServiceId => new(0x0003);

    /// <summary>ProtocolDescriptorList: a sequence of protocols with their parameters, lowest first.</summary>
    public static AttributeId ProtocolDescriptorList => new(0x0004);

    /// <summary>BrowseGroupList: sequence of UUIDs.</summary>
    public static AttributeId BrowseGroupList => new(0x0005);

    /// <summary>LanguageBaseAttributeIDList: triplets of language, encoding and base.</summary>
    public static AttributeId LanguageBaseAttributeIdList => new(0x0006);

    /// <summary>ServiceInfoTimeToLive: uint32, seconds.</summary>
    public static AttributeId ServiceInfoTimeToLive => new(0x0007);

    /// <summary>ServiceAvailability: uint8, 0 to 255.</summary>
    public static AttributeId ServiceAvailability => new(0x0008);

    /// <summary>BluetoothProfileDescriptorList: sequence of (profile, version).</summary>
    public static AttributeId BluetoothProfileDescriptorList => new(0x0009);

    /// <summary>DocumentationURL.</summary>
    public static AttributeId DocumentationUrl => new(0x000A);

    /// <summary>ClientExecutableURL.</summary>
    public static AttributeId ClientExecutableUrl => new(0x000B);

    /// <summary>IconURL.</summary>
    public static AttributeId IconUrl => new(0x000C);

    /// <summary>AdditionalProtocolDescriptorLists: sequence of protocol descriptor lists.</summary>
    public static AttributeId AdditionalProtocolDescriptorLists => new(0x000D);

    /// <summary>ServiceName in the primary language, whose base is 0x0100.</summary>
    public static AttributeId ServiceName => new(0x0100);

    /// <summary>ServiceDescription in the primary language.</summary>
    public static AttributeId ServiceDescription => new(0x0101);

    /// <summary>ProviderName in the primary language.</summary>
    public static AttributeId ProviderName => new(0x0102);

    /// <summary>VersionNumberList of the SDP server's own record: sequence of uint16.</summary>
    public static AttributeId VersionNumberList => new(0x0200);

    /// <summary>ServiceDatabaseState of the SDP server's own record: uint32 that changes with any record.</summary>
    public static AttributeId ServiceDatabaseState => new(0x0201);

    /// <summary>SpecificationID of a device identification record: uint16.</summary>
    public static AttributeId SpecificationId => new(0x0200);

    /// <summary>VendorID of a device identification record: uint16.</summary>
    public static AttributeId VendorId => new(0x0201);

    /// <summary>ProductID of a device identification record: uint16.</summary>
    public static AttributeId ProductId => new(0x0202);

    /// <summary>Version of a device identification record: uint16, 0xJJMN.</summary>
    public static AttributeId ProductVersion => new(0x0203);

    /// <summary>PrimaryRecord of a device identification record: boolean.</summary>
    public static AttributeId PrimaryRecord => new(0x0204);

    /// <summary>VendorIDSource of a device identification record: uint16.</summary>
    public static AttributeId VendorIdSource => new(0x0205);

    /// <summary>IPv4Subnet of a PAN record: text.</summary>
    public static AttributeId IPv4Subnet => new(0x0308);

    /// <summary>IPv6Subnet of a PAN record: text.</summary>
    public static AttributeId IPv6Subnet => new(0x0309);

    /// <summary>SecurityDescription of a PAN record: uint16.</summary>
    public static AttributeId SecurityDescription => new(0x030A);

    /// <summary>NetAccessType of a NAP record: uint16.</summary>
    public static AttributeId NetAccessType => new(0x030B);

    /// <summary>MaxNetAccessRate of a NAP record: uint32, octets per second.</summary>
    public static AttributeId MaxNetAccessRate => new(0x030C);

    /// <inheritdoc/>
    public int CompareTo(AttributeId other) => Value.CompareTo(other.Value);

    /// <summary>Whether <paramref name="left"/> comes before <paramref name="right"/>.</summary>
    public static bool operator <(AttributeId left, AttributeId right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> comes after <paramref name="right"/>.</summary>
    public static bool operator >(AttributeId left, AttributeId right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not after <paramref name="right"/>.</summary>
    public static bool operator <=(AttributeId left, AttributeId right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not before <paramref name="right"/>.</summary>
    public static bool operator >=(AttributeId left, AttributeId right) => left.Value >= right.Value;

    /// <summary>Four hexadecimal digits with a prefix.</summary>
    public override string ToString() => $"0x{Value:X4}";
}
