using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HostStack.Cli.Options;
using HostStack.Hci.Packets;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.NetDevices.UserMode;
using HostStack.Pan;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Configuration;

/// <summary>The shape of the configuration file: every property, once.</summary>
internal static class ConfigurationShapes
{
    private const int LongestInterfaceName = 15;
    private const int MaximumAttempts = 1_000_000;
    private const string AddressPattern = "^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$";
    private static readonly double LongestTime = TimeSpan.FromDays(24).TotalSeconds;

    private static readonly ChoiceShape<PanRole> Role = new(("gn", PanRole.Gn), ("nap", PanRole.Nap), ("panu", PanRole.Panu));
    private static readonly FlagShape Flag = new();
    private static readonly SecondsShape Wait = new(0.1, 86_400);
    private static readonly NumberShape KeySize = new(SecurityOptions.ShortestKey, 16);

    private static readonly TextShape<string> FileName = new(
        static (text, out path) => (path = text).Length > 0 && !text.Contains('\0'), "write the path of a file", "^.+$");

    private static readonly TextShape<string> FolderName = new(
        static (text, out path) => (path = text).Length > 0 && !text.Contains('\0'), "write the path of a folder", "^.+$");

    private static readonly TextShape<BdAddr> Device = new(
        static (text, out address) => BdAddr.TryParse(text, out address),
        "write six octets like 5C:F3:70:66:12:34",
        AddressPattern);

    private static readonly TextShape<BdAddr> OwnAddress = new(
        static (text, out address) => BdAddr.TryParse(text, out address) && address is { IsZero: false, IsMulticast: false },
        "write six octets like 5C:F3:70:66:12:34, the first one even",
        AddressPattern);

    private static readonly TextShape<string> DeviceNameText = new(
        static (text, out name) => System.Text.Encoding.UTF8.GetByteCount(name = text) is > 0 and <= DeviceName.Size,
        $"write 1 to {DeviceName.Size} octets of UTF-8",
        "^.+$");

    private static readonly TextShape<string> InterfaceName = new(
        static (text, out name) => (name = text).Length is > 0 and <= LongestInterfaceName && text is not ("." or "..")
            && text.All(static letter => letter is > ' ' and <= '~' and not ('/' or ':' or '%')),
        $"write 1 to {LongestInterfaceName} letters and digits, like hs-gn",
        "^[!-~]{1,15}$");

    private static readonly TextShape<IPNetworkAddress> Cidr = new(
        TryCidr,
        "write a unicast address like 10.0.0.1/24 or fd00::1/64");

    private static readonly TextShape<IPNetwork> Network = new(
        static (text, out network) => IPNetwork.TryParse(text, out network) && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork,
        "write an IPv4 network like 10.0.0.0/24, with zeros behind its length",
        "/[0-9]+$");

    private static readonly TextShape<IPAddress> Host = new(
        static (text, out address) => IPAddress.TryParse(text, out address!), "write an IP address like 10.0.0.1 or fd00::1");

    private static readonly TextShape<PortForward> Forward = new(
        static (text, out forward) => PortForward.TryParse(text, out forward!),
        "write it like tcp:8080:80, protocol, port here and port of the device",
        "^(tcp|udp):");

    // What "ip netns" makes is a file in a folder.
    private static readonly TextShape<string> Namespace = new(
        static (text, out name) => (name = text).Length is > 0 and <= 255 && text is not ("." or "..") && !text.AsSpan().ContainsAny('/', '\0'),
        "write the name of a network namespace, as 'ip netns' lists it",
        "^[^/]+$");

    private static readonly ChoiceShape<AuthorizationWord> AuthorizationRule = new(
        ("bonded", AuthorizationWord.Bonded),
        ("listed", AuthorizationWord.Listed),
        ("all", AuthorizationWord.All),
        ("ask", AuthorizationWord.Ask),
        ("none", AuthorizationWord.None));

    private static readonly ObjectShape<PortSection> Port = new(
        new Property<PortSection, PortKind>(
            "kind",
            new ChoiceShape<PortKind>(
                ("endpoint", PortKind.Endpoint), ("interface", PortKind.Interface), ("bridge", PortKind.Bridge), ("user-mode", PortKind.UserMode)),
            static (port, kind) => port.Kind = kind,
            "endpoint: the program's own small IP host, which answers pings. interface: a network interface of the system. bridge: such an interface in a bridge. user-mode: a network with a way out, without privilege.",
            isRequired: true),
        new Property<PortSection, string>(
            "name", InterfaceName, static (port, name) => port.Name = name, "The interface's name. Default: made from the role."),
        new Property<PortSection, string>(
            "bridge", InterfaceName, static (port, name) => port.Bridge = name, "The bridge that the interface joins; made where there is none."),
        new Property<PortSection, string>(
            "namespace", Namespace, static (port, name) => port.Namespace = name, "The network namespace of the interface."));

