using System.Net;
using System.Net.Sockets;
using HostStack.Cli.Options;
using HostStack.NetDevices.UserMode;
using HostStack.Pan;

namespace HostStack.Cli.Networks;

/// <summary>What a network may be attached to.</summary>
internal enum AttachmentKind
{
    /// <summary>An interface of this machine.</summary>
    Interface = 0,

    /// <summary>A way out by sockets of this process.</summary>
    UserMode,

    /// <summary>The built-in endpoint.</summary>
    Endpoint,
}

/// <summary>What was asked for on the command line.</summary>
internal sealed record AttachmentRequest
{
    /// <summary>The role of this device.</summary>
    public required PanRole Role { get; init; }

    /// <summary>What was asked for by name; null: the best that is possible.</summary>
    public AttachmentKind? Wanted { get; init; }

    /// <summary>The interface's name; null: one of our own, numbered.</summary>
    public string? Interface { get; init; }

    public string? Bridge { get; init; }

    public string? Namespace { get; init; }

    public int Mtu { get; init; } = Ethernet.EthernetFrame.StandardMtu;

    public IReadOnlyList<IPNetworkAddress> Addresses { get; init; } = [];

    public IPNetwork? Subnet { get; init; }

    public string? Uplink { get; init; }

    public bool NoDhcp { get; init; }

    public IReadOnlyList<IPAddress> NameServers { get; init; } = [];

    public IReadOnlyList<PortForward> Forwards { get; init; } = [];

    public bool Dhcp { get; init; }

    public bool DefaultRoute { get; init; }

    /// <summary>What to try, in order.</summary>
    public IReadOnlyList<AttachmentKind> Order => Wanted is { } wanted
        ? [wanted]
        : Role == PanRole.Nap
            ? [AttachmentKind.Interface, AttachmentKind.UserMode, AttachmentKind.Endpoint]
            : [AttachmentKind.Interface, AttachmentKind.Endpoint];

    /// <summary>An interface's address without the length of its prefix would reach nobody.</summary>
    /// <exception cref="CommandFailedException">There is one.</exception>
    public void CheckLengths()
    {
        foreach (var bare in Addresses.Where(static given => given.PrefixLength is null).Select(static given => given.Address))
        {
            throw new CommandFailedException(
                ExitCode.Usage,
                $"--address {bare} needs the length of its network's prefix; write it like {bare}/{(bare.AddressFamily == AddressFamily.InterNetwork ? 24 : 64)}.");
        }
    }

    /// <summary>The address of a family; null: none was given.</summary>
    public IPNetworkAddress? AddressOf(AddressFamily family) =>
        Addresses.Where(given => given.Address.AddressFamily == family).Select(static given => (IPNetworkAddress?)given).FirstOrDefault();

    /// <summary>Whether an address is asked for by DHCP: a NAP is expected to have a server, a GN and a PANU are not.</summary>
    /// <param name="peerRole">The role of the peer whose network is joined; null: the network is served here.</param>
    public bool AsksDhcp(PanRole? peerRole) =>
        Dhcp || (peerRole == PanRole.Nap && AddressOf(AddressFamily.InterNetwork) is null);

    /// <summary>The name that the kernel numbers: <c>hs-nap%d</c> becomes <c>hs-nap0</c>.</summary>
    public string InterfaceName => Interface ?? $"hs-{Role.Name().ToLowerInvariant()}%d";
}
