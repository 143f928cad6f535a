using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Linux;
using HostStack.NetDevices.Linux.Gateway;
using HostStack.NetDevices.MacOs;
using HostStack.NetDevices.UserMode;
using HostStack.NetDevices.Windows;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Networks;

/// <summary>The machine that this process runs on.</summary>
/// <param name="variable">Reads an environment variable.</param>
internal sealed class SystemNetworks(Func<string, string?> variable) : IMachineNetworks
{
    // The part of a name that the kernel replaces by a number.
    private const string Numbered = "%d";
    private static readonly TimeSpan PingTime = TimeSpan.FromSeconds(5);
    private static readonly byte[] PingData = new byte[IpEndpoint.DefaultPayloadLength];

    // A service may write to its state folder, which outlives it (systemd.exec(5), StateDirectory=).
    private string Notes => variable("STATE_DIRECTORY")?.Split(':')[0] is { Length: > 0 } folder
        ? Path.Combine(folder, "gateways")
        : KernelGatewayOptions.DefaultRuntimeFolder;

    public SystemInterface CreateInterface(TapOptions options, bool takesRouters, Action<string> trouble, ILogger log)
    {
        if (OperatingSystem.IsLinux())
        {
            return CreateTap(options, takesRouters, trouble, log);
        }

        if (options.Bridge is not null || options.NetworkNamespace is not null)
        {
            throw new NetDeviceException("Bridges and network namespaces are Linux's; leave --bridge and --namespace out.");
        }

        return OperatingSystem.IsWindows() ? OpenAdapter(options, trouble, log)
            : OperatingSystem.IsMacOS() ? new SystemInterface(CreateUtun(options, log), WasThere: false)
            : throw new NetDeviceException("There are no interfaces for this system; use --endpoint, or nap --user-mode.");
    }

    public async Task<IWayOut> StartGatewayAsync(ISystemPort port, KernelGatewayOptions options, TimeProvider time, ILogger log) =>
        OperatingSystem.IsLinux()
            ? new KernelWayOut(await KernelGateway.StartAsync(port, options with { RuntimeFolder = Notes }, time, log))
            : throw new NetDeviceException("The way out by this machine's own routes is Linux's; use --user-mode.");

    public IEthernetPort OpenUserMode(UserModeOptions options, ILogger log) => UserModePort.Open(options, log);

