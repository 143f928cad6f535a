using HostStack.Hci.Transport.Usb;
using HostStack.Hci.Wire;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Time;
using HostStack.VirtualController.Usb;

namespace HostStack.VirtualController.Tests.Usb;

/// <summary>A dongle's life: commands, events and data through its pipes, halts, voice, unplugging.</summary>
public class UsbDongleTests
{
    private Simulation _simulation = null!;

    [SetUp]
    public void SetUp() => _simulation = new Simulation(11);

    [TearDown]
    public void TearDown() => _simulation.Dispose();

    [Test]
    public void Event_LongerThanARequest_GoesOnInTheNext()
    {
        var host = DongleHost.On(_simulation);
        host.Command("02 10 00");
        for (var i = 0; i < 5; i++)
        {
            host.Receive(DongleHost.Events, 16);
        }

        Assert.That(host.Completions.Select(static end => (end.Length - 13) / 2), Is.EqualTo(new[] { 16, 16, 16, 16, 6 }));
        Assert.That(host.Completions[0], Does.StartWith("81 Completed 0e4401021000"));
    }

    [Test]
    public void Data_OfTwoDongles_CrossesTheRadio()
    {
        var (a, b) = Connected();
        Assert.That(a.Send("2a 20 06 00 02 00 40 00"), Is.EqualTo("02 Completed"));     // first half of an ACL packet
        Assert.That(a.Send("aa bb 2a 20 05 00 01 00 40 00 cc"), Is.EqualTo("02 Completed"));
        _simulation.Advance(TimeSpan.FromMilliseconds(50));
        b.Receive(DongleHost.AclIn, 1028);
        b.Receive(DongleHost.AclIn, 1028);
        Assert.That(b.Take(), Is.EqualTo("82 Completed 2a200600020040" + "00aabb"));
        Assert.That(b.Take(), Is.EqualTo("82 Completed 2a20050001004000cc"));
    }

    [Test]
    public void Halt_EndsRequestsAsStalled_UntilItIsCleared([Values(0x81, 0x82)] byte endpoint)
    {
        var host = DongleHost.On(_simulation);
        host.Receive(endpoint, 16);
        host.Receive(endpoint, 16);
        host.Dongle.Halt(endpoint);
        _simulation.Settle();
        host.Receive(endpoint, 16);
        Assert.That(host.Completions, Is.EqualTo(Enumerable.Repeat($"{endpoint:x2} Stalled", 3)));
        host.Completions.Clear();
        Assert.That(host.Request($"82 00 0000 {endpoint:x2}00 0200"), Is.EqualTo("Completed 0100"));
        Assert.That(host.Request($"02 01 0000 {endpoint:x2}00 0000"), Is.EqualTo("Completed"));
        host.Receive(endpoint, 16);
        Assert.That(host.Completions, Is.Empty, "it waits for data again");
    }

    [Test]
    public void Halt_OfDataOut_ForgetsWhatHasBegun()
    {
        var (a, b) = Connected();
        a.Send("2a 20 06 00 02 00 40 00");
        Assert.That(a.Request("02 03 0000 0200 0000"), Is.EqualTo("Completed"));
        Assert.That(a.Send("aa bb"), Is.EqualTo("02 Stalled"));
        Assert.That(a.Request("02 01 0000 0200 0000"), Is.EqualTo("Completed"));
        Assert.That(a.Send("2a 20 05 00 01 00 40 00 cc"), Is.EqualTo("02 Completed"));
        _simulation.Advance(TimeSpan.FromMilliseconds(50));
        b.Receive(DongleHost.AclIn, 1028);
        Assert.That(b.Take(), Is.EqualTo("82 Completed 2a20050001004000cc"));
        Assert.That(a.Dongle.Controller.Counters.Malformed, Is.Zero);
    }

