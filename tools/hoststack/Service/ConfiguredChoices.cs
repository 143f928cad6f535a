using HostStack.Cli.Configuration;
using HostStack.Cli.Networks;
using HostStack.Cli.Sessions;
using HostStack.Cli.Terminal;
using HostStack.Hci.Capture;
using HostStack.Hci.Links;
using HostStack.Host;
using HostStack.Pan;
using HostStack.Pan.Authorization;
using HostStack.Pan.Switching;

namespace HostStack.Cli.Service;

/// <summary>What a configuration says, in the words of the stack. Pure.</summary>
internal static class ConfiguredChoices
{
    /// <summary>How the host of a controller is opened.</summary>
    public static HostChoices Host(ControllerSection section, ServiceConfiguration file, IPacketTap? capture, string who)
    {
        var host = new BluetoothHostOptions
        {
            Discoverable = section.IsDiscoverable,
            FirstReopenWait = section.FirstWait,
            LongestReopenWait = section.LongestWait,
            Hci = HostChoices.Start(section.Firmware is { } folder ? file.Resolve(folder) : null, section.DeviceAddress),
            AdoptsBonds = section.AcceptsOtherController,
            AcceptsOtherController = HostChoices.OperatorsWord(section.AcceptsOtherController),
        };
        return new HostChoices
        {
            Uri = section.Uri,
            Name = section.Name,
            Keys = section.Keys is { } keys ? file.Resolve(keys) : null,
            Io = section.Io,
            Pin = section.Pin,
            Capture = capture,
            Host = section.Class is { } value ? host with { ClassOfDevice = value } : host,
            Who = who,
        };
    }

    /// <summary>The policy of a served role.</summary>
    public static PanServiceOptions Service(NetworkSection section, ServiceConfiguration file, IAuthorizer authorizer) => new()
    {
        Security = Security(section),
        Authorization = Rule(section, file),
        Authorizer = authorizer,
        ClientLimit = section.MaximumPeers,
        Switch = new SwitchOptions { ClientIsolation = section.Isolate },
    };

    /// <summary>How a peer's network is joined.</summary>
    public static PanClientOptions Client(ConnectionSection section) => new()
    {
        Security = Security(section),
        Reconnect = new ReconnectPolicy
        {
            First = section.Reconnect.FirstWait,
            Longest = section.Reconnect.LongestWait,
            MaximumAttempts = section.Reconnect.Attempts,
        },
        RetryFirstAttempt = true,
    };

    /// <summary>Where a served network meets this machine.</summary>
    public static AttachmentRequest Attachment(NetworkSection section) => Port(section.Port, section.Role) with
    {
        Addresses = section.Addresses,
        Subnet = section.Subnet,
        Uplink = section.Uplink,
        NameServers = section.NameServers,
        NoDhcp = !section.ServeDhcp,
        Forwards = section.Forwards,
    };

    /// <summary>Where a joined network meets this machine.</summary>
    public static AttachmentRequest Attachment(ConnectionSection section) => Port(section.Port, PanRole.Panu) with
    {
        Addresses = section.Addresses,
        Dhcp = section.Dhcp,
        DefaultRoute = section.DefaultRoute,
    };

    private static AttachmentRequest Port(PortSection port, PanRole role) => new()
    {
        Role = role,
        Wanted = port.Kind switch
        {
            PortKind.Endpoint => AttachmentKind.Endpoint,
            PortKind.UserMode => AttachmentKind.UserMode,
            _ => AttachmentKind.Interface,
        },
        Interface = port.Name,
        Bridge = port.Bridge,
        Namespace = port.Namespace,
    };

    private static SecurityRequirement Security(ISecuredSection section) => SecurityRequirement.Default with
    {
        MinimumKeySize = (byte)section.MinimumKeySize,
        Authenticated = section.Authenticated,
        SecureConnectionsOnly = section.SecureConnectionsOnly,
    };

    // Each rule is tried where the one before says no.
    private static AuthorizationRule Rule(NetworkSection section, ServiceConfiguration file)
    {
        AuthorizationRule? rule = null;
        foreach (var word in section.Authorize.Reverse())
        {
            rule = word switch
            {
                AuthorizationWord.Listed => AuthorizationRule.Listed(
                    [.. file.Devices.Where(device => device.MayUse(section.Role)).Select(static device => new AuthorizedDevice(device.Address, device.Until))]),
                AuthorizationWord.All => AuthorizationRule.All,
                AuthorizationWord.Ask => AuthorizationRule.Ask,
                AuthorizationWord.None => AuthorizationRule.None,
                _ => AuthorizationRule.Bonded,
            } with { Otherwise = rule };
        }

        return rule ?? AuthorizationRule.Bonded;
    }
}
