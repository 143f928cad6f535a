using HostStack.Hci.Transport;
using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Tests.Rig;
using HostStack.VirtualController.Time;

namespace HostStack.VirtualController.Tests.Controllers;

public class BringUpTests
{
    private static string Ask(TwoHosts hosts, string command)
    {
        hosts.A.Send(command);
        hosts.Simulation.Settle();
        return hosts.A.Take()[^1];
    }

    [Test]
    public void Information_OfAGoodController_IsComplete()
    {
        var hosts = new TwoHosts(up: false);
        Assert.That(Ask(hosts, "01 03 0c 00"), Is.EqualTo("040e0401030c00"));
        Assert.That(Ask(hosts, "01 01 10 00"), Is.EqualTo("040e0c010110000b01000bffff0100"));
        Assert.That(Ask(hosts, "01 02 10 00"), Has.Length.EqualTo(2 * (3 + 4 + 64)));
        Assert.That(Ask(hosts, "01 03 10 00"), Is.EqualTo("040e0c01031000bf06847e981d5983"));
        Assert.That(Ask(hosts, "01 04 10 01 00"), Is.EqualTo("040e0e010410000002bf06847e981d5983"));
        Assert.That(Ask(hosts, "01 04 10 01 01"), Is.EqualTo("040e0e0104100001020000000000000000"));
        Assert.That(Ask(hosts, "01 04 10 01 02"), Is.EqualTo("040e0e0104100002020001000000000000"));
        Assert.That(Ask(hosts, "01 05 10 00"), Is.EqualTo("040e0b01051000fd030008000000"));
        Assert.That(Ask(hosts, "01 09 10 00"), Is.EqualTo("040e0a01091000" + TwoHosts.AddressOfA));
    }

    [Test]
    public void HostFeatures_FollowWhatTheHostEnables()
    {
        var hosts = new TwoHosts(up: false);
        Ask(hosts, "01 56 0c 01 01");
        Assert.That(Ask(hosts, "01 04 10 01 01"), Does.EndWith("01020100000000000000"));
        Ask(hosts, "01 7a 0c 01 01");
        Assert.That(Ask(hosts, "01 04 10 01 01"), Does.EndWith("01020900000000000000"));
        Ask(hosts, "01 03 0c 00");
        Assert.That(Ask(hosts, "01 04 10 01 01"), Does.EndWith("01020000000000000000"), "Reset brings the defaults back");
    }

    [Test]
    public void Quirks_AreReportedAsAsked()
    {
        var hosts = new TwoHosts(up: false, a: new ControllerOptions
        {
            SimplePairing = false,
            SecureConnections = false,
            AclCount = 0,
            AclLength = 192,
            UnsupportedCommands = new HashSet<ushort> { 0x1408 },
        });
        Assert.That(Ask(hosts, "01 05 10 00"), Is.EqualTo("040e0b01051000c0000000000000"));
        Assert.That(Ask(hosts, "01 56 0c 01 01"), Is.EqualTo("040f040101560c"), "no SSP: the command does not exist");
        Assert.That(Ask(hosts, "01 08 14 02 00 00"), Is.EqualTo("040f0401010814"));
        Assert.That(Ask(hosts, "01 03 10 00"), Is.EqualTo("040e0c01031000bf06847e981d5183"));
    }

    [Test]
    public void BuffersOfZero_StillTakeData()
    {
        var hosts = new TwoHosts(a: new ControllerOptions { AclLength = 0, AclCount = 0 });
        hosts.Connect();
        Assert.That(Ask(hosts, "01 05 10 00"), Is.EqualTo("040e0b01051000" + "00000000000000"));
        hosts.A.Send("02 2a 00 02 00 aa bb");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "022a200200aabb" }));
    }

    [Test]
    public void EventMask_HoldsEventsBack()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.Command(hosts.A, "01 01 0c 08 ef ff ff ff ff ff ff 3f");     // no Disconnection Complete (bit 4)
        hosts.Command(hosts.B, "01 06 04 03 2a 00 13");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.Empty);
        Assert.That(hosts.ControllerA.Counters.MaskedEvents, Is.EqualTo(1));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040504002a0016" }));
    }

    [Test]
    public void CommandWithoutCredit_IsDroppedAndHardwareErrorRaised_ResetIsAlwaysTaken()
    {
        var hosts = new TwoHosts();
        hosts.A.Send("01 09 10 00");
        hosts.A.Send("01 09 10 00");
        hosts.A.Send("01 03 0c 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[]
        {
            "040e0a01091000" + TwoHosts.AddressOfA, "04100102", "040e0401030c00",
        }));
        Assert.That(hosts.ControllerA.Counters.CommandOverruns, Is.EqualTo(1));
    }

    [Test]
    public void Source_OpenTwice_IsRefused_AfterDisposeItOpensAgain()
    {
        var simulation = new Simulation();
        using var radio = VirtualRadio.In(simulation);
        var source = radio.Source("virtual:one");
        Assert.That(source.Uri, Is.EqualTo("virtual:one"));
        simulation.Run(async () =>
        {
            var first = await source.OpenAsync(CancellationToken.None);
            Assert.That(async () => await source.OpenAsync(CancellationToken.None),
                Throws.TypeOf<ControllerUnavailableException>().With.Message.Contains("open already"));
            await first.DisposeAsync();
            await using var second = await source.OpenAsync(CancellationToken.None);
            Assert.That(second.Name, Is.EqualTo("virtual:one"));
        });
        Assert.That(() => radio.Source("usb:"), Throws.ArgumentException);
        Assert.That(radio.Source("virtual:").Uri, Is.EqualTo("virtual:controller-1"));
    }

    [Test]
    public void PowerOff_ClosesTheTransport_AndTheSourceSaysSo()
    {
        var hosts = new TwoHosts();
        hosts.ControllerA.PowerOff();
        hosts.Settle();
        Assert.That(hosts.A.IsClosed);
        Assert.That(hosts.A.Failure, Is.TypeOf<ControllerUnavailableException>());
        Assert.That(async () => await hosts.ControllerA.Source.OpenAsync(CancellationToken.None),
            Throws.TypeOf<ControllerUnavailableException>().With.Message.Contains("unplugged"));
        hosts.ControllerA.PowerOn();
        hosts.Settle();
        var again = RawHost.Open(hosts.ControllerA);
        again.Send("01 09 10 00");
        hosts.Settle();
        Assert.That(again.Take(), Is.EqualTo(new[] { "040e0a01091000" + TwoHosts.AddressOfA }));
    }
}
