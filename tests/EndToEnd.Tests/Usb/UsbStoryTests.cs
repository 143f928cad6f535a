using HostStack.EndToEnd.Tests.Rig;
using HostStack.Hci.Links;
using HostStack.Hci.Security;
using HostStack.Hci.Transport;
using HostStack.Hci.Wire;
using HostStack.Host;
using HostStack.NetDevices.Ip;
using HostStack.Pan;
using HostStack.Testing.Usb;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Usb;
using HostStack.VirtualController.Vendors;

namespace HostStack.EndToEnd.Tests.Usb;

/// <summary>Whole hosts over USB: two dongles on one radio, a GN on the one and a PANU on the other.</summary>
[TestFixture]
internal sealed class UsbStoryTests
{
    private VirtualRadio _radio = null!;
    private DongleBus _bus = null!;
    private UsbStation _server = null!;
    private UsbStation _client = null!;

    [SetUp]
    public void SetUp()
    {
        _radio = new VirtualRadio();
        _radio.Start();
        _bus = new DongleBus();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _radio.Dispose();
    }

    [Test]
    public async Task Gn_OverUsb_PeerPingsItWithEveryLength()
    {
        await ConnectedAsync();
        foreach (var length in Enumerable.Range(0, 24).Select(static i => i * 61 % 1400))
        {
            await _client.AssertReachesAsync(_server, length);
        }
    }

    [Test]
    public async Task Gn_DonglesThatSendNoEmptyPackets_EveryLengthArrives()
    {
        await ConnectedAsync(new UsbDongleOptions { EndsWithShortPacket = false });
        for (var length = 0; length < 200; length++)
        {
            await _client.AssertReachesAsync(_server, length);
        }
    }

    [Test]
    public async Task Halts_WhileTrafficFlows_CostNoLink([Values(0x81, 0x82, 0x02)] byte endpoint)
    {
        await ConnectedAsync();
        for (var i = 0; i < 10; i++)
        {
            _server.Dongle.Halt(endpoint);
            await _client.AssertReachesAsync(_server, 1000);
        }

        Assert.That((await _client.Host.GetPanStatusAsync()).Connections, Has.Count.EqualTo(1));
        Assert.That((await _server.Host.GetStatusAsync()).State, Is.EqualTo(HciHostState.Open));
    }

    [Test]
    public async Task Unplugged_WhileTrafficFlows_CallsEndAndTheHostComesBackByItself([Values] bool ofServer)
    {
        await ConnectedAsync();
        var pulled = ofServer ? _server : _client;
        using var stop = new CancellationTokenSource();
        var pinging = PingUntilAsync(stop.Token);
        await _client.AssertReachesAsync(_server, 1400);

        // A page that nobody answers: it is pending when the dongle goes.
        var pending = pulled.Host.PairAsync(new PeerAddress(BdAddr.Parse("12:34:56:78:9A:BC")));
        _bus.Unplug(pulled.Dongle);
        var lost = await pulled.NextAsync<ControllerLost>();
        await AssertEndsAsync(pending);
        Assert.That(lost.Reason, Does.Contain("it was unplugged"));

        _bus.Replug(pulled.Dongle);
        await pulled.NextAsync<ControllerOpened>();
        await _client.NextAsync<PanConnected>();
        await stop.CancelAsync();
        await pinging;
        await _client.AssertReachesAsync(_server, 1400);
    }

    [Test]
    public async Task Unplugged_AgainAndAgain_TheHostComesBackEachTime()
    {
        await ConnectedAsync();
        for (var i = 0; i < 5; i++)
        {
            _bus.Unplug(_client.Dongle);
            await _client.NextAsync<ControllerLost>();
            _bus.Replug(_client.Dongle);
            await _client.NextAsync<PanConnected>();
            await _client.AssertReachesAsync(_server, 100);
        }
    }

    // A release that originals have, versions that no original has: found when it is up, let sleep, and opened again.
    [Test]
    public async Task CopyOfCsr_FoundByItsVersions_SleepsOnceAtEachPlugging_AndPings()
    {
        var model = new CsrCopyModel { Device = new() { Usb = new(0x0A12, 0x0001), Release = 0x1234 } };
        await ConnectedAsync(new UsbDongleOptions { Id = new(0x0A12, 0x0001), Release = 0x1234, AclNeedsSuspend = true }, model);
        await _client.AssertReachesAsync(_server, 1400);
        var status = await _server.Host.GetStatusAsync();
        Assert.That(status.Controller!.Device, Has.Property("MustSleep").True.And.Property("HasSlept").True);
        Assert.That(status.Controller.Quirks, Has.None.Contains("could not be let sleep"));
        Assert.That((model.Violations.Count, _bus.Suspensions), Is.EqualTo((0, 1)));

        _bus.Unplug(_server.Dongle);
        await _server.NextAsync<ControllerLost>();
        _bus.Replug(_server.Dongle);
        await _server.NextAsync<ControllerOpened>();
        await _client.NextAsync<PanConnected>();
        await _client.AssertReachesAsync(_server, 1400);
        Assert.That(_bus.Suspensions, Is.EqualTo(2), "known from the first time: not opened twice again");
    }

    private async Task ConnectedAsync(UsbDongleOptions? options = null, CsrCopyModel? copy = null)
    {
        options ??= new UsbDongleOptions();
        var ofServer = copy is null ? null : new ControllerOptions { Vendor = copy };
        _server = await UsbStation.OpenAsync(_bus, new UsbDongle(_radio.Add(ofServer), options), 1);
        _client = await UsbStation.OpenAsync(_bus, new UsbDongle(_radio.Add(), copy is null ? options with { SerialNumber = "0002" } : null), 2);
        await _server.Host.ServeAsync(PanRole.Gn, _server.Port).WaitAsync(RealTimeStation.Limit);
        await _server.Host.OpenPairingWindowAsync(TimeSpan.FromMinutes(1));
        var pairing = await _client.Host.PairAsync(_server.Peer).WaitAsync(RealTimeStation.Limit);
        Assert.That(pairing.Succeeded, Is.True, pairing.ToString());
        await _client.Host.ConnectAsync(
            _server.Peer, PanRole.Gn, _client.Port,
            new PanClientOptions { Reconnect = new ReconnectPolicy { First = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromMilliseconds(500) } })
            .WaitAsync(RealTimeStation.Limit);
        await _client.NextAsync<PanConnected>();
    }

    private async Task PingUntilAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await _client.Ip.PingAsync(_server.Ip.IPv4Address!, 1400, TimeSpan.FromMilliseconds(200));
        }
    }

    // Whatever the procedure calls its end: it has one, and it is not a time-out.
    private static async Task AssertEndsAsync(Task<PairingOutcome> pending)
    {
        try
        {
            Assert.That((await pending.WaitAsync(RealTimeStation.Limit)).Succeeded, Is.False);
        }
        catch (ControllerUnavailableException failure)
        {
            Assert.That(failure.Message, Does.Contain("it was unplugged"));
        }
    }
}