    public Task<PingResult> PingAsync(string port, string? networkNamespace, IPAddress target)
    {
        var done = new TaskCompletionSource<PingResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                done.SetResult(InNamespace(networkNamespace, () => Ping(port, target)));
            }
            catch (NetDeviceException refused)
            {
                done.SetException(refused);
            }
        })
        {
            IsBackground = true,
            Name = "ping",
        };
        thread.Start();
        return done.Task;
    }

    public async Task<IReadOnlyList<GatewayLeftover>> RemoveLeftoversAsync(string? networkNamespace)
    {
        if (!OperatingSystem.IsLinux())
        {
            return [];
        }

        var found = new List<GatewayLeftover>(await KernelGateway.RemoveLeftoversAsync(networkNamespace, Notes));
        try
        {
            found.AddRange(LinuxLeftovers.Remove(networkNamespace).Select(static bridge => new GatewayLeftover(bridge, ["the bridge itself"])));
        }
        catch (NetDeviceException)
        {
            // Another user's, or of a namespace that is not there: what is made next says so.
        }

        return found;
    }

    private static SystemInterface CreateTap(TapOptions options, bool takesRouters, Action<string> trouble, ILogger log)
    {
        // One that the administrator made for this user (ip tuntap add) is used, and stays.
        var exists = InNamespace(options.NetworkNamespace, () => Find(options.Name) is not null);
        var port = Create(options with { KeepExisting = exists, IgnoreRouters = !takesRouters }, log);
        port.Lost += loss => trouble(loss.Message);
        foreach (var obstacle in port.Obstacles)
        {
            trouble(obstacle);
        }

        return new SystemInterface(port, exists);
    }

    private static SystemInterface OpenAdapter(TapOptions options, Action<string> trouble, ILogger log)
    {
        var port = WindowsTapPort.Open(
            new WindowsTapOptions { Adapter = GivenName(options), Address = options.Address, Mtu = options.Mtu }, log);
        port.Lost += loss => trouble(loss.Message);
        return new SystemInterface(port, WasThere: true);
    }

    private static UtunPort CreateUtun(TapOptions options, ILogger log)
    {
        const string prefix = "utun";
        var name = GivenName(options);
        var unit = 0;
        return name is null || (name.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(prefix.Length), out unit))
            ? UtunPort.Create(new UtunOptions { Address = options.Address!.Value, Mtu = options.Mtu, Unit = name is null ? null : unit }, logger: log)
            : throw new NetDeviceException($"The interface cannot be named {name} on macOS; write utun and a number, like utun5.");
    }

    // The kernel's pattern is nobody's wish.
    private static string? GivenName(TapOptions options) => options.Name.Contains(Numbered, StringComparison.Ordinal) ? null : options.Name;

    private static LinuxTapPort Create(TapOptions options, ILogger log)
    {
        try
        {
            return LinuxTapPort.Create(options, log);
        }
        catch (NetDeviceException refused) when (refused.Message.Contains(Numbered, StringComparison.Ordinal))
        {
            // People know the name that it would have got.
            throw new NetDeviceException(refused.Message.Replace(Numbered, "0", StringComparison.Ordinal), refused.IsPermission, refused);
        }
        catch (ArgumentException wrong)
        {
            throw new CommandFailedException(ExitCode.Usage, wrong.Message, wrong);
        }
    }

    private static T InNamespace<T>(string? name, Func<T> call)
    {
        if (name is null || !OperatingSystem.IsLinux())
        {
            return call();
        }

        using var space = LinuxNetworkNamespace.Open(name);
        return space.Run(call);
    }

    private static NetworkInterface? Find(string name) =>
        NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(found => found.Name == name);

    private static PingResult Ping(string port, IPAddress target)
    {
        using var ping = new Ping();
        var started = Stopwatch.GetTimestamp();
        try
        {
            var reply = ping.Send(Scoped(port, target), (int)PingTime.TotalMilliseconds, PingData);
            return reply.Status == IPStatus.Success
                ? new PingResult(PingStatus.Reply, Stopwatch.GetElapsedTime(started), PingData.Length)
                : Failed(reply.Status == IPStatus.TimedOut ? PingStatus.NoReply : PingStatus.NoNeighbour);
        }
        catch (PingException failure)
        {
            return Failed(failure.InnerException is SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.NetworkUnreachable }
                ? PingStatus.NoSourceAddress
                : PingStatus.NotSent);
        }

        static PingResult Failed(PingStatus status) => new(status, TimeSpan.Zero, PingData.Length);
    }

    // fe80::1 is another device on each interface.
    private static IPAddress Scoped(string port, IPAddress target) =>
        target is { IsIPv6LinkLocal: true, ScopeId: 0 } && Find(port) is { } found
            ? new IPAddress(target.GetAddressBytes(), found.GetIPProperties().GetIPv6Properties().Index)
            : target;

    private sealed class KernelWayOut : IWayOut
    {
        private readonly KernelGateway _gateway;

        public KernelWayOut(KernelGateway gateway)
        {
            _gateway = gateway;
            _gateway.LeaseGranted += lease => LeaseGranted?.Invoke(lease);
            _gateway.Disturbed += said => Disturbed?.Invoke(said);
        }

        public event Action<DhcpLease>? LeaseGranted;

        public event Action<string>? Disturbed;

        public IPNetwork Subnet => _gateway.Subnet;

        public IPAddress Address => _gateway.Address;

        public IPNetwork? Prefix => _gateway.Prefix;

        public bool HasIPv6Way => _gateway.HasIPv6Way;

        public string? Uplink => _gateway.Uplink;

        public bool HasDhcp => _gateway.HasDhcp;

        public IReadOnlyList<GatewayLeftover> Leftovers => _gateway.Leftovers;

        public IReadOnlyList<string> Obstacles => _gateway.Obstacles;

        public ValueTask DisposeAsync() => _gateway.DisposeAsync();
    }
}
