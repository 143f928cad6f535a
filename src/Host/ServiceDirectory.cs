using HostStack.L2cap;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Records;

namespace HostStack.Host;

/// <summary>What a host offers: PSMs that are listened on, records, service classes. Loop only.</summary>
/// <remarks>L2CAP outlives the epochs of a controller, and so does what is registered here.</remarks>
/// <param name="layer">Where PSMs are registered.</param>
internal sealed class ServiceDirectory(L2capLayer layer)
{
    private readonly List<Listening> _listening = [];
    private readonly List<ushort> _classes = [];

    /// <summary>The records of the SDP server.</summary>
    public ServiceRecordDatabase Records { get; } = new();

    /// <summary>The service classes that inquiries are told, each once.</summary>
    public IReadOnlyList<ushort> ServiceClasses => [.. _classes.Distinct()];

    /// <summary>The PSMs that are listened on.</summary>
    public IReadOnlyList<Psm> Psms => [.. _listening.Select(static entry => entry.Psm)];

    /// <summary>Called when <see cref="ServiceClasses"/> changed.</summary>
    public Action? ClassesChanged { get; set; }

    /// <summary>Listens until disposed.</summary>
    /// <exception cref="InvalidOperationException">Another service has the PSM.</exception>
    public IDisposable Listen(ServiceRegistration registration)
    {
        var entry = new Listening(this, registration.Psm, layer.Listen(registration));
        _listening.Add(entry);
        return entry;
    }

    /// <summary>Offers a record, and its class to inquiries, until disposed.</summary>
    public IDisposable Advertise(ServiceRecordBuilder record, ushort serviceClass)
    {
        var handle = Records.Add(record);
        _classes.Add(serviceClass);
        ClassesChanged?.Invoke();
        return new Advertised(this, handle, serviceClass);
    }

    private sealed class Listening(ServiceDirectory directory, Psm psm, IDisposable binding) : IDisposable
    {
        public Psm Psm { get; } = psm;

        public void Dispose()
        {
            directory._listening.Remove(this);
            binding.Dispose();
        }
    }

    private sealed class Advertised(ServiceDirectory directory, ServiceRecordHandle handle, ushort serviceClass) : IDisposable
    {
        private bool _withdrawn;

        public void Dispose()
        {
            if (!_withdrawn)
            {
                _withdrawn = true;
                directory.Records.Remove(handle);
                directory._classes.Remove(serviceClass);
                directory.ClassesChanged?.Invoke();
            }
        }
    }
}
