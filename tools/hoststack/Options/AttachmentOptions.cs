using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using HostStack.Cli.Networks;
using HostStack.Ethernet;
using HostStack.NetDevices.UserMode;
using HostStack.Pan;

namespace HostStack.Cli.Options;

/// <summary>The options that say where a network meets this machine.</summary>
internal sealed class AttachmentOptions(PanRole role)
{
    // What every IPv4 host takes (RFC 1122); below 1280, IPv6 is off.
    private const int LeastMtu = 576;

    public Option<string?> Interface { get; } = new("--interface")
    {
        Description = $"Make a network interface on this machine, as root. Default where it can be made; its name is hs-{role.Name().ToLowerInvariant()}0 unless given. One that exists and is this user's is used and stays.",
        HelpName = "NAME",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<string?> Bridge { get; } = new("--bridge")
    {
        Description = "Put the interface in this bridge, which is made where it is not there; addresses are then the bridge's matter.",
        HelpName = "NAME",
    };

    public Option<bool> UserMode { get; } = new("--user-mode")
    {
        Description = "Give the devices addresses and a way out by libslirp: no privilege, no interface.",
    };

    public Option<bool> Endpoint { get; } = new("--endpoint")
    {
        Description = "Make no interface: the built-in endpoint answers pings, and needs no privilege.",
    };

    public Option<string?> Namespace { get; } = new("--namespace")
    {
        Description = "Make the interface in this network namespace (ip netns).",
        HelpName = "NAME",
    };

    public Option<int> Mtu { get; } = new("--mtu")
    {
        Description = "The largest packet in octets.",
        HelpName = "576-1500",
        DefaultValueFactory = static _ => EthernetFrame.StandardMtu,
        CustomParser = OptionParsers.Number("--mtu", LeastMtu, EthernetFrame.StandardMtu),
    };

    public Option<IPNetwork?> Subnet { get; } = new("--subnet")
    {
        Description = "The devices' IPv4 network, whose first address is this machine's. Default: a private one that no route of this machine meets.",
        HelpName = "CIDR",
        CustomParser = static result => OptionParsers.Parse<IPNetwork?>(result, static text =>
            IPNetwork.TryParse(text, out var network) && network is { BaseAddress.AddressFamily: AddressFamily.InterNetwork, PrefixLength: >= 8 and <= 29 }
                ? network
                : throw new FormatException($"--subnet cannot be '{text}'; write an IPv4 network of /8 to /29, like 10.77.0.0/24.")),
    };

    public Option<string?> Uplink { get; } = new("--uplink")
    {
        Description = "The only interface that the devices go out by. Default: as this machine's routes say.",
        HelpName = "NAME",
    };

    public Option<bool> NoDhcp { get; } = new("--no-dhcp")
    {
        Description = "Give no addresses: the devices have fixed ones.",
    };

    public Option<IPAddress[]> Dns { get; } = new("--dns")
    {
        Description = "The name server that questions of the devices go to; may be given twice. Default: this machine's.",
        HelpName = "IP",
        CustomParser = static result => OptionParsers.ParseAll(result, OptionParsers.Host),
    };

    public Option<PortForward[]> Forward { get; } = new("--forward")
    {
        Description = "A way in, with --user-mode: a port of this machine that leads to one of the first device, like tcp:8080:80. May be repeated.",
        HelpName = "PROTO:PORT:PORT",
        CustomParser = static result => OptionParsers.ParseAll(result, static text =>
            PortForward.TryParse(text, out var forward)
                ? forward
                : throw new FormatException($"--forward cannot be '{text}'; write it like tcp:8080:80 (a port here, a port there).")),
    };

    public Option<bool> Dhcp { get; } = new("--dhcp")
    {
        Description = "Ask for an address by DHCP. Default in a NAP's network, where no --address is given.",
    };

    public Option<bool> DefaultRoute { get; } = new("--default-route")
    {
        Description = "Make the network the way to everywhere, before ways that the machine has.",
    };

    private bool HasWayOut => role == PanRole.Nap;

    private bool IsUser => role == PanRole.Panu;

    private Option[] OfInterface =>
    [
        Interface, Bridge, Namespace, .. HasWayOut ? new Option[] { Uplink, NoDhcp } : [], .. IsUser ? new Option[] { Dhcp, DefaultRoute } : [],
    ];

    public void AddTo(Command command)
    {
        command.Add(Interface);
        command.Add(Bridge);
        if (HasWayOut)
        {
            command.Add(UserMode);
        }

        command.Add(Endpoint);
        command.Add(Namespace);
        command.Add(Mtu);
        if (HasWayOut)
        {
            command.Add(Subnet);
            command.Add(Uplink);
            command.Add(NoDhcp);
            command.Add(Dns);
            command.Add(Forward);
        }

        if (IsUser)
        {
            command.Add(Dhcp);
            command.Add(DefaultRoute);
        }
    }

    /// <summary>What was asked for.</summary>
    /// <param name="arguments">What was typed.</param>
    /// <param name="addresses">The addresses that were given.</param>
    /// <exception cref="CommandFailedException">Options contradict each other.</exception>
    public AttachmentRequest Request(ParseResult arguments, IReadOnlyList<IPNetworkAddress> addresses)
    {
        var wanted = Wanted(arguments);
        var request = new AttachmentRequest
        {
            Role = role,
            Wanted = wanted,
            Interface = arguments.GetValue(Interface),
            Bridge = arguments.GetValue(Bridge),
            Namespace = arguments.GetValue(Namespace),
            Mtu = arguments.GetValue(Mtu),
            Addresses = addresses,
            Subnet = HasWayOut ? arguments.GetValue(Subnet) : null,
            Uplink = HasWayOut ? arguments.GetValue(Uplink) : null,
            NoDhcp = HasWayOut && arguments.GetValue(NoDhcp),
            NameServers = HasWayOut ? arguments.GetValue(Dns) ?? [] : [],
            Forwards = HasWayOut ? arguments.GetValue(Forward) ?? [] : [],
            Dhcp = IsUser && arguments.GetValue(Dhcp),
            DefaultRoute = IsUser && arguments.GetValue(DefaultRoute),
        };
        Check(request);
        return request;
    }

    private static void Check(AttachmentRequest request)
    {
        if (request.Wanted == AttachmentKind.Endpoint)
        {
            return;
        }

        if (request is { Role: PanRole.Nap, Subnet: not null } && request.Addresses.Any(static given => given.Address.AddressFamily == AddressFamily.InterNetwork))
        {
            throw Wrong("--subnet and --address name the same network; leave one of them out.");
        }

        if (request is { Role: PanRole.Nap, Bridge: { } bridge } && (request.Subnet is not null || request.Uplink is not null || request.NoDhcp || request.NameServers.Count > 0))
        {
            throw Wrong($"In the bridge {bridge} addresses and ways out are those of its network; leave --subnet, --uplink, --no-dhcp and --dns out.");
        }

        if (request is { Bridge: { } shared } && (request.Dhcp || request.DefaultRoute))
        {
            throw Wrong($"In the bridge {shared} addresses and routes are the bridge's matter; leave --dhcp and --default-route out.");
        }

        if (request.Wanted == AttachmentKind.UserMode && request.Addresses.Count > 0)
        {
            throw Wrong("--user-mode takes its address from its network; name that with --subnet instead of --address.");
        }

        if (request.Wanted == AttachmentKind.Interface)
        {
            request.CheckLengths();
        }
    }

    private static CommandFailedException Wrong(string sentence) => new(ExitCode.Usage, sentence);

    private static bool IsGiven(ParseResult arguments, Option option) => arguments.GetResult(option) is { Implicit: false };

    private AttachmentKind? Wanted(ParseResult arguments)
    {
        var userMode = HasWayOut && (arguments.GetValue(UserMode) || IsGiven(arguments, Forward));
        var endpoint = arguments.GetValue(Endpoint);
        var ofInterface = OfInterface.FirstOrDefault(option => IsGiven(arguments, option));
        if (userMode && endpoint)
        {
            throw Wrong("--user-mode and --endpoint are two ways; choose one.");
        }

        if (ofInterface is not null && (userMode || endpoint))
        {
            throw Wrong($"{ofInterface.Name} needs an interface, which {(endpoint ? "--endpoint" : "--user-mode")} does not make; leave one of them out.");
        }

        return userMode ? AttachmentKind.UserMode
            : endpoint ? AttachmentKind.Endpoint
            : ofInterface is not null ? AttachmentKind.Interface
            : null;
    }
}
