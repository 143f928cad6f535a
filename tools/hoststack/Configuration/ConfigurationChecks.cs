using System.Net.Sockets;
using HostStack.Cli.Options;
using HostStack.Pan;

namespace HostStack.Cli.Configuration;

/// <summary>What one property alone cannot show: doubles, and properties that do not go together. Pure.</summary>
internal static class ConfigurationChecks
{
    public static void Run(ServiceConfiguration file, ConfigurationErrors errors)
    {
        CheckUnique(file.Controllers, "uri", static controller => controller.Uri, errors);
        CheckUnique(file.Devices, "address", static device => device.Address, errors);
        foreach (var controller in file.Controllers)
        {
            Check(controller, file, errors);
        }

        var ports = file.Controllers.SelectMany(static controller =>
            controller.Networks.Select(static network => network.Port).Concat(controller.Connections.Select(static connection => connection.Port)));
        CheckUnique([.. ports.Where(static port => port.Name is not null)], "name", static port => port.Name!, errors);
    }

    private static void Check(ControllerSection controller, ServiceConfiguration file, ConfigurationErrors errors)
    {
        if (controller.Networks.Count + controller.Connections.Count == 0)
        {
            errors.Add(controller.Source, controller.Path, "has neither networks nor connections; add one of them.");
        }

        if (controller.LongestWait < controller.FirstWait)
        {
            Add(controller, "longestWait", "is shorter than firstWait; make it longer, or leave it out.", errors);
        }

        CheckUnique([.. controller.Networks.Where(static network => network.Has("role"))], "role", static network => network.Role, errors);
        CheckUnique(controller.Connections, "peer", static connection => connection.Peer, errors);
        foreach (var network in controller.Networks)
        {
            Check(network, file, errors);
        }

        foreach (var connection in controller.Connections)
        {
            Check(connection, errors);
        }
    }

    private static void Check(NetworkSection network, ServiceConfiguration file, ConfigurationErrors errors)
    {
        CheckPort(network.Port, errors);
        CheckFamilies(network, network.Addresses, errors);
        if (network.Role == PanRole.Panu)
        {
            OnlyWhere(network, "maximumPeers", "a PANU has one device; leave it out", errors);
            OnlyWhere(network, "isolate", "a PANU has one device; leave it out", errors);
        }

        CheckGateway(network, errors);
        CheckRule(network, file, errors);
    }

    // What only some ports of a NAP give to its devices.
    private static void CheckGateway(NetworkSection network, ConfigurationErrors errors)
    {
        string[] gateway = ["subnet", "uplink", "nameServers", "serveDhcp"];
        if (network.Role != PanRole.Nap)
        {
            All(gateway, "only a NAP gives addresses and a way out; leave it out, or make the role nap");
            if (network.Port.Kind == PortKind.UserMode)
            {
                errors.Add(
                    network.Port.Source.PositionOf("kind"),
                    $"{network.Port.PathOf("kind")} cannot be 'user-mode' for a {network.Role.Name()}, which has no way out; make the role nap, or the kind interface.");
            }
        }
        else if (network.Port.Kind is PortKind.Endpoint or PortKind.Bridge)
        {
            All(gateway, "only ports of kind interface and user-mode give addresses; leave it out, or change the port's kind");
        }
        else if (network.Port.Kind == PortKind.UserMode)
        {
            All(["addresses"], "a user-mode network has its own; give \"subnet\" instead");
            All(["uplink", "serveDhcp"], "a user-mode network has its own way out and always gives addresses; leave it out");
        }

        if (network.Port.Kind != PortKind.UserMode)
        {
            All(["forwards"], "only a user-mode port forwards; leave it out, or make the port's kind user-mode");
        }

        CheckPrefixes(network, network.Port, network.Addresses, errors);

        void All(string[] properties, string remedy)
        {
            foreach (var property in properties)
            {
                OnlyWhere(network, property, remedy, errors);
            }
        }
    }

    // An interface with an address alone would reach nobody.
    private static void CheckPrefixes(
        ConfigurationSection section, PortSection port, IReadOnlyList<IPNetworkAddress> addresses, ConfigurationErrors errors)
    {
        if (port.Kind is PortKind.Interface or PortKind.Bridge && addresses.Any(static address => address.PrefixLength is null))
        {
            Add(section, "addresses", "has an address without the length of its network; write it like 10.0.0.1/24.", errors);
        }
    }

