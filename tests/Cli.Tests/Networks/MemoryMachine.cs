using System.Net;
using HostStack.Cli.Networks;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Linux;
using HostStack.NetDevices.Linux.Gateway;
using HostStack.NetDevices.Memory;
using HostStack.NetDevices.UserMode;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Tests.Networks;

/// <summary>A machine in memory: what commands make on it is noted, and can be refused.</summary>
internal sealed class MemoryMachine : IMachineNetworks
{
    /// <summary>Why interfaces are refused; null: they are made.</summary>
    public string? NoInterfaces { get; init; }

    /// <summary>Why gateways are refused; null: they are made.</summary>
    public string? NoGateways { get; init; }

    /// <summary>Why user mode is refused; null: it is there.</summary>
    public string? NoUserMode { get; init; }

    /// <summary>Why taking down fails, which it does after it is done; null: it does not.</summary>
    public string? NoEnd { get; init; }

    public IReadOnlyList<GatewayLeftover> Leftovers { get; init; } = [];

    public List<(TapOptions Options, bool TakesRouters)> Made { get; } = [];

    /// <summary>Says that somebody removed the interface.</summary>
    public Action<string>? Remove { get; private set; }

    public List<MemoryInterface> Ports { get; } = [];

    public List<KernelGatewayOptions> Gateways { get; } = [];

    public MemoryWayOut? Way { get; private set; }

    public List<UserModeOptions> UserModes { get; } = [];

    public SystemInterface CreateInterface(TapOptions options, bool takesRouters, Action<string> lost, ILogger log)
    {
        if (NoInterfaces is not null)
        {
            throw new NetDeviceException(NoInterfaces, isPermission: true);
        }

        Made.Add((options, takesRouters));
        Remove = lost;
        var port = new MemoryInterface(options.Name.Replace("%d", "0", StringComparison.Ordinal), options.Address!.Value, options.Mtu) { NoEnd = NoEnd };
        Ports.Add(port);
        return new SystemInterface(port, WasThere: false);
    }

    public Task<IWayOut> StartGatewayAsync(ISystemPort port, KernelGatewayOptions options, TimeProvider time, ILogger log)
    {
        if (NoGateways is not null)
        {
            throw new NetDeviceException(NoGateways);
        }

        Gateways.Add(options);
        return Task.FromResult<IWayOut>(Way = new MemoryWayOut(options) { Failure = NoEnd is null ? null : new NetDeviceException($"way out: {NoEnd}") });
    }

    public IEthernetPort OpenUserMode(UserModeOptions options, ILogger log)
    {
        if (NoUserMode is not null)
        {
            throw new NetDeviceException(NoUserMode);
        }

        UserModes.Add(options);
        return new MemoryEthernetPort(options.Name, new MacAddress(0x5255_0A00_0202));
    }

    public Task<PingResult> PingAsync(string port, string? networkNamespace, IPAddress target) =>
        Task.FromResult(new PingResult(PingStatus.Reply, TimeSpan.FromMilliseconds(3), 56));

    public Task<IReadOnlyList<GatewayLeftover>> RemoveLeftoversAsync(string? networkNamespace) => Task.FromResult(Leftovers);
}

/// <summary>An interface in memory, that keeps what is put on it.</summary>
internal sealed class MemoryInterface(string name, MacAddress address, int mtu) : ISystemPort
{
    private readonly MemoryEthernetPort _port = new(name, address, mtu);

    public event Action<bool>? CarrierChanged;

    public string Name => _port.Name;

    public MacAddress Address => _port.Address;

    public int Mtu => _port.Mtu;

    public bool IsCarrierUp => _port.IsCarrierUp;

    public bool IsDisposed { get; private set; }

    public string? NoEnd { get; init; }

    public List<string> Story { get; } = [];

    public void Start(IEthernetPortSink sink) => _port.Start(sink);

    public void Stop() => _port.Stop();

    public bool Send(in EthernetFrame frame) => _port.Send(frame);

    public void SetCarrier(bool up)
    {
        _port.SetCarrier(up);
        CarrierChanged?.Invoke(up);
    }

    public void Resume() => _port.Resume();

    public void AddAddress(IPAddress address, int prefixLength) => Story.Add($"+{address}/{prefixLength}");

    public void RemoveAddress(IPAddress address, int prefixLength) => Story.Add($"-{address}/{prefixLength}");

    public void AddDefaultRoute(IPAddress gateway, int metric) => Story.Add($"+default {gateway}");

    public void RemoveDefaultRoute(IPAddress gateway) => Story.Add($"-default {gateway}");

    public async ValueTask DisposeAsync()
    {
        IsDisposed = true;
        await _port.DisposeAsync();
        if (NoEnd is not null)
        {
            throw new NetDeviceException($"{Name}: {NoEnd}");
        }
    }
}

/// <summary>A way out that leads nowhere.</summary>
internal sealed class MemoryWayOut(KernelGatewayOptions options) : IWayOut
{
    public event Action<DhcpLease>? LeaseGranted;

    public event Action<string>? Disturbed;

    public IPNetwork Subnet { get; } = options.Subnet ?? IPNetwork.Parse("10.77.3.0/24");

    public IPAddress Address { get; } = IPAddress.Parse("10.77.3.1");

    public IPNetwork? Prefix { get; } = IPNetwork.Parse("fd12:3456:789a:1::/64");

    public bool HasIPv6Way => false;

    public string? Uplink => options.Uplink;

    public bool HasDhcp => options.Dhcp;

    public IReadOnlyList<GatewayLeftover> Leftovers => [];

    public IReadOnlyList<string> Obstacles => ["The chain FORWARD drops; allow the interface."];

    public bool IsDisposed { get; private set; }

    public void Grant(DhcpLease lease) => LeaseGranted?.Invoke(lease);

    public void Disturb(string sentence) => Disturbed?.Invoke(sentence);

    /// <summary>What its end throws; null: it ends well.</summary>
    public Exception? Failure { get; set; }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return Failure is { } failure ? ValueTask.FromException(failure) : ValueTask.CompletedTask;
    }
}
