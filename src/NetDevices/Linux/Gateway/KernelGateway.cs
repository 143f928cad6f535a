using System.ComponentModel;
using System.Net;
using HostStack.NetDevices.Interfaces;
using Microsoft.Extensions.Logging;

namespace HostStack.NetDevices.Linux.Gateway;

/// <summary>Gives the peers behind an interface of this machine addresses and a way out, by the kernel: it forwards, nftables
/// masquerades, dnsmasq gives addresses and answers for names. Disposing undoes all of it; where the process is killed, the
/// next start in the same network namespace does.</summary>
public sealed partial class KernelGateway : IAsyncDisposable
{
    private const string SettingsRoot = "/proc/sys/net";

    private readonly ISystemPort _port;
    private readonly KernelGatewayOptions _options;
    private readonly GatewayStateFolder _folder;
    private readonly GatewayPlan _plan;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private GatewayState _state;
    private DnsmasqServer? _server;
    private int _isDisposed;

    private KernelGateway(
        ISystemPort port, KernelGatewayOptions options, GatewayStateFolder folder, GatewayPlan plan, GatewayState state,
        TimeProvider time, ILogger log)
    {
        _port = port;
        _options = options;
        _folder = folder;
        _plan = plan;
        _state = state;
        _time = time;
        _log = log;
    }

    /// <summary>Raised for each address that a peer got. Any thread.</summary>
    public event Action<DhcpLease>? LeaseGranted;

    /// <summary>Raised where something does not work as it should, with one sentence. Any thread.</summary>
    public event Action<string>? Disturbed;

    /// <summary>The peers' IPv4 network.</summary>
    public IPNetwork Subnet => _plan.Subnet;

    /// <summary>This machine's address on it.</summary>
    public IPAddress Address => _plan.Address;

    /// <summary>The peers' IPv6 prefix; null: they get no IPv6 beside link-local.</summary>
    public IPNetwork? Prefix => _plan.Prefix;

    /// <summary>This machine's address on it; null: there is none.</summary>
    public IPAddress? IPv6Address => _plan.IPv6Address;

    /// <summary>Whether the machine had an IPv6 way out at the start, and so offers itself as an IPv6 router.</summary>
    public bool HasIPv6Way => _plan.HasIPv6Way;

    /// <summary>The only way out; null: any.</summary>
    public string? Uplink => _plan.Uplink;

    /// <summary>Whether peers get addresses by DHCP.</summary>
    public bool HasDhcp => _options.Dhcp;

    /// <summary>What runs that were killed had left behind in this namespace, and is removed now.</summary>
    public IReadOnlyList<GatewayLeftover> Leftovers { get; private init; } = [];

    /// <summary>What may keep packets from passing though everything was made: rules of others, with the remedy.</summary>
    public IReadOnlyList<string> Obstacles { get; private set; } = [];

    /// <summary>Makes the way out.</summary>
    /// <param name="port">The interface that leads to the peers; it stays its owner's, who ends it after the gateway.</param>
    /// <param name="options">How.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="NetDeviceException">A program is missing, or the system refuses; nothing stays.</exception>
    public static async Task<KernelGateway> StartAsync(
        ISystemPort port, KernelGatewayOptions options, TimeProvider time, ILogger log)
    {
        try
        {
            return await StartOrFailAsync(port, options, time, log);
        }
        catch (Exception refused) when (IsRefusal(refused) && refused is not NetDeviceException)
        {
            throw new NetDeviceException(
                $"The way out of {port.Name} cannot be made ({refused.Message}); run as root, with {options.RuntimeFolder} on a disk that has room and can be written.",
                refused is UnauthorizedAccessException,
                refused);
        }
    }

    private static bool IsRefusal(Exception failure) => failure is IOException or UnauthorizedAccessException or Win32Exception;

    private static async Task<KernelGateway> StartOrFailAsync(
        ISystemPort port, KernelGatewayOptions options, TimeProvider time, ILogger log)
    {
        var programs = GatewayPrograms.Find(options);
        CheckNames(port.Name, options);
        var folder = new GatewayStateFolder(options.RuntimeFolder);
        using var held = GatewayLock.Take(options.RuntimeFolder, options.LockPatience);
        var space = await NamespaceThread.RunAsync(options.NetworkNamespace, NamespaceNumber);
        var leftovers = await GatewayLeftovers.RemoveAsync(folder, space, options.NetworkNamespace);
        foreach (var failure in leftovers.SelectMany(static leftover => leftover.Failures))
        {
            LogTrouble(log, failure);
        }

        // Of one that is gone the note tells what could not be undone: that is ours now.
        var left = folder.Read(port.Name, space);
        if (left is { IsOwned: true } other)
        {
            throw new NetDeviceException(
                $"{port.Name} is the interface of another gateway (process {other.Owner.Id}); end that one, or name another interface.");
        }

        var (plan, settings) = await NamespaceThread.RunAsync(
            options.NetworkNamespace, () => Decide(port, options, new ForwardingSettings(SettingsRoot)));
        var state = new GatewayState
        {
            Interface = port.Name,
            Namespace = space,
            Owner = ProcessIdentity.Own,
            Boot = BootIdentity.Current,
            Table = plan.Table,
            Settings = settings,
            Leases = options.Dhcp ? folder.LeasesOf(port.Name, space) : null,
        }.Inherit(left?.Settings ?? []);
        var gateway = new KernelGateway(port, options, folder, plan, state, time, log) { Leftovers = leftovers };
        try
        {
            // Noted before it is made: whoever is killed in between leaves a note of something that is not there, which is harmless.
            folder.Write(state);
            await gateway.MakeAsync(programs);
            return gateway;
        }
        catch
        {
            await gateway.EndServerAsync();
            await gateway.UndoAsync();
            throw;
        }
    }