    private static readonly ObjectShape<NetworkSection> ServedNetwork = new([
        new Property<NetworkSection, PanRole>(
            "role", Role, static (network, role) => network.Role = role, "The role that is served.", isRequired: true),
        new Property<NetworkSection, PortSection>(
            "port", Port, static (network, port) => network.Port = port, "Where the network meets this machine. Default: an endpoint."),
        new Property<NetworkSection, IReadOnlyList<IPNetworkAddress>>(
            "addresses",
            new ListShape<IPNetworkAddress>(Cidr, most: 8),
            static (network, addresses) => network.Addresses = addresses,
            "Addresses of this machine on the network, one IPv4 and one IPv6."),
        new Property<NetworkSection, IPNetwork>(
            "subnet", Network, static (network, subnet) => network.Subnet = subnet, "The IPv4 network whose addresses the devices of a NAP get. Default: a free one."),
        new Property<NetworkSection, string>(
            "uplink", InterfaceName, static (network, name) => network.Uplink = name, "The interface by which the devices of a NAP go out. Default: as this machine's routes say."),
        new Property<NetworkSection, IReadOnlyList<IPAddress>>(
            "nameServers",
            new ListShape<IPAddress>(Host, most: 8),
            static (network, servers) => network.NameServers = servers,
            "The name servers that the devices of a NAP are told. Default: this machine's."),
        new Property<NetworkSection, bool>(
            "serveDhcp", Flag, static (network, flag) => network.ServeDhcp = flag, "Give the devices of a NAP addresses by DHCP. Default: true."),
        new Property<NetworkSection, IReadOnlyList<PortForward>>(
            "forwards",
            new ListShape<PortForward>(Forward),
            static (network, forwards) => network.Forwards = forwards,
            "Ports of this machine that lead to a device, tcp:8080:80. Only with a user-mode port."),
        new Property<NetworkSection, IReadOnlyList<AuthorizationWord>>(
            "authorize",
            new OneOrMoreShape<AuthorizationWord>(AuthorizationRule),
            static (network, rule) => network.Authorize = rule,
            "Who may join: bonded (default), listed (the devices at the top of the file), all, ask, none; or a list of these, tried in turn."),
        new Property<NetworkSection, int>(
            "maximumPeers",
            new NumberShape(1, PanRoles.DefaultClientLimit),
            static (network, most) => network.MaximumPeers = most,
            "Devices at one time."),
        new Property<NetworkSection, bool>(
            "isolate", Flag, static (network, flag) => network.Isolate = flag, "Keeps the devices from each other."),
        .. Security<NetworkSection>(),
    ]);

    private static readonly ObjectShape<ReconnectSection> Reconnect = new(
        new Property<ReconnectSection, TimeSpan>(
            "firstWait", Wait, static (policy, time) => policy.FirstWait = time, "Seconds before the first attempt. Default: 1."),
        new Property<ReconnectSection, TimeSpan>(
            "longestWait", Wait, static (policy, time) => policy.LongestWait = time, "The longest wait in seconds. Default: 60."),
        new Property<ReconnectSection, int>(
            "attempts",
            new NumberShape(1, MaximumAttempts),
            static (policy, count) => policy.Attempts = count,
            "Attempts in a row before it is given up. Default: without end."));

    private static readonly ObjectShape<ConnectionSection> JoinedNetwork = new([
        new Property<ConnectionSection, BdAddr>(
            "peer", Device, static (connection, peer) => connection.Peer = peer, "The device whose network is joined.", isRequired: true),
        new Property<ConnectionSection, PanRole>(
            "role", Role, static (connection, role) => connection.Role = role, "The role of that device. Default: nap."),
        new Property<ConnectionSection, PortSection>(
            "port", Port, static (connection, port) => connection.Port = port, "Where the network meets this machine. Default: an endpoint."),
        new Property<ConnectionSection, IReadOnlyList<IPNetworkAddress>>(
            "addresses",
            new ListShape<IPNetworkAddress>(Cidr, most: 8),
            static (connection, addresses) => connection.Addresses = addresses,
            "Addresses of this machine on the network, one IPv4 and one IPv6."),
        new Property<ConnectionSection, bool>(
            "dhcp", Flag, static (connection, flag) => connection.Dhcp = flag, "Ask the network for an address."),
        new Property<ConnectionSection, bool>(
            "defaultRoute", Flag, static (connection, flag) => connection.DefaultRoute = flag, "Make the network the way to everywhere."),
        new Property<ConnectionSection, bool>(
            "pair", Flag, static (connection, flag) => connection.Pair = flag, "Pair with the device where there is no bond. Default: true."),
        new Property<ConnectionSection, ReconnectSection>(
            "reconnect", Reconnect, static (connection, policy) => connection.Reconnect = policy, "How the connection comes back after a loss."),
        .. Security<ConnectionSection>(),
    ]);

