using HostStack.Ethernet;
using HostStack.Hci.Capture;
using HostStack.Hci.Security;
using HostStack.Hci.Security.Keys;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Memory;
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

    public async Task<GapDevice> AddAsync(string name, IPairingAgent? agent = null, BluetoothHostOptions? options = null)
    {
        var tap = new CommandTap();
        var host = await BluetoothHost.OpenAsync(_radio.Add().Source, (options ?? new BluetoothHostOptions()) with
        {
            Name = name,
            Loop = _simulation.CreateLoop(name),
            CallbackScheduler = _simulation.Callbacks,
            PairingAgent = agent ?? new JustWorksAgent(),
            KeyStore = new InMemoryLinkKeyStore(),
            Capture = tap,
        });
        var device = new GapDevice(host, tap);
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
internal sealed record GapDevice(BluetoothHost Host, CommandTap Commands)
{
    public PeerAddress Address => new(Host.Address);

    public MemoryEthernetPort Port { get; } = new("pan", new MacAddress(Host.Address.Value).AsUnicast());

    public Task OpenWindow() => Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
}

/// <summary>The commands that a host sent, octet for octet.</summary>
internal sealed class CommandTap : IPacketTap
{
    private const byte H4Command = 0x01;
    private const int ParametersAt = 4;
    private readonly List<byte[]> _commands = [];

    public void Packet(CaptureDirection direction, ReadOnlySpan<byte> packet)
    {
        if (direction == CaptureDirection.HostToController && packet[0] == H4Command)
        {
            _commands.Add(packet.ToArray());
        }
    }

    public void Flush()
    {
    }

    public void Clear() => _commands.Clear();

    /// <summary>The parameters of each command with an opcode, in order.</summary>
    public byte[][] Of(ushort opcode) =>
        [.. _commands.Where(command => command[1] == (byte)opcode && command[2] == opcode >> 8)
            .Select(static command => command[ParametersAt..])];
}