    /// <summary>Removes what runs that were killed have left behind in a namespace. Other gateways are not touched.</summary>
    /// <param name="networkNamespace">The namespace; null: this process's.</param>
    /// <param name="runtimeFolder">Where they noted what they made.</param>
    /// <returns>What was removed; empty where there was nothing, or where this user may not.</returns>
    /// <exception cref="NetDeviceException">The namespace cannot be entered.</exception>
    public static async Task<IReadOnlyList<GatewayLeftover>> RemoveLeftoversAsync(
        string? networkNamespace = null, string runtimeFolder = KernelGatewayOptions.DefaultRuntimeFolder)
    {
        if (!Directory.Exists(runtimeFolder) || GatewayStateFolder.TryOpen(runtimeFolder) is not { } folder)
        {
            return [];
        }

        using var held = GatewayLock.TryTake(runtimeFolder, out _);
        if (held is null)
        {
            return [];
        }

        var space = await NamespaceThread.RunAsync(networkNamespace, NamespaceNumber);
        return await GatewayLeftovers.RemoveAsync(folder, space, networkNamespace);
    }

    /// <summary>Undoes everything, the last thing first. What cannot be undone is told by <see cref="Disturbed"/> and does not
    /// stop the rest. Idempotent.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        // The server goes first: it may be about to note a new process, for which it waits for the lock.
        await EndServerAsync();
        using var held = GatewayLock.TryTake(_options.RuntimeFolder, out var why, _options.LockPatience);
        if (held is null)
        {
            Tell($"What {_port.Name} needed is undone without the lock: {why}");
        }

