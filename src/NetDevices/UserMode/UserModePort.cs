using System.Diagnostics.CodeAnalysis;
using System.Net;
using HostStack.Ethernet;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.UserMode.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.NetDevices.UserMode;

/// <summary>A way out for peers without any privilege: libslirp answers DHCP, ARP, neighbour discovery and names, advertises
/// an IPv6 prefix, and carries TCP, UDP and echoes to the world by ordinary sockets of this process.</summary>
/// <remarks>
/// <para>One thread calls libslirp and delivers frames; it lives from <see cref="Open"/> until the port is disposed. Where
/// the network pauses, the NAT's sockets are not read until it resumes.</para>
/// <para>Up to <see cref="UserModeOptions.LeaseCount"/> peers get an IPv4 address each; an address stays with its peer while
/// the port is open. Peers reach what this machine reaches, the services on its own outer addresses among it; only the
/// loopback is closed unless asked for.</para>
/// <para>The NAT's sockets belong to the network namespace of the thread that calls <see cref="Open"/>.</para>
/// </remarks>
public sealed class UserModePort : IEthernetPort
{
    private readonly UserModePlan _plan;
    private readonly OutboundGuard _guard;
    private readonly UserModeLoop _loop;
    private readonly Lock _gate = new();
    private long _refused;

    private UserModePort(SlirpLibrary library, UserModePlan plan, ILogger log)
    {
        _plan = plan;
        _guard = new OutboundGuard(plan);
        LibraryVersion = library.VersionText;
        _loop = new UserModeLoop(library, plan, log);
        UserModeLog.Opened(log, Name, Network.ToString(), LibraryVersion, Gateway.ToString());
    }

    /// <inheritdoc/>
    public string Name => _plan.Options.Name;

    /// <summary>The address that the gateway speaks IPv4 from: 52:55 and the four octets of its IPv4 address. Its relay for
    /// names and its IPv6 side have addresses of their own.</summary>
    public MacAddress Address => _plan.GatewayMac;

    /// <inheritdoc/>
    public int Mtu => _plan.Options.Mtu;

    /// <summary>The IPv4 network of the peers.</summary>
    public IPNetwork Network => _plan.Options.Network;

    /// <summary>The gateway, which leases the addresses too.</summary>
    public IPAddress Gateway => UserModePlan.Address(_plan.Gateway);

    /// <summary>The name server that peers are told.</summary>
    public IPAddress DnsServer => UserModePlan.Address(_plan.NameServer);

    /// <summary>The first address that is leased.</summary>
    public IPAddress FirstLease => UserModePlan.Address(_plan.FirstLease);

    /// <summary>The IPv6 network that is advertised; null for none.</summary>
    public IPNetwork? Network6 => _plan.Options.Network6;

    /// <summary>The ways in.</summary>
    public IReadOnlyList<PortForward> Forwards => _plan.Options.Forwards;

    /// <summary>What the library says it is, <c>4.7.0</c>.</summary>
    public string LibraryVersion { get; }

    /// <inheritdoc cref="UserModeLoop.Rests"/>
    internal event Action? Rests
    {
        add => _loop.Rests += value;
        remove => _loop.Rests -= value;
    }

    /// <summary>What was counted so far.</summary>
    public UserModeCounters Counters => _loop.Counters with { Refused = Interlocked.Read(ref _refused) };

    /// <summary>Whether ports can be opened here.</summary>
    /// <param name="version">The library's version, where there is one.</param>
    /// <param name="problem">Why not, and what helps.</param>
    /// <returns>Whether libslirp is there, in a version that serves.</returns>
    public static bool IsAvailable([NotNullWhen(true)] out string? version, [NotNullWhen(false)] out string? problem)
    {
        version = SlirpLibrary.TryLoad(out var library, out problem) ? library.VersionText : null;
        return version is not null && problem is null;
    }

    /// <summary>Opens a port: listens on its forwards and starts its thread.</summary>
    /// <param name="options">The network behind it; null for the defaults.</param>
    /// <param name="logger">What the port says; null for silence.</param>
    /// <exception cref="NetDeviceException">libslirp is missing or too old, or a forward's port is taken.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static UserModePort Open(UserModeOptions? options = null, ILogger? logger = null)
    {
        options ??= new UserModeOptions();
        var plan = UserModePlan.From(options);
        var library = SlirpLibrary.Load(options.Name);
        return new UserModePort(library, plan, logger ?? NullLogger.Instance);
    }

    /// <inheritdoc/>
    public void Start(IEthernetPortSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        lock (_gate)
        {
            if (_loop.HasUser)
            {
                throw new InvalidOperationException($"The port {Name} belongs to a network already; open one port for each.");
            }

            _loop.SetUser(sink);
        }
    }

    /// <inheritdoc/>
    public void Stop()
    {
        lock (_gate)
        {
            _loop.SetUser(null);
        }
    }

    /// <summary>Hands a peer's frame to the NAT. Any thread; never blocks; borrows the frame for the call.</summary>
    /// <param name="frame">The frame. One that a NAT has no business with is taken, counted and dropped.</param>
    /// <returns>False where the queue was full, the frame too long or the port closed.</returns>
    public bool Send(in EthernetFrame frame)
    {
        if (!_guard.Admits(frame))
        {
            Interlocked.Increment(ref _refused);
            return true;
        }

        return _loop.TrySend(frame);
    }

    /// <inheritdoc/>
    public void SetCarrier(bool up) => _loop.SetCarrier(up);

    /// <inheritdoc/>
    public void Resume() => _loop.Resume();

    /// <summary>Ends the NAT, its connections and its forwards. When it is done the network is not called any more.</summary>
    public async ValueTask DisposeAsync() => await _loop.DisposeAsync();
}
