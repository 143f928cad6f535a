using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Serial;

namespace HostStack.Hci.Tests.Transport.Serial;

/// <summary>A terminal that another process still drains holds up whoever opens it, and one that cannot be written to whoever closes
/// it: neither may be the host's loop.</summary>
[TestFixture]
public sealed class SlowPortTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<Port> _ports = [];
    private SemaphoreSlim _waits = null!;
    private SemaphoreSlim _goOn = null!;
    private SemaphoreSlim _letGo = null!;

    [SetUp]
    public void SetUp()
    {
        _ports.Clear();
        _waits = new SemaphoreSlim(0);
        _goOn = new SemaphoreSlim(0);
        _letGo = new SemaphoreSlim(0);
    }

    [TearDown]
    public void TearDown()
    {
        _waits.Dispose();
        _goOn.Dispose();
        _letGo.Dispose();
    }

    [TestCase(SerialControllerSource.H4Scheme)]
    [TestCase(SerialControllerSource.H5Scheme)]
    public async Task OpenAsync_CancelledWhileTheSystemOpens_EndsAtOnceAndLetsThePortGo(string scheme)
    {
        var source = scheme == SerialControllerSource.H4Scheme
            ? SerialControllerSource.ParseH4("/dev/ttyX?reset=dtr", OpenSlowly)
            : SerialControllerSource.ParseH5("/dev/ttyX?reset=dtr", OpenSlowly);
        await CancelledOpening.RunAsync(source, TheSystemWaitsAsync);
        Assert.That(_ports, Is.Empty);
        _goOn.Release();
        await ThePortIsLetGoAsync();
        Assert.That(_ports.Single().Lines, Is.Empty, "nobody resets the controller any more");
    }

    [Test]
    public async Task OpenAsync_CancelledWhileTheSystemOpensForTheOtherRate_EndsAtOnceAndLetsThePortGo()
    {
        var source = SerialControllerSource.ParseH5(
            "/dev/ttyX?vendor=bcm&speed=3000000",
            (name, settings) => settings.BaudRate == 115_200 ? Open(name) : OpenSlowly(name, settings),
            new HurriedTime());
        await CancelledOpening.RunAsync(source, TheSystemWaitsAsync);
        await ThePortIsLetGoAsync();
        _goOn.Release();
        await ThePortIsLetGoAsync();
        Assert.That(_ports, Has.Count.EqualTo(2));
    }

    /// <summary>The late one has the port locked until it is let go: an opening that did not wait would be told of another
    /// program.</summary>
    [Test]
    public async Task OpenAsync_CancelledThenOpenedAgain_WaitsUntilTheLateOneIsLetGo()
    {
        var openings = 0;
        var wasFree = false;
        var source = SerialControllerSource.ParseH4("/dev/ttyX", (name, settings) =>
        {
            if (Interlocked.Increment(ref openings) == 1)
            {
                return OpenSlowly(name, settings);
            }

            wasFree = _ports is [{ IsClosed: true }];
            return Open(name);
        });
        await CancelledOpening.RunAsync(source, TheSystemWaitsAsync);
        await CancelledOpening.RunAsync(source);
        var opening = source.OpenAsync(default);
        _goOn.Release();
        await using var transport = await opening.WaitAsync(Limit);
        Assert.That((openings, wasFree), Is.EqualTo((2, true)), "the one that gave up while it waited opened nothing");
    }

    [Test]
    public async Task OpenAsync_SystemRefusesAfterTheCancelling_IsNobodysFault()
    {
        var source = SerialControllerSource.ParseH4("/dev/ttyX", (name, settings) =>
        {
            OpenSlowly(name, settings).Dispose();
            throw new ControllerUnavailableException("It is in use.");
        });
        await CancelledOpening.RunAsync(source, TheSystemWaitsAsync);
        _goOn.Release();
        await ThePortIsLetGoAsync();
    }

    /// <summary>Who opens goes on meanwhile; the outcome comes when the port is free for another opening.</summary>
    [Test]
    public async Task OpenAsync_PortCannotBeSetUpAndClosesSlowly_HoldsNobodyUp()
    {
        var opening = SerialControllerSource.ParseH4("/dev/ttyX?reset=dtr", (name, _) =>
        {
            var port = Open(name);
            port.Fault = new IOException("it has no such line");
            port.Closing = WaitForTheSystem;
            return port;
        }).OpenAsync(default);
        await TheSystemWaitsAsync();
        Assert.That(opening.IsCompleted, Is.False);
        _goOn.Release();
        Assert.That(async () => await opening.WaitAsync(Limit), Throws.InstanceOf<ControllerUnavailableException>()
            .With.Message.EqualTo("/dev/ttyX cannot be set up (it has no such line); check its options and its cable."));
    }

    private async Task TheSystemWaitsAsync() => Assert.That(await _waits.WaitAsync(Limit), Is.True, "the system is asked");

    private async Task ThePortIsLetGoAsync() => Assert.That(await _letGo.WaitAsync(Limit), Is.True, "the port is let go");

    private Port OpenSlowly(string name, SerialSettings settings)
    {
        WaitForTheSystem();
        return Open(name);
    }

    private void WaitForTheSystem()
    {
        _waits.Release();
        if (!_goOn.Wait(Limit))
        {
            throw new TimeoutException("The test did not let the system go on.");
        }
    }

    private Port Open(string name)
    {
        var port = new Port(name, _letGo);
        _ports.Add(port);
        return port;
    }

    private sealed class Port(string name, SemaphoreSlim letGo) : ISerialPort
    {
        private readonly DuplexStream _stream = DuplexStream.CreatePair().Near;
        private bool _disposed;

        /// <summary>Whether the system has let it go.</summary>
        public bool IsClosed { get; private set; }

        /// <summary>The lines that were set.</summary>
        public List<string> Lines { get; } = [];

        /// <summary>What setting a line throws.</summary>
        public Exception? Fault { get; set; }

        /// <summary>What the system does when it is closed.</summary>
        public Action Closing { get; set; } = static () => { };

        public string Name => name;

        public Stream Stream => _stream;

        public int BaudRate { get; set; } = 115_200;

        public bool DataTerminalReady
        {
            get => false;
            set
            {
                Lines.Add($"DTR {value}");
                if (Fault is { } fault)
                {
                    throw fault;
                }
            }
        }

        public bool RequestToSend { get; set; }

        public bool IsBreaking { get; set; }

        public void Discard() => Lines.Add("discard");

        public void Dispose()
        {
            if (!_disposed)
            {
                _disposed = true;
                Closing();
                _stream.Dispose();
                IsClosed = true;
                letGo.Release();
            }
        }
    }
}
