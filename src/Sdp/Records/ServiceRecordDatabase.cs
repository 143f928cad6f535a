using HostStack.Sdp.Elements;

namespace HostStack.Sdp.Records;

/// <summary>The records that an SDP server offers, its own at handle 0 among them. Loop only.</summary>
/// <remarks>Each change makes a new ServiceDatabaseState (Core, Vol 3, Part B, 5.2.4), and with it every continuation
/// that the server handed out before is invalid.</remarks>
public sealed class ServiceRecordDatabase
{
    private const ushort SdpVersion = 0x0100;
    private readonly SortedDictionary<ServiceRecordHandle, ServiceRecord> _records = [];
    private uint _nextHandle = ServiceRecordHandle.FirstService;

    /// <summary>Makes a database that holds the SDP server's own record.</summary>
    public ServiceRecordDatabase() => WriteServerRecord();

    /// <summary>The ServiceDatabaseState: another number after each change.</summary>
    public uint State { get; private set; }

    /// <summary>All records, by ascending handle.</summary>
    public IReadOnlyCollection<ServiceRecord> Records => _records.Values;

    /// <summary>Adds a record under a new handle; handles are not used again.</summary>
    /// <param name="record">What it says.</param>
    /// <returns>The handle.</returns>
    public ServiceRecordHandle Add(ServiceRecordBuilder record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var handle = new ServiceRecordHandle(checked(_nextHandle++));
        _records.Add(handle, record.Build(handle));
        Changed();
        return handle;
    }

    /// <summary>Replaces what a record says.</summary>
    /// <param name="handle">The record.</param>
    /// <param name="record">What it says now.</param>
    /// <returns>False where there is no such service.</returns>
    public bool Change(ServiceRecordHandle handle, ServiceRecordBuilder record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (handle == ServiceRecordHandle.SdpServer || !_records.ContainsKey(handle))
        {
            return false;
        }

        _records[handle] = record.Build(handle);
        Changed();
        return true;
    }

    /// <summary>Withdraws a record.</summary>
    /// <param name="handle">The record.</param>
    /// <returns>False where there is no such service.</returns>
    public bool Remove(ServiceRecordHandle handle)
    {
        if (handle == ServiceRecordHandle.SdpServer || !_records.Remove(handle))
        {
            return false;
        }

        Changed();
        return true;
    }

    /// <summary>Gives a record.</summary>
    /// <param name="handle">Its handle.</param>
    /// <returns>The record; null where there is none.</returns>
    public ServiceRecord? Find(ServiceRecordHandle handle) => _records.GetValueOrDefault(handle);

    /// <summary>The records in which every UUID of the pattern stands, by ascending handle (Core, Vol 3, Part B, 2.6).</summary>
    /// <param name="pattern">The UUIDs.</param>
    public IReadOnlyList<ServiceRecord> Search(params IEnumerable<SdpUuid> pattern)
    {
        SdpUuid[] uuids = [.. pattern];
        return [.. _records.Values.Where(record => Array.TrueForAll(uuids, record.Contains))];
    }

    private void Changed()
    {
        State = unchecked(State + 1);
        WriteServerRecord();
    }

    private void WriteServerRecord() =>
        _records[ServiceRecordHandle.SdpServer] = new ServiceRecordBuilder()
            .WithClasses(KnownUuid.ServiceDiscoveryServer)
            .WithProtocols(L2cap.Channels.Psm.Sdp, DataElement.Sequence(DataElement.Uuid(KnownUuid.Sdp)))
            .WithPublicBrowseRoot()
            .WithNames("Service Discovery")
            .With(AttributeId.VersionNumberList, DataElement.Sequence(DataElement.UInt16(SdpVersion)))
            .With(AttributeId.ServiceDatabaseState, DataElement.UInt32(State))
            .Build(ServiceRecordHandle.SdpServer);
}