    private static void CheckRule(NetworkSection network, ServiceConfiguration file, ConfigurationErrors errors)
    {
        var words = network.Authorize;
        if (words.Count > 1 && words.Any(static word => word is AuthorizationWord.All or AuthorizationWord.Ask or AuthorizationWord.None))
        {
            Add(network, "authorize", "cannot mix all, ask or none with other rules; write that word alone.", errors);
        }

        if (words.Contains(AuthorizationWord.Listed) && !file.Devices.Any(device => device.MayUse(network.Role)))
        {
            Add(network, "authorize", $"is listed, but no device on the list may use the {network.Role.Name()}; add one to \"devices\".", errors);
        }
    }

    private static void Check(ConnectionSection connection, ConfigurationErrors errors)
    {
        CheckPort(connection.Port, errors);
        CheckFamilies(connection, connection.Addresses, errors);
        CheckPrefixes(connection, connection.Port, connection.Addresses, errors);
        if (connection.Port.Kind == PortKind.UserMode)
        {
            errors.Add(
                connection.Port.Source.PositionOf("kind"),
                $"{connection.Port.PathOf("kind")} cannot be 'user-mode' for a connection, whose network is the other device's; write endpoint, interface or bridge.");
        }

        if (connection.Port.Kind == PortKind.Endpoint)
        {
            OnlyWhere(connection, "dhcp", "an endpoint asks nobody for addresses; leave it out, or make the port's kind interface", errors);
            OnlyWhere(connection, "defaultRoute", "an endpoint has no routes; leave it out, or make the port's kind interface", errors);
        }
        else if (connection is { DefaultRoute: true, Dhcp: false })
        {
            Add(connection, "defaultRoute", "needs a gateway, which DHCP tells; set \"dhcp\": true.", errors);
        }

        if (connection.Dhcp && connection.Addresses.Any(static address => address.Address.AddressFamily == AddressFamily.InterNetwork))
        {
            Add(connection, "dhcp", "asks for an IPv4 address, and addresses gives one; leave one of the two out.", errors);
        }

        if (connection.Reconnect.LongestWait < connection.Reconnect.FirstWait)
        {
            Add(connection.Reconnect, "longestWait", "is shorter than firstWait; make it longer, or leave it out.", errors);
        }
    }

    private static void CheckPort(PortSection port, ConfigurationErrors errors)
    {
        if (port.Kind != PortKind.Bridge)
        {
            OnlyWhere(port, "bridge", "only a port of kind bridge joins one; leave it out, or make the kind bridge", errors);
        }
        else if (!port.Has("bridge"))
        {
            errors.Add(port.Source, port.Path, "has no \"bridge\"; name the bridge that the interface joins.");
        }

        if (port.Kind is PortKind.Endpoint or PortKind.UserMode)
        {
            OnlyWhere(port, "name", "only interfaces have names; leave it out, or make the kind interface", errors);
            OnlyWhere(port, "namespace", "only interfaces are in one; leave it out, or make the kind interface", errors);
        }
    }

    private static void CheckFamilies(ConfigurationSection section, IReadOnlyList<IPNetworkAddress> addresses, ConfigurationErrors errors)
    {
        if (addresses.DistinctBy(static address => address.Address.AddressFamily).Count() < addresses.Count)
        {
            Add(section, "addresses", "has two addresses of one family; give one IPv4 and one IPv6 address.", errors);
        }
    }

    private static void CheckUnique<T, TKey>(IReadOnlyList<T> sections, string property, Func<T, TKey> key, ConfigurationErrors errors)
        where T : ConfigurationSection
        where TKey : notnull
    {
        var seen = new Dictionary<TKey, T>(sections.Count);
        foreach (var section in sections.Where(section => section.Has(property)))
        {
            if (!seen.TryAdd(key(section), section))
            {
                Add(section, property, $"is the same as {seen[key(section)].PathOf(property)}; give each its own.", errors);
            }
        }
    }

    private static void OnlyWhere(ConfigurationSection section, string property, string remedy, ConfigurationErrors errors)
    {
        if (section.Has(property))
        {
            Add(section, property, $"has no use here: {remedy}.", errors);
        }
    }

    private static void Add(ConfigurationSection section, string property, string predicate, ConfigurationErrors errors) =>
        errors.Add(section.Source.PositionOf(property), $"{section.PathOf(property)} {predicate}");
}
