using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Linux;
using HostStack.NetDevices.Linux.Gateway;
using HostStack.NetDevices.UserMode;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Networks;

/// <summary>What a command may make on this machine for a network. A test gives its own, that makes nothing.</summary>
internal interface IMachineNetworks
{
    /// <summary>Makes an interface.</summary>
    /// <param name="options">How.</param>
    /// <param name="takesRouters">Whether what IPv6 routers advertise on it becomes addresses and routes of this machine.</param>
    /// <param name="trouble">Told in one sentence where the interface is not as it should be, or somebody removes it. Any thread.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="NetDeviceException">The machine or the system does not allow it.</exception>
    SystemInterface CreateInterface(TapOptions options, bool takesRouters, Action<string> trouble, ILogger log);

    /// <summary>Makes a way out for the peers behind an interface.</summary>
    /// <exception cref="NetDeviceException">A program is missing, or the system does not allow it.</exception>
    Task<IWayOut> StartGatewayAsync(ISystemPort port, KernelGatewayOptions options, TimeProvider time, ILogger log);

    /// <summary>Opens a way out that needs no privilege.</summary>
    /// <exception cref="NetDeviceException">The library is missing, or a forward's port is taken.</exception>
    IEthernetPort OpenUserMode(UserModeOptions options, ILogger log);

    /// <summary>Pings by the machine's own stack.</summary>
    /// <param name="port">The interface, for addresses that mean a different device on each.</param>
    /// <param name="networkNamespace">Its namespace; null: this process's.</param>
    /// <param name="target">Whom.</param>
    Task<PingResult> PingAsync(string port, string? networkNamespace, IPAddress target);

    /// <summary>Removes what runs that were killed have left behind.</summary>
    Task<IReadOnlyList<GatewayLeftover>> RemoveLeftoversAsync(string? networkNamespace);
}

/// <summary>An interface.</summary>
/// <param name="Port">Its port.</param>
/// <param name="WasThere">Whether the administrator had made it, so that it stays.</param>
internal readonly record struct SystemInterface(ISystemPort Port, bool WasThere);

/// <summary>A way out for peers, as people are told of it.</summary>
internal interface IWayOut : IAsyncDisposable
{
    /// <summary>An address was given to a peer.</summary>
    event Action<DhcpLease>? LeaseGranted;

    /// <summary>Something does not work as it should, in one sentence.</summary>
    event Action<string>? Disturbed;

    IPNetwork Subnet { get; }

    IPAddress Address { get; }

    IPNetwork? Prefix { get; }

    bool HasIPv6Way { get; }

    string? Uplink { get; }

    bool HasDhcp { get; }

    IReadOnlyList<GatewayLeftover> Leftovers { get; }

    /// <summary>What of others may keep packets from passing, in sentences with the remedy.</summary>
    IReadOnlyList<string> Obstacles { get; }
}

/// <summary>A machine on which no command may make anything: what is not a real process gets this.</summary>
internal sealed class UntouchedMachine : IMachineNetworks
{
    public SystemInterface CreateInterface(TapOptions options, bool takesRouters, Action<string> trouble, ILogger log) => throw Refusal();

    public Task<IWayOut> StartGatewayAsync(ISystemPort port, KernelGatewayOptions options, TimeProvider time, ILogger log) => throw Refusal();

    public IEthernetPort OpenUserMode(UserModeOptions options, ILogger log) => throw Refusal();

    public Task<PingResult> PingAsync(string port, string? networkNamespace, IPAddress target) => throw Refusal();

    public Task<IReadOnlyList<GatewayLeftover>> RemoveLeftoversAsync(string? networkNamespace) =>
        Task.FromResult<IReadOnlyList<GatewayLeftover>>([]);

    private static NetDeviceException Refusal() =>
        new("This process makes no interface on the machine; run hoststack itself.", isPermission: true);
}
