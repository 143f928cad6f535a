using HostStack.Cli.Status;
using HostStack.Cli.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Transport;
using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.Testing;
using HostStack.VirtualController.Radio;

namespace HostStack.Cli.Tests.Status;

/// <summary>What is told of a host that answers, hangs, or is closed.</summary>
[TestFixture]
public sealed class HostStatusSourceTests
{
    private VirtualRadio _radio = null!;
    private BluetoothHost _host = null!;
    private SteppedTime _time = null!;
    private HostStatusSource _source = null!;

    [SetUp]
    public async Task SetUpAsync()
    {
        _radio = new VirtualRadio(new RadioOptions());
        _radio.Start();
        _host = await BluetoothHost.OpenAsync(_radio.Add().Source, new BluetoothHostOptions { Name = "Hub" });
        _time = new SteppedTime();
        _source = new HostStatusSource(_host, new CommandEnvironment { Terminal = new TestTerminal(), Time = _time });
    }

    [TearDown]
    public async Task TearDownAsync()
    {
        await _host.DisposeAsync();
        _radio.Dispose();
    }

    [Test]
    public async Task Host_ThatAnswers_IsToldWhole()
    {
        var entry = await _source.ReadAsync();
        Assert.That((entry.State, entry.Name, entry.Epoch, entry.Problem), Is.EqualTo(("up", "Hub", 1, (string?)null)));
        Assert.That(entry.Address, Is.EqualTo(_host.Address.ToString()));
        Assert.That(entry.FreeBuffers, Is.EqualTo(entry.Buffers).And.Positive);
    }

    [Test]
    public async Task Host_OnADeviceThatItsDoorKnows_TellsIt()
    {
        var slot = new ControllerSlot();
        slot.Plug(
            _radio.Add().Source,
            new ControllerDevice { Usb = new UsbId(0x0A12, 0x0001), SerialNumber = "7", Product = "CSR8510 A10" });
        await using var host = await BluetoothHost.OpenAsync(slot);
        var entry = await new HostStatusSource(host, new CommandEnvironment { Terminal = new TestTerminal(), Time = _time }).ReadAsync();
        Assert.That(entry.Device, Is.EqualTo("0a12:0001 'CSR8510 A10', serial 7"));
    }

    [Test]
    public async Task Host_ThatHangs_IsSilent_AndItsRefusalsAreTold()
    {
        using var release = new ManualResetEventSlim();
        var holding = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _source.Happened(new Refused(RefusalLayer.Pan, "bonded", new PeerAddress(new BdAddr(1)), "GN", LinkKeyType.Combination, "Pair first."));
        var held = Task.Run(() => _host.Loop.InvokeAsync(() =>
        {
            holding.SetResult();
            release.Wait();
            return true;
        }));
        await holding.Task;
        var reading = _source.ReadAsync();
        _time.Advance(TimeSpan.FromSeconds(2));
        var entry = await reading;
        release.Set();
        await held;
        Assert.That((entry.State, entry.RefusalCount, entry.Refusals.Single().Rule), Is.EqualTo(("silent", 1L, "bonded")));
        Assert.That(entry.Problem, Does.Contain("does not answer"));
    }

    [Test]
    public async Task Host_ThatIsClosed_IsSaidToBe()
    {
        await _host.DisposeAsync();
        Assert.That((await _source.ReadAsync()).State, Is.EqualTo("closed"));
    }
}
