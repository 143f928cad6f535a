using HostStack.L2cap.Channels;
using HostStack.Sdp.Elements;

namespace HostStack.Sdp.Records;

/// <summary>Collects the attributes of a record; the database adds the handle.</summary>
/// <remarks>A later value for the same attribute replaces the earlier one.</remarks>
public sealed class ServiceRecordBuilder
{
    // ISO 639 "en", IANA MIBenum of UTF-8, and the base of the primary language.
    private const ushort English = 0x656E;
    private const ushort Utf8 = 0x006A;
    private const ushort PrimaryLanguageBase = 0x0100;

    private readonly SortedDictionary<AttributeId, DataElement> _attributes = [];

    /// <summary>Sets an attribute.</summary>
    /// <param name="id">Its identifier; <see cref="AttributeId.ServiceRecordHandle"/> is the database's.</param>
    /// <param name="value">Its value.</param>
    public ServiceRecordBuilder With(AttributeId id, DataElement value)
    {
        if (id == AttributeId.ServiceRecordHandle)
        {
            throw new ArgumentException("The database gives the record handle; leave the attribute out.", nameof(id));
        }

        _attributes[id] = value;
        return this;
    }

    /// <summary>Sets the service classes.</summary>
    /// <param name="classes">Most specific first.</param>
    public ServiceRecordBuilder WithClasses(params IEnumerable<SdpUuid> classes) =>
        With(AttributeId.ServiceClassIdList, DataElement.Sequence(classes.Select(DataElement.Uuid)));

    /// <summary>Sets the protocols: L2CAP on a PSM, and what stands on it.</summary>
    /// <param name="psm">Where the service listens.</param>
    /// <param name="above">Descriptors of the protocols above: sequences of a UUID and parameters, lowest first.</param>
    public ServiceRecordBuilder WithProtocols(Psm psm, params IEnumerable<DataElement> above) =>
        With(
            AttributeId.ProtocolDescriptorList,
            DataElement.Sequence(
                above.Prepend(DataElement.Sequence(DataElement.Uuid(KnownUuid.L2cap), DataElement.UInt16(psm.Value)))));

    /// <summary>Puts the service in the public browse group.</summary>
    public ServiceRecordBuilder WithPublicBrowseRoot() =>
        With(AttributeId.BrowseGroupList, DataElement.Sequence(DataElement.Uuid(KnownUuid.PublicBrowseRoot)));

    /// <summary>Sets the profile.</summary>
    /// <param name="profile">The profile's UUID.</param>
    /// <param name="version">Major version in the upper octet, minor in the lower.</param>
    public ServiceRecordBuilder WithProfile(SdpUuid profile, ushort version) =>
        With(
            AttributeId.BluetoothProfileDescriptorList,
            DataElement.Sequence(DataElement.Sequence(DataElement.Uuid(profile), DataElement.UInt16(version))));

    /// <summary>Sets name and description in English, UTF-8, and the language base that says so.</summary>
    /// <param name="name">The name that people see.</param>
    /// <param name="description">A short description; null for none.</param>
    /// <param name="provider">Who provides the service; null for none.</param>
    public ServiceRecordBuilder WithNames(string name, string? description = null, string? provider = null)
    {
        With(
            AttributeId.LanguageBaseAttributeIdList,
            DataElement.Sequence(
                DataElement.UInt16(English), DataElement.UInt16(Utf8), DataElement.UInt16(PrimaryLanguageBase)));
        With(AttributeId.ServiceName, DataElement.Text(name));
        if (description is not null)
        {
            With(AttributeId.ServiceDescription, DataElement.Text(description));
        }

        return provider is null ? this : With(AttributeId.ProviderName, DataElement.Text(provider));
    }

    /// <summary>Makes the record.</summary>
    /// <param name="handle">Its handle.</param>
    public ServiceRecord Build(ServiceRecordHandle handle) =>
        new(_attributes
            .Select(static pair => new ServiceAttribute(pair.Key, pair.Value))
            .Prepend(new ServiceAttribute(AttributeId.ServiceRecordHandle, DataElement.UInt32(handle.Value))));
}