    private static readonly ObjectShape<ControllerSection> Controller = new(
        new Property<ControllerSection, string>(
            "uri",
            new TextShape<string>(
                static (text, out uri) => (uri = text).Contains(':', StringComparison.Ordinal),
                "write one like h4:unix:/run/controller.sock",
                ":"),
            static (controller, uri) => controller.Uri = uri,
            "Where the controller is: usb:, usb:0a12:0001, hci-user:0, h4:serial:/dev/ttyUSB0, h5:serial:/dev/ttyS1, h4:unix:/path or h4:tcp:host:port.",
            isRequired: true),
        new Property<ControllerSection, string>(
            "name", DeviceNameText, static (controller, name) => controller.Name = name, "The device's name. Default: HostStack."),
        new Property<ControllerSection, string>(
            "keys", FileName, static (controller, file) => controller.Keys = file, "The file of link keys. Default: link-keys.json in $STATE_DIRECTORY, else in the user's data folder."),
        new Property<ControllerSection, PairingInterface>(
            "io",
            new ChoiceShape<PairingInterface>(
                ("none", PairingInterface.None),
                ("display", PairingInterface.Display),
                ("yesno", PairingInterface.YesNo),
                ("keyboard", PairingInterface.Keyboard)),
            static (controller, io) => controller.Io = io,
            "What the terminal gives to pairing. Default: yesno where somebody can be asked, else none."),
        new Property<ControllerSection, PinCode>(
            "pin",
            new TextShape<PinCode>(
                static (text, out pin) => PinCode.TryFrom(text, out pin),
                "write a string of 1 to 16 octets",
                "^.+$",
                isSecret: true),
            static (controller, pin) => controller.Pin = pin,
            "Allow pairing with devices older than Bluetooth 2.1, by this PIN."),
        new Property<ControllerSection, string>(
            "btsnoop", FileName, static (controller, file) => controller.Btsnoop = file, "Capture every HCI packet to this file, anew at each start; it holds link keys."),
        new Property<ControllerSection, ClassOfDevice>(
            "class",
            new TextShape<ClassOfDevice>(TryClass, "write six hexadecimal digits like 0x020300", "^0x[0-9A-Fa-f]{6}$"),
            static (controller, value) => controller.Class = value,
            "The class of device. Default: 0x020100, a computer that offers networking."),
        new Property<ControllerSection, bool>(
            "discoverable", Flag, static (controller, flag) => controller.IsDiscoverable = flag, "Whether inquiries find the device."),
        new Property<ControllerSection, TimeSpan>(
            "pairing",
            new SecondsShape(1, LongestTime),
            static (controller, time) => controller.Pairing = time,
            "Let devices find this one and pair for so many seconds after the start."),
        new Property<ControllerSection, bool>(
            "wait", Flag, static (controller, flag) => controller.Wait = flag, "Wait for a controller that is not there at the start. Default: true; else the program ends."),
        new Property<ControllerSection, TimeSpan>(
            "firstWait", Wait, static (controller, time) => controller.FirstWait = time, "Seconds before a controller that is not there is tried again; they double. Default: 1."),
        new Property<ControllerSection, TimeSpan>(
            "longestWait", Wait, static (controller, time) => controller.LongestWait = time, "The longest of these waits in seconds. Default: 5."),
        new Property<ControllerSection, string>(
            "firmware", FolderName, static (controller, folder) => controller.Firmware = folder, "A folder with firmware for the controller, asked before the system's; one that is not absolute begins at this file's folder."),
        new Property<ControllerSection, BdAddr>(
            "deviceAddress", OwnAddress, static (controller, address) => controller.DeviceAddress = address, "The address that the controller is given, where its chip takes one (CSR, Broadcom). Default: its own."),
        new Property<ControllerSection, bool>(
            "acceptOtherController",
            Flag,
            static (controller, flag) => controller.AcceptsOtherController = flag,
            "Whether another controller, also one with the same address, may take the place of one that was lost, and whether bonds of its address that were made with other versions are taken over at the start. Default: false; only the same one is used again."),
        new Property<ControllerSection, IReadOnlyList<NetworkSection>>(
            "networks", new ListShape<NetworkSection>(ServedNetwork, most: 3), static (controller, networks) => controller.Networks = networks, "The roles that are served, each once."),
        new Property<ControllerSection, IReadOnlyList<ConnectionSection>>(
            "connections",
            new ListShape<ConnectionSection>(JoinedNetwork, most: PanRoles.DefaultClientLimit),
            static (controller, connections) => controller.Connections = connections,
            "The networks of other devices that are joined."));

