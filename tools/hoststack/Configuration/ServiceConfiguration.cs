using System.Net;
using HostStack.Cli.Options;
using HostStack.Hci.Packets;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.UserMode;
using HostStack.Pan;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Configuration;

/// <summary>The configuration file of <c>hoststack run</c>.</summary>
internal sealed record ServiceConfiguration : ConfigurationSection
{
    /// <summary>The controllers, one host for each.</summary>
    public IReadOnlyList<ControllerSection> Controllers { get; set; } = [];

    /// <summary>The devices that <c>"authorize": "listed"</c> means.</summary>
    public IReadOnlyList<DeviceSection> Devices { get; set; } = [];

    /// <summary>The status socket; null: where it is by default.</summary>
    public string? StatusSocket { get; set; }

    /// <summary>The log.</summary>
    public LogSection Log { get; set; } = new() { Level = LogLevel.None };

    /// <summary>The file.</summary>
    public string File { get; set; } = "";

    /// <summary>A path of the configuration: what is not rooted begins at the file's own folder.</summary>
    public string Resolve(string path) =>
        System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(File)) ?? "/");
}

/// <summary>What is logged, and where to.</summary>
internal sealed record LogSection : ConfigurationSection
{
    /// <summary>The least level.</summary>
    public LogLevel Level { get; set; } = LogLevel.Warning;

    /// <summary>The file; null: standard error.</summary>
    public string? File { get; set; }
}

/// <summary>A controller and what is done with it.</summary>
internal sealed record ControllerSection : ConfigurationSection
{
    private static readonly TimeSpan s_usualLongest = new BluetoothHostOptions().LongestReopenWait;

    /// <summary>Where it is.</summary>
    public string Uri { get; set; } = "";

    /// <summary>The device's name.</summary>
    public string Name { get; set; } = "HostStack";

    /// <summary>The file of link keys; null: the usual one.</summary>
    public string? Keys { get; set; }

    /// <summary>What the terminal gives to pairing.</summary>
    public PairingInterface Io { get; set; }

    /// <summary>The PIN of legacy pairing; null: there is none.</summary>
    public PinCode? Pin { get; set; }

    /// <summary>The capture; null: none.</summary>
    public string? Btsnoop { get; set; }

    /// <summary>The class of device; null: the stack's.</summary>
    public ClassOfDevice? Class { get; set; }

    /// <summary>Whether inquiries find the device.</summary>
    public bool IsDiscoverable { get; set; }

    /// <summary>How long devices may pair after the start; null: not at all.</summary>
    public TimeSpan? Pairing { get; set; }

    /// <summary>Whether a controller that is not there at the start is waited for; else it ends the program.</summary>
    public bool Wait { get; set; } = true;

    /// <summary>The first wait for a controller that is not there.</summary>
    public TimeSpan FirstWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait; the stack's own where none is given, but no shorter than the first.</summary>
    public TimeSpan LongestWait
    {
        get => field > TimeSpan.Zero ? field : FirstWait > s_usualLongest ? FirstWait : s_usualLongest;
        set;
    }

    /// <summary>A folder of firmware for it; null: the system's alone.</summary>
    public string? Firmware { get; set; }

    /// <summary>The address that it is given; null: its own.</summary>
    public BdAddr? DeviceAddress { get; set; }

    /// <summary>Whether another controller may take the place of one that was lost.</summary>
    public bool AcceptsOtherController { get; set; }

    /// <summary>The roles that are served.</summary>
    public IReadOnlyList<NetworkSection> Networks { get; set; } = [];

    /// <summary>The peers' networks that are joined.</summary>
    public IReadOnlyList<ConnectionSection> Connections { get; set; } = [];
}

/// <summary>What a link must prove.</summary>
internal interface ISecuredSection
{
    /// <summary>The shortest key in octets.</summary>
    int MinimumKeySize { get; set; }

    /// <summary>Whether pairing must have been protected against a man in the middle.</summary>
    bool Authenticated { get; set; }

    /// <summary>Whether the link must use Secure Connections.</summary>
    bool SecureConnectionsOnly { get; set; }
}

/// <summary>A served role.</summary>
internal sealed record NetworkSection : ConfigurationSection, ISecuredSection
{
    /// <summary>The role.</summary>
    public PanRole Role { get; set; } = PanRole.Gn;

    /// <summary>Where the network meets this machine.</summary>
    public PortSection Port { get; set; } = new();

    /// <summary>Addresses of this machine on the network.</summary>
    public IReadOnlyList<IPNetworkAddress> Addresses { get; set; } = [];

    /// <summary>The network of the addresses that devices get; null: the backend's own.</summary>
    public IPNetwork? Subnet { get; set; }

