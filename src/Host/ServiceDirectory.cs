using HostStack.L2cap;
using HostStack.L2cap.Channels;
using HostStack.Sdp.Records;

namespace HostStack.Host;

/// <summary>What a host offers, in every epoch: PSMs that are listened on, records, service classes. Loop only.</summary>
internal sealed class ServiceDirectory
{
    private readonly List<Listening> _listening = [];
    private readonly List<ushort> _classes = [];
    private L2capLayer? _layer;

    /// <summary>The records of the SDP server.</summary>
    public ServiceRecordDatabase Records { get; } = new();

    /// <summary>The service classes that inquiries are told, each once.</summary>
    public IReadOnlyList<ushort> ServiceClasses => [.. _classes.Distinct()];

    /// <summary>The PSMs that are listened on.</summary>
    public IReadOnlyList<Psm> Psms => [.. _listening.Select(static entry => entry.Registration.Psm)];

    /// <summary>Called when <see cref="ServiceClasses"/> changed.</summary>
    public Action? ClassesChanged { get; set; }

    /// <summary>Listens until disposed, in this epoch and in later ones.</summary>
    /// <exception cref="InvalidOperationException">Another service has the PSM.</exception>
    public IDisposable Listen(ServiceRegistration registration)
    {
        if (_listening.Exists(entry => entry.Registration.Psm == registration.Psm))
        {
            throw new InvalidOperationException($"PSM {registration.Psm} is served already; stop the other service first.");
        }

        var entry = new Listening(this, registration) { Binding = _layer?.Listen(registration) };
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

    /// <summary>An epoch begins.</summary>
    public void Bind(L2capLayer layer)
    {
        _layer = layer;
        foreach (var entry in _listening)
        {
            entry.Binding = layer.Listen(entry.Registration);
        }
    }

    /// <summary>The epoch is over.</summary>
    public void Unbind()
    {
        _layer = null;
        foreach (var entry in _listening)
        {
            entry.Binding = null;
        }
    }

    private sealed class Listening(ServiceDirectory directory, ServiceRegistration registration) : IDisposable
    {
        public ServiceRegistration Registration { get; } = registration;

        public IDisposable? Binding { get; set; }

        public void Dispose()
        {
            directory._listening.Remove(this);
            Binding?.Dispose();
            Binding = null;
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