        await UndoAsync();
    }

    private static string NamespaceNumber() =>
        string.Concat((new FileInfo("/proc/thread-self/ns/net").LinkTarget ?? "").Where(char.IsAsciiDigit));

    private static void CheckNames(string name, KernelGatewayOptions options)
    {
        foreach (var given in new[] { name, options.Uplink }.OfType<string>().Where(static given => !GatewayPlan.IsInterfaceName(given)))
        {
            throw new NetDeviceException($"'{given}' cannot be the name of an interface here; letters, digits, - _ . and @ make one, up to 15.");
        }

        if (options.Subnet is { } subnet && !GatewayPlan.IsSubnet(subnet))
        {
            throw new NetDeviceException($"{subnet} cannot be the peers' network; give an IPv4 one of /8 to /29, like 10.77.0.0/24.");
        }

        if ((options.Address is { } own && options.Subnet?.Contains(own) != true)
            || (options.IPv6Address is { } own6 && options.Prefix?.Contains(own6) != true))
        {
            throw new NetDeviceException("This machine's address must be of the peers' network; give both, or the network alone.");
        }

        if (options.Prefix is { PrefixLength: not 64 } or { BaseAddress.AddressFamily: not System.Net.Sockets.AddressFamily.InterNetworkV6 })
        {
            throw new NetDeviceException($"{options.Prefix} cannot be the peers' IPv6 network; devices make their addresses in a /64, like fd00:77::/64.");
        }
    }

    // Runs in the namespace.
    private static (GatewayPlan Plan, IReadOnlyList<KernelSetting> Settings) Decide(
        ISystemPort port, KernelGatewayOptions options, ForwardingSettings settings)
    {
        var present = RouteTables.Destinations(ReadOr("/proc/thread-self/net/route"), port.Name);
        var subnet = options.Subnet ?? PrivateNetworks.FreeSubnet(port.Address, present)
            ?? throw new NetDeviceException("Each private network meets one that this machine has a route to; give one with --subnet.");
        if (options.Subnet is { } wanted && present.Any(other => PrivateNetworks.Overlap(wanted, other)))
        {
            throw new NetDeviceException(
                $"The network {wanted} meets {present.First(other => PrivateNetworks.Overlap(wanted, other))}, which this machine has a route to; give another one.");
        }

        var hasIPv6 = options.IPv6 && settings.HasIPv6;
        var plan = new GatewayPlan(
            port.Name,
            subnet,
            hasIPv6 ? options.Prefix ?? PrivateNetworks.UniqueLocalPrefix(port.Address, port.Name) : null,
            options.Uplink,
            port.Mtu,
            hasIPv6 && RouteTables.HasIPv6Default(ReadOr("/proc/thread-self/net/ipv6_route"), port.Name, options.Uplink),
            options.Address,
            hasIPv6 ? options.IPv6Address : null);
        return (plan, settings.Changing(hasIPv6, port.Name));
    }

    private static string ReadOr(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private async Task MakeAsync(GatewayPrograms programs)
    {
        if (await SystemPrograms.RunAsync([programs.Nft, "-f", "-"], _options.NetworkNamespace, NftScript.Make(_plan)) is { } refusal)
        {
            throw new NetDeviceException(
                $"nftables refuses the rules of {_port.Name}: {refusal.ReplaceLineEndings(" ")}; run as root, on a kernel with nft_masq.",
                refusal.Contains("not permitted", StringComparison.Ordinal));
        }

        await NamespaceThread.RunAsync(_options.NetworkNamespace, () =>
        {
            new ForwardingSettings(SettingsRoot).TurnOn(_plan.Prefix is not null, _port.Name);
            return true;
        });
        _port.AddAddress(_plan.Address, _plan.Subnet.PrefixLength);
        if (_plan is { Prefix: { } prefix, IPv6Address: { } address })
        {
            _port.AddAddress(address, prefix.PrefixLength);
        }

        if (programs.Dnsmasq is not null)
        {
            await StartServerAsync(programs);
        }

        Obstacles = await ForwardRules.ObstaclesAsync(programs.Nft, _plan, _options.NetworkNamespace);
        foreach (var obstacle in Obstacles)
        {
            LogTrouble(_log, obstacle);
        }
    }

    private async Task StartServerAsync(GatewayPrograms programs)
    {
        var leases = _state.Leases!;
        GatewayStateFolder.MakeLeases(leases);
        var givesUpRoot = programs.GivesUpRoot && CanGive(leases, GatewayCalls.GiveTo, Tell);
        _server = await DnsmasqServer.StartAsync(
            [.. programs.ServerPrefix(GatewayCalls.IsRoot, givesUpRoot), .. DnsmasqCommand.Arguments(_plan, leases, _options.NameServers)],
            _options.NetworkNamespace,
            _time,
            _log);
        _server.LeaseGranted += lease => Subscribers.Tell(LeaseGranted, lease, _log, _state.Interface);
        _server.Died += (line, wait) =>
            Disturbed?.Invoke($"dnsmasq ended ({line}); it is started again in {wait.TotalSeconds:0} s, until then no peer gets an address.");
        _server.Restarted += server =>
        {
            try
            {
                using var held = GatewayLock.Take(_options.RuntimeFolder, _options.LockPatience);
                NoteServer(server);
            }
            catch (Exception refused) when (IsRefusal(refused))
            {
                // It serves all the same, and ends with this process.
                Tell($"That dnsmasq runs again could not be noted: {refused.Message}");
            }
        };
        NoteServer(_server.Identity);
    }

    // Under the lock. What another gateway handed over may stand in the file. Where the note is gone or another's, somebody
    // has undone what it says: it must not come back.
    private void NoteServer(ProcessIdentity? server)
    {
        if (_folder.Read(_state.Interface, _state.Namespace) is { } noted && noted.Owner == _state.Owner)
        {
            _state = noted with { Server = server };
            _folder.Write(_state);
        }
    }

    private async Task EndServerAsync()
    {
        try
        {
            await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
#pragma warning disable CA1031 // Whatever keeps the server from ending must not keep the rest from being undone.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Tell($"dnsmasq of {_port.Name} could not be ended: {failure.Message}");
        }
    }

    /// <summary>Gives the lease file to the user that dnsmasq is to be, where the system lets us.</summary>
    /// <returns>Whether it did; otherwise dnsmasq stays the user that it is.</returns>
    internal static bool CanGive(string leases, Action<string, uint> give, Action<string> tell)
    {
        try
        {
            give(leases, ChildPrivileges.User);
            return true;
        }
        catch (Win32Exception refused)
        {
            tell($"dnsmasq runs as this user, because {leases} cannot be given to nobody ({refused.Message}).");
            return false;
        }
    }

    private async Task UndoAsync()
    {
        Try(() => _port.RemoveAddress(_plan.Address, _plan.Subnet.PrefixLength));
        if (_plan is { Prefix: { } prefix, IPv6Address: { } address })
        {
            Try(() => _port.RemoveAddress(address, prefix.PrefixLength));
        }

        // What another gateway has noted since is in use, and its own to undo.
        var state = _folder.Read(_state.Interface, _state.Namespace) ?? _state;
        if (state.Owner == _state.Owner)
        {
            _ = await GatewayLeftovers.UndoAsync(_folder, state with { Server = null }, _options.NetworkNamespace, Tell);
        }
    }

    private void Try(Action step)
    {
        try
        {
            step();
        }
        catch (Exception refused) when (IsRefusal(refused))
        {
            Tell(refused.Message);
        }
        catch (ObjectDisposedException)
        {
            // The interface went first, and took its addresses with it.
        }
    }

    private void Tell(string said)
    {
        LogTrouble(_log, said);
        Disturbed?.Invoke(said);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Said}")]
    private static partial void LogTrouble(ILogger log, string said);
}