    private static readonly ObjectShape<DeviceSection> ListedDevice = new(
        new Property<DeviceSection, BdAddr>(
            "address", Device, static (device, address) => device.Address = address, "The device.", isRequired: true),
        new Property<DeviceSection, string>(
            "name", DeviceNameText, static (device, name) => device.Name = name, "What people call it."),
        new Property<DeviceSection, DateTimeOffset>(
            "until",
            new TextShape<DateTimeOffset>(TryMoment, "write a day or a moment like 2031-12-31 or 2031-12-31T18:00:00Z", "^[0-9]{4}-[0-9]{2}-[0-9]{2}"),
            static (device, until) => device.Until = until,
            "Until when it may join, UTC unless said otherwise. Default: for ever."),
        new Property<DeviceSection, IReadOnlyList<PanRole>>(
            "roles", new OneOrMoreShape<PanRole>(Role), static (device, roles) => device.Roles = roles, "The roles that it may use. Default: all."));

    private static readonly ObjectShape<LogSection> Log = new(
        new Property<LogSection, LogLevel>(
            "level",
            new ChoiceShape<LogLevel>(
                ("trace", LogLevel.Trace), ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warning", LogLevel.Warning),
                ("error", LogLevel.Error), ("none", LogLevel.None)),
            static (log, level) => log.Level = level,
            "The least level that is logged. Default: warning. Keys and passkeys are never logged."),
        new Property<LogSection, string>("file", FileName, static (log, file) => log.File = file, "The file. Default: standard error."));

    /// <summary>The whole file.</summary>
    public static ObjectShape<ServiceConfiguration> File { get; } = new(
        new Property<ServiceConfiguration, string>(
            "$schema", new TextShape<string>(static (text, out schema) => (schema = text) is not null, "write the address of the schema"), static (_, _) => { }, "The schema, for editors."),
        new Property<ServiceConfiguration, IReadOnlyList<ControllerSection>>(
            "controllers",
            new ListShape<ControllerSection>(Controller, least: 1, most: 16),
            static (file, controllers) => file.Controllers = controllers,
            "The controllers.",
            isRequired: true),
        new Property<ServiceConfiguration, IReadOnlyList<DeviceSection>>(
            "devices",
            new ListShape<DeviceSection>(ListedDevice, most: 4096),
            static (file, devices) => file.Devices = devices,
            "The devices that \"authorize\": \"listed\" lets in."),
        new Property<ServiceConfiguration, string>(
            "statusSocket", FileName, static (file, socket) => file.StatusSocket = socket, "The socket that 'hoststack status' asks. Default: in $RUNTIME_DIRECTORY or $XDG_RUNTIME_DIR/hoststack."),
        new Property<ServiceConfiguration, LogSection>("log", Log, static (file, log) => file.Log = log, "What is logged, and where to."));

    private static Property<T>[] Security<T>()
        where T : ISecuredSection =>
    [
        new Property<T, int>(
            "minimumKeySize", KeySize, static (section, size) => section.MinimumKeySize = size, "The shortest encryption key in octets. Default: 16."),
        new Property<T, bool>(
            "authenticated", Flag, static (section, flag) => section.Authenticated = flag, "Ask for a link key that was made with digits compared or typed."),
        new Property<T, bool>(
            "secureConnectionsOnly", Flag, static (section, flag) => section.SecureConnectionsOnly = flag, "Ask for Secure Connections."),
    ];

    private static bool TryCidr(string text, out IPNetworkAddress address)
    {
        try
        {
            address = OptionParsers.Cidr(text);
            return true;
        }
        catch (FormatException)
        {
            // The sentence there names the command line's option.
            address = default;
            return false;
        }
    }

    private static bool TryClass(string text, out ClassOfDevice value)
    {
        var good = uint.TryParse(text.AsSpan(Math.Min(2, text.Length)), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits);
        value = new ClassOfDevice(bits);
        return good && text.Length == 8 && text.StartsWith("0x", StringComparison.Ordinal);
    }

    private static bool TryMoment(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mmK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out moment);
}
