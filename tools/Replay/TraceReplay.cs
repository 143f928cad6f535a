using HostStack.Ethernet;
using HostStack.Hci.Security;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.NetDevices.Memory;
using HostStack.Pan;
using HostStack.Replay.Engine;
using HostStack.Replay.Scripted;
using HostStack.Replay.Traces;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;

namespace HostStack.Replay;

/// <summary>Replays a trace against a whole host that serves a role, on a virtual clock and one thread.</summary>
/// <remarks>The host answers pairing as the recorded ones did, Just Works within an open window, keeps keys in memory, and
/// lets bonded peers in: the stack's defaults. An endpoint on its port answers pings.</remarks>
public static class TraceReplay
{
    private static readonly TimeSpan PairingWindow = TimeSpan.FromHours(1);

    /// <summary>Reads a trace by what its file holds: a btsnoop capture, or hcidump's text.</summary>
    /// <param name="path">The file.</param>
    /// <param name="seed">Where masked octets come from.</param>
    /// <param name="adapter">Which controller of a capture; null: the first.</param>
    /// <exception cref="TraceFormatException">The file is neither.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Trace Read(string path, ulong seed, ushort? adapter = null)
    {
        var source = Path.GetFileName(path);
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using (stream)
        {
            if (IsCapture(stream))
            {
                return CaptureTrace.Read(stream, source, adapter);
            }

            using var reader = new StreamReader(stream);
            return HostStack.Replay.Hcidump.HcidumpTrace.Read(reader, source, seed);
        }
    }

    /// <summary>Replays a trace to its end, or to the refusal that this host does not repeat and on from there.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="options">The choices; null: the defaults.</param>
    public static ReplayResult Run(Trace trace, ReplayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(trace);
        options ??= new ReplayOptions();
        using var simulation = new Simulation(options.Seed);
        using var radio = VirtualRadio.In(simulation);
        var controller = radio.Add(new ControllerOptions { Name = "replay", Address = trace.HostAddress });
        var transport = new ReplayTransport($"replay:{trace.Source}");
        var clock = new SimulationClock(simulation);
        var answers = simulation.Run(() => controller.Source.OpenAsync(CancellationToken.None));
        var run = new ReplayRun(trace, transport, clock, command => answers.Send([0x01, .. command]));
        answers.Start(new AnswersToHost(transport));
        transport.Sent = run.Absorb;

        var host = simulation.Run(() => OpenAsync(simulation, new ReplayController(transport), options));
        using var events = host.Events.Subscribe(capacity: 1024);
        var port = new MemoryEthernetPort("replay", MacOf(host.Address));
        using var endpoint = new IpEndpoint(port, new IpEndpointOptions { IPv4Address = options.HostAddress }, simulation.Time);
        var network = simulation.Run(() => host.ServeAsync(options.Role, port));
        transport.Sent = null;

        var report = run.Run(options.Seed);
        var (script, answered) = Continue(run, transport, clock, report, options);

        transport.Sent = run.Absorb;
        simulation.Run(async () => await network.DisposeAsync());
        simulation.Run(async () => await host.DisposeAsync());
        return new ReplayResult(report, script, answered, Drain(events));
    }

    private static async Task<BluetoothHost> OpenAsync(Simulation simulation, IControllerSource source, ReplayOptions options)
    {
        var host = await BluetoothHost.OpenAsync(
            source,
            new BluetoothHostOptions
            {
                Name = "replay",
                Discoverable = true,
                PairingAgent = new JustWorksAgent(),
                Time = simulation.Time,
                Loop = simulation.CreateLoop("host"),
                CallbackScheduler = simulation.Callbacks,
                ReopenAfterLoss = false,
            },
            options.LoggerFactory);
        await host.OpenPairingWindowAsync(PairingWindow);
        return host;
    }

    private static (IReadOnlyList<ScriptLine> Script, bool? Answered) Continue(
        ReplayRun run, ReplayTransport transport, IReplayClock clock, ReplayReport report, ReplayOptions options)
    {
        const ushort BnepPsm = 0x000F;
        if (report.Accepted is not { Psm: BnepPsm } accepted)
        {
            return ([], null);
        }

        var peer = new ScriptedPanuPeer(run, transport, clock, accepted);
        var answered = peer.Play(
            (ushort)options.Role, run.PeerOf(accepted.Handle).Value, options.PeerAddress, options.HostAddress);
        return (peer.Lines, answered);
    }

    private static MacAddress MacOf(BdAddr address) => new MacAddress(address.Value).AsUnicast();

    private static bool IsCapture(FileStream stream)
    {
        Span<byte> head = stackalloc byte[8];
        var read = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return read == head.Length && head.SequenceEqual("btsnoop\0"u8);
    }

    private static List<HostEvent> Drain(HostEventReader reader)
    {
        var events = new List<HostEvent>();
        while (reader.TryRead(out var happened))
        {
            events.Add(happened);
        }

        return events;
    }

    private sealed class SimulationClock(Simulation simulation) : IReplayClock
    {
        public void Settle() => simulation.Settle();

        public void Advance(TimeSpan by) => simulation.Advance(by);
    }
}