    [Test]
    public void Request_Cancelled_EndsAndTheOthersGoOn()
    {
        var host = DongleHost.On(_simulation);
        var first = host.Receive(DongleHost.Events, 16, " first");
        host.Receive(DongleHost.Events, 16, " second");
        Assert.That((host.Dongle.RequestsAt(0x81), host.Dongle.RequestsAt(0x82)), Is.EqualTo((2, 0)));
        host.Dongle.Cancel(first);
        _simulation.Settle();
        Assert.That(host.Dongle.RequestsAt(0x81), Is.EqualTo(1));
        Assert.That(host.Take(), Is.EqualTo("81 Cancelled first"));
        host.Command("03 0c 00");
        Assert.That(host.Take(), Is.EqualTo("81 Completed 0e0401030c00 second"));
        host.Dongle.Cancel(first);
        _simulation.Settle();
        Assert.That(host.Completions, Is.Empty);
    }

    [Test]
    public void Request_SubmittedTwice_IsRefused()
    {
        var host = DongleHost.On(_simulation);
        var urb = host.Receive(DongleHost.Events, 16);
        Assert.That(() => host.Dongle.Submit(urb, 16), Throws.InvalidOperationException.With.Message.Contains("submitted already"));
    }

    [Test]
    public void Request_OfNoEndpoint_Fails()
    {
        var host = DongleHost.On(_simulation, new UsbDongleOptions { HasVoice = false });
        host.Receive(0x83, 16);
        host.Receive(0x8F, 16);
        Assert.That(host.Completions, Is.EqualTo(new[] { "83 Failed", "8f Failed" }));
    }

    [Test]
    public void Unplug_EndsAllRequests_AndThePeerLosesTheLink()
    {
        var (a, b) = Connected();
        a.Event();      // Max Slots Change
        a.Receive(DongleHost.Events, 16);
        a.Receive(DongleHost.AclIn, 64);
        a.Dongle.Unplug();
        a.Dongle.Unplug();
        _simulation.Settle();
        Assert.That(a.Completions, Is.EqualTo(new[] { "81 Gone", "82 Gone" }));
        Assert.That(a.Unplugged, Is.EqualTo(1));
        a.Completions.Clear();
        a.Receive(DongleHost.Events, 16);
        Assert.That(a.Take(), Is.EqualTo("81 Gone"));
        _simulation.Advance(TimeSpan.FromSeconds(30));
        Assert.That(b.Dongle.Controller.LinkCount, Is.Zero);
    }

    [Test]
    public void Plug_Again_IsADongleAsNew()
    {
        var (a, _) = Connected();
        a.Request("01 0b 0300 0100 0000");
        a.Command("03 0c 00");
        a.Dongle.Unplug();
        a.Dongle.Plug();
        _simulation.Settle();
        Assert.That(a.Dongle.IsPlugged, Is.True);
        Assert.That(a.Request("80 08 0000 0000 0100"), Is.EqualTo("Completed 00"));
        a.Request("00 09 0100 0000 0000");
        Assert.That(a.Request("81 0a 0000 0100 0100"), Is.EqualTo("Completed 00"));
        a.Completions.Clear();
        a.Receive(DongleHost.Events, 16);
        Assert.That(a.Completions, Is.Empty, "no event of before");
    }

    [Test]
    public void Controller_WithoutPower_UnplugsTheDongle()
    {
        var host = DongleHost.On(_simulation);
        host.Receive(DongleHost.Events, 16);
        host.Dongle.Controller.PowerOff();
        _simulation.Settle();
        Assert.That(host.Take(), Is.EqualTo("81 Gone"));
        Assert.That((host.Unplugged, host.Dongle.IsPlugged), Is.EqualTo((1, false)));
    }

    [Test]
    public void Plug_ControllerOfAnotherHost_IsUnpluggedAtOnce()
    {
        var first = DongleHost.On(_simulation);
        var second = new DongleHost(_simulation, new UsbDongle(first.Dongle.Controller));
        Assert.That((second.Unplugged, second.Dongle.IsPlugged), Is.EqualTo((1, false)));
        first.Command("03 0c 00");
        Assert.That(first.Event(), Is.EqualTo("0e0401030c00"));
    }

