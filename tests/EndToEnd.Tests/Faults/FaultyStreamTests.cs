using System.IO.Pipelines;
using HostStack.Hci.Transport;
using HostStack.Host;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Transport;

namespace HostStack.EndToEnd.Tests.Faults;

/// <summary>The real stream transport, with its reading task and the host's own thread, over octets that suffer.</summary>
[TestFixture]
internal sealed class FaultyStreamTests
{
    private const int Calls = 100;
    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(60);
    private static readonly OctetFaults Some = new(Drop: 0.0002, Insert: 0.0002, Flip: 0.0002);

    [Test]
    public async Task StreamTransport_OverAFaultyStream_CallsEnd_AndACleanStreamServes([Values(1UL, 3UL, 4UL)] ulong seed)
    {
        using var radio = new VirtualRadio(new RadioOptions { Seed = seed });
        radio.Start();
        var source = new PipeSource(radio.Add(), seed);
        source.Faults = Some;
        await UseAsync(source, isClean: false);
        source.Faults = OctetFaults.None;
        await UseAsync(source, isClean: true);

        await source.EndedAsync().WaitAsync(Generous);
        Assert.That(source.Openings, Is.GreaterThanOrEqualTo(2));
        Assert.That(radio.Loop.Faults, Is.Zero);
    }

    private static async Task UseAsync(PipeSource source, bool isClean)
    {
        BluetoothHost host;
        try
        {
            host = await BluetoothHost.OpenAsync(source, new BluetoothHostOptions { ReopenAfterLoss = false }).WaitAsync(Generous);
        }
        catch (ControllerUnavailableException refused) when (!isClean)
        {
            Assert.That(refused.Message, Does.EndWith("."));
            return;
        }

        var lost = false;
        for (var i = 0; i < Calls && !lost; i++)
        {
            try
            {
                var data = await host.ReadLocalOobDataAsync().WaitAsync(Generous);
                Assert.That(data.P256 is not null || !isClean, Is.True);
            }
            catch (ControllerUnavailableException unavailable) when (!isClean)
            {
                Assert.That(unavailable.Message, Does.EndWith("."));
                lost = true;
            }
        }

        await host.DisposeAsync().AsTask().WaitAsync(Generous);
        Assert.That(host.Loop.Faults, Is.Zero);
    }

    /// <summary>Opens a simulated controller as H4 over a pair of pipes.</summary>
    private sealed class PipeSource(SimulatedController controller, ulong seed) : IControllerSource
    {
        private readonly List<Task> _connections = [];

        public OctetFaults Faults { get; set; }

        public int Openings => _connections.Count;

        public string Uri => "h4:pipe";

        public async Task<IHciTransport> OpenAsync(CancellationToken cancellationToken)
        {
            // One host at a time: the former connection ends with its stream.
            await Task.WhenAll(_connections);
            var (host, end) = PipeLine.CreatePair();
            var connection = new H4Connection(controller, end);

            // The controller's end is another program: nothing of it may run on the host's loop.
            _connections.Add(Task.Run(() => connection.RunAsync(CancellationToken.None), CancellationToken.None));
            return new StreamTransport(Uri, new FaultyStream(host, seed + (ulong)Openings, Faults, Faults));
        }

        public Task EndedAsync() => Task.WhenAll(_connections);
    }
}
