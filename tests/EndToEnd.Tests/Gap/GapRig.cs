using HostStack.Ethernet;
using HostStack.Hci.Capture;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Memory;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.EndToEnd.Tests.Gap;

/// <summary>Whole hosts on one virtual radio and on virtual time, each with a tap on its controller.</summary>
internal sealed class GapRig : IDisposable
{
    private readonly Simulation _simulation = new(seed: 1);
    private readonly VirtualRadio _radio;
    private readonly List<GapDevice> _devices = [];

    public GapRig() => _radio = VirtualRadio.In(_simulation);

    public void Run(Func<Task> procedure) => _simulation.Run(async () =>
    {
        try
        {
            await procedure();
        }
        finally
        {
            foreach (var device in _devices)
            {
                await device.Host.DisposeAsync();
            }
        }
    });

    public Task DelayAsync(TimeSpan span) => _simulation.DelayAsync(span);

    public async Task<GapDevice> AddAsync(
        string name, IPairingAgent? agent = null, BluetoothHostOptions? options = null, ControllerOptions? controller = null)
    {
        var tap = new CommandTap();
        var host = await BluetoothHost.OpenAsync(_radio.Add(controller).Source, (options ?? new BluetoothHostOptions()) with
        {
            Name = name,
            Loop = _simulation.CreateLoop(name),
            CallbackScheduler = _simulation.Callbacks,
            PairingAgent = agent ??= new JustWorksAgent(),
            KeyStore = new InMemoryLinkKeyStore(),
            Capture = tap,
        });
        var device = new GapDevice(host, tap, agent);
        _devices.Add(device);
        return device;
    }

    public void Dispose()
    {
        _radio.Dispose();
        _simulation.Dispose();
    }
}

/// <summary>One host, what it told its controller, and a port for the services that need one.</summary>
internal sealed record GapDevice(BluetoothHost Host, CommandTap Commands, IPairingAgent Agent)
{
    public PeerAddress Address => new(Host.Address);

    public MemoryEthernetPort Port { get; } = new("pan", new MacAddress(Host.Address.Value).AsUnicast());

    public Task OpenWindow() => Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
}

/// <summary>The packets that a host sent, octet for octet.</summary>
internal sealed class CommandTap : IPacketTap
{
    private const byte H4Command = 0x01;
    private const byte H4Acl = 0x02;
    private const int ParametersAt = 4;

    // ACL header 4, then L2CAP: length 2, channel 2 (signalling), code, identifier, length 2, PSM 2.
    private const int ChannelAt = 7;
    private const int CodeAt = 9;
    private const int PsmAt = 13;
    private const byte ConnectionRequest = 0x02;
    private readonly List<byte[]> _packets = [];

    public void Packet(CaptureDirection direction, ReadOnlySpan<byte> packet)
    {
        if (direction == CaptureDirection.HostToController)
        {
            _packets.Add(packet.ToArray());
        }
    }

    public void Flush()
    {
    }

    public void Clear() => _packets.Clear();

    /// <summary>The parameters of each command with an opcode, in order.</summary>
    public byte[][] Of(ushort opcode) =>
        [.. _packets.Where(packet => IsCommand(packet, opcode)).Select(static packet => packet[ParametersAt..])];

    /// <summary>Where the first command with an opcode is among all packets; -1: nowhere.</summary>
    public int IndexOf(ushort opcode) => _packets.FindIndex(packet => IsCommand(packet, opcode));

    /// <summary>Where the first L2CAP_CONNECTION_REQ for a PSM is among all packets; -1: nowhere.</summary>
    public int IndexOfRequest(ushort psm) => _packets.FindIndex(packet =>
        packet[0] == H4Acl && packet.Length > PsmAt + 1 && packet[ChannelAt] == 1 && packet[ChannelAt + 1] == 0
        && packet[CodeAt] == ConnectionRequest && packet[PsmAt] == (byte)psm && packet[PsmAt + 1] == psm >> 8);

    private static bool IsCommand(byte[] packet, ushort opcode) =>
        packet[0] == H4Command && packet[1] == (byte)opcode && packet[2] == opcode >> 8;
}