    [Test]
    public void Voice_IsSwallowedInItsTime()
    {
        var host = DongleHost.On(_simulation);
        host.Receive(0x83, 27);
        Assert.That(host.Take(), Is.EqualTo("83 Failed"), "alternate 0 has no voice");
        host.Request("01 0b 0200 0100 0000");
        foreach (var endpoint in new byte[] { 0x83, 0x03 })
        {
            var urb = new Urb(endpoint, 51, host) { IsochronousPackets = 3 };
            host.Dongle.Submit(urb, 51);
        }

        _simulation.Advance(TimeSpan.FromMilliseconds(2.9));
        Assert.That(host.Completions, Is.Empty);
        _simulation.Advance(TimeSpan.FromMilliseconds(0.2));
        Assert.That(host.Completions, Is.EquivalentTo(new[] { "83 Completed", "03 Completed" }));
    }

    [Test]
    public void AclOfAClone_WaitsUntilItWasSuspended()
    {
        var (a, b) = Connected(new UsbDongleOptions { AclNeedsSuspend = true });
        a.Send("2a 20 05 00 01 00 40 00 cc");
        _simulation.Advance(TimeSpan.FromMilliseconds(50));
        b.Receive(DongleHost.AclIn, 64);
        Assert.That(b.Completions, Is.Empty);
        b.Dongle.Suspend();
        _simulation.Settle();
        Assert.That(b.Take(), Is.EqualTo("82 Completed 2a20050001004000cc"));
    }

    [Test]
    public void Events_OfAHostThatReadsNone_AreLostAtABound()
    {
        var host = DongleHost.On(_simulation);
        for (var i = 0; i < 64 * 1024 / 70; i++)
        {
            host.Command("02 10 00");
        }

        Assert.That(host.Dongle.LostEvents, Is.Zero);
        host.Command("02 10 00");
        Assert.That(host.Dongle.LostEvents, Is.EqualTo(1));
    }

    [Test]
    public void DataAndItsCredits_AllocateNothing()
    {
        var (a, b) = Connected();
        var stream = new DataStream(a.Dongle, b.Dongle);
        stream.Run(_simulation, 200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        stream.Run(_simulation, 1000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(stream.Received, Is.EqualTo(1200 * 74));
    }

    // A calls B; handle 0x02A at both ends.
    private (DongleHost A, DongleHost B) Connected(UsbDongleOptions? options = null)
    {
        var radio = VirtualRadio.In(_simulation);
        var hosts = new[] { "00:AA:01:01:00:42", "00:AA:01:00:00:42" }
            .Select(address => radio.Add(new ControllerOptions { Address = BdAddr.Parse(address), FirstHandle = 0x2A }))
            .Select(controller => new DongleHost(_simulation, new UsbDongle(controller, options)))
            .ToArray();
        var (a, b) = (hosts[0], hosts[1]);
        b.Command("1a 0c 01 03");
        a.Command("05 04 0d 42000001aa00 18cc 02 00 0000 01");
        _simulation.Advance(TimeSpan.FromMilliseconds(50));
        b.Command("09 04 07 42000101aa00 01");
        _simulation.Advance(TimeSpan.FromMilliseconds(50));
        foreach (var host in hosts)
        {
            while (!host.Event().StartsWith("030b002a00", StringComparison.Ordinal))
            {
            }
        }

        return (a, b);
    }

    // Sends packets of 74 octets from one dongle to the other, where they come in two USB packets.
    private sealed class DataStream : IUrbUser
    {
        private readonly UsbDongle _from;
        private readonly UsbDongle _to;
        private readonly Urb _out;
        private readonly Urb _in;
        private readonly Urb _credits;

        public DataStream(UsbDongle from, UsbDongle to)
        {
            (_from, _to) = (from, to);
            _out = new Urb(DongleHost.AclOut, 74, this);
            _in = new Urb(DongleHost.AclIn, 1028, this);
            _credits = new Urb(DongleHost.Events, 16, this);
            DongleHost.Hex("2a 20 46 00 42 00 40 00").CopyTo(_out.Buffer);
        }

        public int Received { get; private set; }

        public void Run(Simulation simulation, int count)
        {
            for (var i = 0; i < count; i++)
            {
                _to.Submit(_in, 1028);
                if (!_credits.IsSubmitted)
                {
                    _from.Submit(_credits, 16);
                }

                _from.Submit(_out, 74);
                simulation.Advance(TimeSpan.FromMilliseconds(10));
            }
        }

        public void Completed(Urb urb, UsbTransferStatus status, int length) =>
            Received += urb.Endpoint == DongleHost.AclIn ? length : 0;
    }
}
