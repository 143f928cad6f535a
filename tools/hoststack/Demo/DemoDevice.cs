using System.Net;
using HostStack.Bnep.Control;
using HostStack.Cli.Commands;
using HostStack.Cli.Terminal;
using HostStack.Ethernet;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.L2cap.Channels;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;
using HostStack.VirtualController.Controllers;

namespace HostStack.Cli.Demo;

/// <summary>One device of the demo: a host on its own loop and controller, with an endpoint that answers pings.</summary>
internal sealed class DemoDevice : IAsyncDisposable
{
    private readonly IReport _report;
    private readonly HostEventReader _events;
    private readonly Task _telling;
    private readonly bool _isServer;
    private LinkSecurity _security;
    private volatile bool _isClosing;

    private DemoDevice(CommandContext context, string name, BluetoothHost host, IPAddress address, bool isServer)
    {
        _report = context.Report;
        _isServer = isServer;
        Name = name;
        Host = host;
        Port = new MemoryEthernetPort(name, new MacAddress(host.Address.Value).AsUnicast());
        Endpoint = new IpEndpoint(Port, new IpEndpointOptions { IPv4Address = address }, context.Time);
        _events = host.Events.Subscribe();
        _telling = TellAsync();
    }

    public string Name { get; }

    public BluetoothHost Host { get; }

    public PeerAddress Address => new(Host.Address);

    public MemoryEthernetPort Port { get; }

    public IpEndpoint Endpoint { get; }

    /// <summary>Opens a device. The server's packets go to the capture, where there is one.</summary>
    /// <param name="context">The run.</param>
    /// <param name="controller">Its controller, which has its name.</param>
    /// <param name="address">Its IPv4 address.</param>
    /// <param name="user">Who answers for it.</param>
    /// <param name="isServer">Whether the others join it.</param>
    /// <param name="stop">Ctrl-C.</param>
    public static async Task<DemoDevice> OpenAsync(
        CommandContext context, SimulatedController controller, IPAddress address, IPairingAgent user, bool isServer, CancellationToken stop)
    {
        DemoDevice? device = null;
        var options = new BluetoothHostOptions
        {
            Name = $"HostStack {controller.Name}",
            PairingAgent = user,
            Time = context.Time,
            Capture = isServer
                ? context.Capture
                : new SignallingTap((psm, mtu) => device?.ChannelOpened(psm, mtu), code => device?.SetupAnswered(code)),
        };
        var host = await BluetoothHost.OpenAsync(controller.Source, options, context.Loggers, stop);
        device = new DemoDevice(context, controller.Name, host, address, isServer);
        var info = (await host.GetStatusAsync()).Controller;
        await device.SayAsync(
            "controller-opened",
            $"controller {host.Address} is up"
            + (info is null ? "" : $": Core {Version(info)}, {info.Buffers.Packets} buffers of {info.Buffers.DataLength} octets"),
            Tone.Good,
            ("uri", host.Uri),
            ("address", host.Address));
        return device;
    }

    /// <summary>Says something of this device, after all that happened to it before. Ends when it was said.</summary>
    public Task SayAsync(string kind, string sentence, Tone tone, params (string, object?)[] fields)
    {
        var line = new Line(kind, sentence, tone, fields);
        Host.Events.Publish(line);
        return line.Said.Task;
    }

    /// <summary>Ends when everything that has happened to this device up to now was told.</summary>
    public Task CatchUpAsync()
    {
        var mark = new Mark();
        Host.Events.Publish(mark);
        return mark.Reached.Task;
    }

    /// <summary>Closes the host; ends when its last event was taken.</summary>
    public async ValueTask DisposeAsync()
    {
        _isClosing = true;
        Endpoint.Dispose();
        await Host.DisposeAsync();
        await _telling;
        _events.Dispose();
        await Port.DisposeAsync();
    }

    // V52 -> 5.2
    private static string Version(ControllerInfo info) =>
        info.Version.HciVersion.ToString() is ['V', var major, var minor] ? $"{major}.{minor}" : info.Version.HciVersion.ToString();

    // Through the stream of events, so that the order stays that of the wire.
    private void ChannelOpened(Psm psm, int mtu) => Host.Events.Publish(new BnepChannelOpened(psm, mtu));

    private void SetupAnswered(SetupResponseCode code) => Host.Events.Publish(new BnepSetupAnswered(code));

    private void Say(string kind, string sentence, Tone tone, params ReadOnlySpan<(string, object?)> fields) =>
        _report.Happened(kind, sentence, tone, [(EventReporter.HostField, Name), .. fields]);

    private async Task TellAsync()
    {
        await foreach (var happened in _events)
        {
            if (!_isClosing)
            {
                Tell(happened);
            }

            (happened as Line)?.Said.TrySetResult();
            (happened as Mark)?.Reached.TrySetResult();
        }
    }

    // Each step is told once, by the side that took it.
    private void Tell(HostEvent happened)
    {
        switch (happened)
        {
            case LinkUp up when !_isServer:
                Say("link-up", $"link to {up.Peer} is up, as {up.Role.ToString().ToLowerInvariant()}", Tone.Plain,
                    ("peer", up.Peer), ("role", up.Role));
                break;
            case LinkSecured { Security: { IsEncrypted: true, KeySize: > 0 } security } secured when !_isServer && security != _security:
                _security = security;
                Say("link-secured", $"link {EventReporter.Words(security)}", Tone.Good,
                    ("peer", secured.Peer), ("encryption", security.Encryption), ("keySize", (int)security.KeySize),
                    ("keyType", security.KeyType));
                break;
            case BnepChannelOpened { Psm: var psm, Mtu: var mtu } when psm == Psm.Bnep:
                Say("channel-open", $"L2CAP channel to PSM {psm} (BNEP) is open, MTU {mtu}", Tone.Plain, ("psm", psm), ("mtu", mtu));
                break;
            case BnepSetupAnswered { Code: var code }:
                Say("bnep-setup", $"BNEP setup answered: {code.ToString().ToLowerInvariant()}", Tone.Plain, ("code", code));
                break;
            case PanConnected connected:
                Say("joined",
                    $"in the {connected.RemoteRole.Name()} network of {connected.Peer}, with {Endpoint.IPv4Address} and {Endpoint.LinkLocalAddress}",
                    Tone.Good,
                    ("peer", connected.Peer), ("role", connected.RemoteRole.Name()), ("mac", Port.Address),
                    ("ipv4", Endpoint.IPv4Address), ("ipv6", Endpoint.LinkLocalAddress));
                break;
            case Line line:
                Say(line.Kind, line.Sentence, line.Tone, line.Fields);
                break;
            case Refused or PairingFailed or ControllerLost or PanDisconnected or SourceSpoofed or EventsLost:
                _report.Tell(happened, Name);
                break;
        }
    }

    private sealed record Line(string Kind, string Sentence, Tone Tone, (string, object?)[] Fields) : HostEvent
    {
        public TaskCompletionSource Said { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record Mark : HostEvent
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed record BnepChannelOpened(Psm Psm, int Mtu) : HostEvent;

    private sealed record BnepSetupAnswered(SetupResponseCode Code) : HostEvent;
}
