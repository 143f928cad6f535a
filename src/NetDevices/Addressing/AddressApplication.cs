using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Dhcp;
using HostStack.NetDevices.Interfaces;
using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.Addressing;

/// <summary>Carries out what an <see cref="AddressingCore"/> decides: system calls, the lease file, what is told. One call at
/// a time, in order.</summary>
internal sealed partial class AddressApplication(
    string name, IAddressApplier applier, LeaseFile? file, int metric, ILogger logger)
{
    private readonly Queue<Action> _untold = new();
    private IPAddress? _gateway;

    // Replaced as a whole, so that any thread reads a whole list.
    private volatile IReadOnlyList<AddressAssignment> _assignments = [];

    /// <summary>An address was put on, changed or taken off. In <see cref="Tell"/>.</summary>
    public event Action<AddressChange, AddressAssignment>? Changed;

    /// <summary>The system refused something. In <see cref="Tell"/>.</summary>
    public event Action<NetDeviceException>? Failed;

    /// <summary>What is on the interface.</summary>
    public IReadOnlyList<AddressAssignment> Assignments => _assignments;

    /// <summary>Replaces one assignment by another.</summary>
    /// <param name="before">What is to go; null for nothing.</param>
    /// <param name="after">What is to be there; null for nothing.</param>
    public void Change(AddressAssignment? before, AddressAssignment? after)
    {
        // What the system refused before is not there: it is tried again, and nobody is told that it goes.
        var isThere = before is not null && _assignments.Contains(before, ReferenceEqualityComparer.Instance);
        var isSame = isThere && after is not null && before!.Address.Equals(after.Address) && before.PrefixLength == after.PrefixLength;
        if (before is not null && isThere && !isSame)
        {
            Try(() => applier.RemoveAddress(before.Address, before.PrefixLength));
            _assignments = [.. _assignments.Where(other => !ReferenceEquals(other, before))];
            LogRemoved(logger, name, before);
            _untold.Enqueue(() => Subscribers.Tell(Changed, AddressChange.Removed, before, logger, name));
        }

        if (after is null || (!isSame && !Try(() => applier.AddAddress(after.Address, after.PrefixLength))))
        {
            return;
        }

        _assignments = [.. _assignments.Where(other => !ReferenceEquals(other, before)), after];
        if (!isSame)
        {
            LogAdded(logger, name, after);
        }

        var change = isSame ? AddressChange.Updated : AddressChange.Added;
        _untold.Enqueue(() => Subscribers.Tell(Changed, change, after, logger, name));
    }

    /// <summary>Tells that what a server gives is not taken.</summary>
    /// <param name="refused">What it gives.</param>
    public void Refuse(AddressAssignment refused)
    {
        var fault = new NetDeviceException(
            $"The network {refused} is not taken: a route that wide would take what is meant for others; give {name} a fixed "
            + "address, or have the server give a mask of 255.255.0.0 or longer.");
        LogRefused(logger, name, fault.Message);
        Fail(fault);
    }

    /// <summary>Makes the default route go another way.</summary>
    /// <param name="gateway">The gateway; null for no route.</param>
    public void Route(IPAddress? gateway)
    {
        if (_gateway is { } old)
        {
            _gateway = null;
            Try(() => applier.RemoveDefaultRoute(old));
        }

        if (gateway is not null && Try(() => applier.AddDefaultRoute(gateway, metric)))
        {
            _gateway = gateway;
        }
    }

    /// <summary>Raises the events of what was done, in order. To be called when all is done that was decided at once: who hears
    /// of an address uses it, and its route must be there.</summary>
    public void Tell()
    {
        while (_untold.TryDequeue(out var told))
        {
            told();
        }
    }

    /// <summary>Writes the lease file.</summary>
    /// <param name="mac">The interface.</param>
    /// <param name="lease">The lease; null removes the file.</param>
    /// <param name="expires">When it ends; null never.</param>
    public void Remember(MacAddress mac, DhcpLease? lease, DateTimeOffset? expires)
    {
        try
        {
            if (lease is null)
            {
                file?.Delete();
            }
            else
            {
                file?.Write(mac, lease.Address, expires);
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The address is good all the same; only the next start takes longer.
            LogLeaseFile(logger, name, fault.Message);
        }
    }

    private void Fail(NetDeviceException fault) => _untold.Enqueue(() => Subscribers.Tell(Failed, fault, logger, name));

    private bool Try(Action call)
    {
        try
        {
            call();
            return true;
        }
        catch (NetDeviceException fault)
        {
            LogFailed(logger, name, fault.Message);
            Fail(fault);
            return false;
        }
        catch (ObjectDisposedException)
        {
            // The interface is gone, and its addresses with it.
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} has {Assignment}")]
    private static partial void LogAdded(ILogger logger, string name, AddressAssignment assignment);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Name} no longer has {Assignment}")]
    private static partial void LogRemoved(ILogger logger, string name, AddressAssignment assignment);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: {Fault}")]
    private static partial void LogRefused(ILogger logger, string name, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Name}: {Fault}")]
    private static partial void LogFailed(ILogger logger, string name, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Name}: the lease cannot be remembered: {Fault}")]
    private static partial void LogLeaseFile(ILogger logger, string name, string fault);
}