    /// <summary>The interface by which devices go out; null: this machine's routes.</summary>
    public string? Uplink { get; set; }

    /// <summary>The name servers that devices are told; none: this machine's.</summary>
    public IReadOnlyList<IPAddress> NameServers { get; set; } = [];

    /// <summary>Whether devices get addresses by DHCP.</summary>
    public bool ServeDhcp { get; set; } = true;

    /// <summary>Ports of this machine that lead to a device, <c>tcp:8080:80</c>.</summary>
    public IReadOnlyList<PortForward> Forwards { get; set; } = [];

    /// <summary>Who may join: each rule is tried where the one before says no.</summary>
    public IReadOnlyList<AuthorizationWord> Authorize { get; set; } = [AuthorizationWord.Bonded];

    /// <inheritdoc/>
    public int MinimumKeySize { get; set; } = 16;

    /// <inheritdoc/>
    public bool Authenticated { get; set; }

    /// <inheritdoc/>
    public bool SecureConnectionsOnly { get; set; }

    /// <summary>Devices at one time; null: 7.</summary>
    public int? MaximumPeers { get; set; }

    /// <summary>Whether devices are kept from each other.</summary>
    public bool Isolate { get; set; }
}

/// <summary>A peer's network that is joined.</summary>
internal sealed record ConnectionSection : ConfigurationSection, ISecuredSection
{
    /// <summary>The peer.</summary>
    public BdAddr Peer { get; set; }

    /// <summary>Its role.</summary>
    public PanRole Role { get; set; } = PanRole.Nap;

    /// <summary>Where the network meets this machine.</summary>
    public PortSection Port { get; set; } = new();

    /// <summary>Addresses of this machine on the network.</summary>
    public IReadOnlyList<IPNetworkAddress> Addresses { get; set; } = [];

    /// <summary>Whether an address is asked of the network.</summary>
    public bool Dhcp { get; set; }

    /// <summary>Whether the network becomes the way to everywhere.</summary>
    public bool DefaultRoute { get; set; }

    /// <summary>Whether the peer is paired with where there is no bond.</summary>
    public bool Pair { get; set; } = true;

    /// <inheritdoc/>
    public int MinimumKeySize { get; set; } = 16;

    /// <inheritdoc/>
    public bool Authenticated { get; set; }

    /// <inheritdoc/>
    public bool SecureConnectionsOnly { get; set; }

    /// <summary>How it comes back after a loss.</summary>
    public ReconnectSection Reconnect { get; set; } = new();
}

/// <summary>How a connection comes back.</summary>
internal sealed record ReconnectSection : ConfigurationSection
{
    /// <summary>The first wait.</summary>
    public TimeSpan FirstWait { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait.</summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Attempts in a row; null: without end.</summary>
    public int? Attempts { get; set; }
}

/// <summary>What a network's port is.</summary>
internal enum PortKind
{
    /// <summary>A small IP host of the program's own, which answers pings.</summary>
    Endpoint = 0,

    /// <summary>A network interface of the system.</summary>
    Interface,

    /// <summary>A network interface of the system in a bridge.</summary>
    Bridge,

    /// <summary>A user-mode network with a way out, without privilege.</summary>
    UserMode,
}

/// <summary>Where a network meets this machine.</summary>
internal sealed record PortSection : ConfigurationSection
{
    /// <summary>What it is.</summary>
    public PortKind Kind { get; set; }

    /// <summary>The interface's name; null: made from the role.</summary>
    public string? Name { get; set; }

    /// <summary>The bridge that the interface joins.</summary>
    public string? Bridge { get; set; }

    /// <summary>The network namespace of the interface; null: this process's.</summary>
    public string? Namespace { get; set; }
}

/// <summary>A device that may join.</summary>
internal sealed record DeviceSection : ConfigurationSection
{
    /// <summary>Which.</summary>
    public BdAddr Address { get; set; }

    /// <summary>What people call it.</summary>
    public string? Name { get; set; }

    /// <summary>Until when; null: for ever.</summary>
    public DateTimeOffset? Until { get; set; }

    /// <summary>The roles that it may use; empty: all.</summary>
    public IReadOnlyList<PanRole> Roles { get; set; } = [];

    /// <summary>Whether it may use a role.</summary>
    public bool MayUse(PanRole role) => Roles.Count == 0 || Roles.Contains(role);
}

/// <summary>A rule of authorization.</summary>
internal enum AuthorizationWord
{
    /// <summary>Devices whose link key is stored.</summary>
    Bonded = 0,

    /// <summary>The devices of the list.</summary>
    Listed,

    /// <summary>Everyone whose link is secure.</summary>
    All,

    /// <summary>Whom the person at the terminal lets in.</summary>
    Ask,

    /// <summary>Nobody.</summary>
    None,
}
