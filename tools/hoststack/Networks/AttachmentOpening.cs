using System.Net;
using System.Net.Sockets;
using HostStack.Cli.Commands;
using HostStack.Cli.Terminal;
using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.NetDevices.Interfaces;
using HostStack.NetDevices.Linux;
using HostStack.NetDevices.Linux.Gateway;
using HostStack.NetDevices.UserMode;
using HostStack.Pan;
using Microsoft.Extensions.Logging;

namespace HostStack.Cli.Networks;

/// <summary>Opens what was asked for; where nothing was, the best that this machine allows, and says what helps to more.</summary>
internal sealed class AttachmentOpening(CommandContext context, AttachmentRequest request, BdAddr device, string hostName)
{
    private readonly ILogger _log = context.Loggers.CreateLogger("HostStack.NetDevices");
    private readonly IMachineNetworks _machine = context.Environment.Networks;
    private readonly MacAddress _mac = new MacAddress(device.Value).AsUnicast();

    /// <summary>For a role that is served here.</summary>
    public async Task<NetworkAttachment> OpenServerAsync() => await OpenAsync(peerRole: null);

    /// <summary>For the user of a peer's network.</summary>
    /// <param name="peerRole">The peer's role.</param>
    public async Task<HostAttachment> OpenUserAsync(PanRole peerRole) => (HostAttachment)await OpenAsync(peerRole);

    private async Task<NetworkAttachment> OpenAsync(PanRole? peerRole)
    {
        var order = request.Order;
        for (var i = 0; ; i++)
        {
            try
            {
                return await OpenAsync(order[i], isFallback: i > 0, peerRole);
            }
            catch (NetDeviceException refused) when (i + 1 < order.Count)
            {
                var (used, instead) = order[i + 1] == AttachmentKind.UserMode
                    ? ("user-mode", "libslirp gives the devices addresses and a way out")
                    : ("endpoint", "the built-in endpoint answers pings");
                context.Report.TellFallback(used, instead, refused.Message);
            }
        }
    }

    private async Task<NetworkAttachment> OpenAsync(AttachmentKind kind, bool isFallback, PanRole? peerRole)
    {
        switch (kind)
        {
            case AttachmentKind.Interface:
                return await OpenInterfaceAsync(peerRole);
            case AttachmentKind.UserMode:
                return OpenUserMode(isFallback);
            default:
                return new EndpointAttachment(context, request.Role.Name().ToLowerInvariant(), _mac, request.Addresses);
        }
    }

    private async Task<NetworkAttachment> OpenInterfaceAsync(PanRole? peerRole)
    {
        context.Report.TellLeftovers(await _machine.RemoveLeftoversAsync(request.Namespace));
        var (port, wasThere) = _machine.CreateInterface(
            new TapOptions
            {
                Name = request.InterfaceName,
                Address = _mac,
                Mtu = request.Mtu,
                Bridge = request.Bridge,
                CreateBridge = request.Bridge is not null,
                NetworkNamespace = request.Namespace,
                Addresses = request.Bridge is null
                    ? []
                    : [.. request.Addresses.Select(static given => new InterfaceAddress(given.Address, given.PrefixLength ?? 0))],
            },
            takesRouters: request.DefaultRoute,
            trouble: said => context.Report.TellTrouble(request.InterfaceName, said),
            _log);
        try
        {
            request.CheckLengths();
            context.Report.TellInterface(port, wasThere, request.Namespace, request.Bridge);
            if (request.Role == PanRole.Nap && request.Bridge is null)
            {
                return new GatewayAttachment(context, port, await StartGatewayAsync(port));
            }

            if (request.Bridge is not null && peerRole is null)
            {
                return new PlainAttachment(port);
            }

            return new InterfaceAttachment(context, request, port, request.AsksDhcp(peerRole), hostName);
        }
        catch
        {
            await port.DisposeAsync();
            throw;
        }
    }

    private Task<IWayOut> StartGatewayAsync(ISystemPort port) => _machine.StartGatewayAsync(
        port,
        new KernelGatewayOptions
        {
            NetworkNamespace = request.Namespace,
            Subnet = request.Subnet ?? NetworkOf(AddressFamily.InterNetwork),
            Address = request.AddressOf(AddressFamily.InterNetwork)?.Address,
            Prefix = NetworkOf(AddressFamily.InterNetworkV6),
            IPv6Address = request.AddressOf(AddressFamily.InterNetworkV6)?.Address,
            Uplink = request.Uplink,
            Dhcp = !request.NoDhcp,
            NameServers = request.NameServers,
        },
        context.Time,
        _log);

    private IPNetwork? NetworkOf(AddressFamily family)
    {
        if (request.AddressOf(family) is not { PrefixLength: { } length, Address: var address })
        {
            return null;
        }

        var octets = address.GetAddressBytes();
        for (var bit = length; bit < octets.Length * 8; bit++)
        {
            octets[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(octets), length);
    }

    private PlainAttachment OpenUserMode(bool isFallback)
    {
        var options = new UserModeOptions { Mtu = request.Mtu, Forwards = request.Forwards };
        options = request.Subnet is { } subnet ? options with { Network = subnet } : options;
        options = request.NameServers is [var server, ..] ? options with { DnsServer = server } : options;
        try
        {
            options = isFallback ? WithUsableNameServer(options) : options;
            options.Check();
            var port = _machine.OpenUserMode(options, _log);
            context.Report.TellUserMode(port, options.Network, options.Network6, [.. options.Forwards.Select(static forward => forward.ToString())]);
            return new PlainAttachment(port);
        }
        catch (ArgumentException wrong)
        {
            throw new CommandFailedException(ExitCode.Usage, wrong.Message, wrong);
        }
    }

    /// <summary>A name server that the kernel's way out asks on the devices' behalf may be one that devices cannot reach
    /// themselves, this machine's loopback or an IPv6 one; nobody asked for user mode, and so that is no mistake.</summary>
    private UserModeOptions WithUsableNameServer(UserModeOptions options)
    {
        if (options.DnsServer is not { } server)
        {
            return options;
        }

        try
        {
            options.Check();
            return options;
        }
        catch (ArgumentException)
        {
            var relayed = options with { DnsServer = null };
            relayed.Check();
            context.Report.TellTrouble(
                options.Name, $"The name server {server} cannot be used in user mode; the devices' questions go to this machine's own name servers.");
            return relayed;
        }
    }
}
