using HostStack.Sdp.Elements;

namespace HostStack.Sdp.Records;

/// <summary>Who gave a vendor identifier (Device Identification 1.3, 5.6).</summary>
public enum VendorIdSource : ushort
{
    /// <summary>The Bluetooth SIG's company identifiers.</summary>
    BluetoothSig = 0x0001,

    /// <summary>The USB Implementers Forum.</summary>
    UsbForum = 0x0002,
}

/// <summary>What a device says of its make (Device Identification 1.3, 5).</summary>
/// <param name="VendorId">The vendor; 0xFFFF where it has no identifier.</param>
/// <param name="ProductId">The vendor's number for the product.</param>
/// <param name="Version">0xJJMN: major, minor and sub-minor version in binary coded decimal.</param>
/// <param name="Source">Who gave the vendor identifier.</param>
/// <param name="IsPrimary">Whether this is the one record, or the first of several.</param>
public readonly record struct DeviceIdentification(
    ushort VendorId, ushort ProductId, ushort Version, VendorIdSource Source, bool IsPrimary = true)
{
    /// <summary>Device Identification 1.3, as a specification and a profile version.</summary>
    public const ushort SpecificationVersion = 0x0103;

    /// <summary>A vendor without an identifier.</summary>
    public const ushort NoVendor = 0xFFFF;

    /// <summary>Makes the record.</summary>
    public ServiceRecordBuilder ToRecord() =>
        new ServiceRecordBuilder()
            .WithClasses(KnownUuid.PnpInformation)
            .WithPublicBrowseRoot()
            .WithProfile(KnownUuid.PnpInformation, SpecificationVersion)
            .With(AttributeId.SpecificationId, DataElement.UInt16(SpecificationVersion))
            .With(AttributeId.VendorId, DataElement.UInt16(VendorId))
            .With(AttributeId.ProductId, DataElement.UInt16(ProductId))
            .With(AttributeId.ProductVersion, DataElement.UInt16(Version))
            .With(AttributeId.PrimaryRecord, DataElement.Boolean(IsPrimary))
            .With(AttributeId.VendorIdSource, DataElement.UInt16((ushort)Source));

    /// <summary>Reads the identification from a record.</summary>
    /// <param name="record">Any record.</param>
    /// <param name="identification">The identification; what the record lacks is 0.</param>
    /// <returns>Whether the record's class says that it identifies the device.</returns>
    public static bool TryRead(ServiceRecord record, out DeviceIdentification identification)
    {
        ArgumentNullException.ThrowIfNull(record);
        identification = new DeviceIdentification(
            Number(AttributeId.VendorId),
            Number(AttributeId.ProductId),
            Number(AttributeId.ProductVersion),
            (VendorIdSource)Number(AttributeId.VendorIdSource),
            record[AttributeId.PrimaryRecord] is { } primary && primary.TryGetBoolean(out var isPrimary) && isPrimary);
        return record[AttributeId.ServiceClassIdList] is { } classes
            && classes.Items.Contains(DataElement.Uuid(KnownUuid.PnpInformation));

        ushort Number(AttributeId id) =>
            record[id] is { } value && value.TryGetUnsigned(out var number) && number <= ushort.MaxValue ? (ushort)number : (ushort)0;
    }
}
