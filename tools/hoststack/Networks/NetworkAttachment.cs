using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Ip;

namespace HostStack.Cli.Networks;

/// <summary>Where a network meets this machine, for the time of one command.</summary>
internal abstract class NetworkAttachment : IAsyncDisposable
{
    /// <summary>The port of the network.</summary>
    public abstract IEthernetPort Port { get; }

    /// <summary>Somebody is in the network: addresses that must be agreed on can be.</summary>
    public virtual void Begin()
    {
    }

    /// <summary>The command leaves the network, which is still there: a leased address can be given back.</summary>
    public virtual Task LeaveAsync() => Task.CompletedTask;

    public abstract ValueTask DisposeAsync();
}

/// <summary>An attachment with addresses of its own, that can ping.</summary>
internal abstract class HostAttachment : NetworkAttachment
{
    /// <summary>Pings, with an address of the target's family, which is waited for where it must be agreed on.</summary>
    /// <param name="target">Whom.</param>
    /// <param name="stop">Ctrl-C.</param>
    public abstract Task<PingResult> PingAsync(IPAddress target, CancellationToken stop);
}
