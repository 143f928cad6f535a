using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Radio;

public class RoleTests
{
    private const string BecomePeripheral = "01 0b 08 07" + TwoHosts.AddressOfB + "01";

    [Test]
    public void Switch_BothAreTold_AndTheRolesAreDiscovered()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.Command(hosts.A, BecomePeripheral);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "041208" + "00" + TwoHosts.AddressOfB + "01" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "041208" + "00" + TwoHosts.AddressOfA + "00" }));
        hosts.A.Send("01 09 08 02 2a 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040e07010908002a0001" }));
    }

    [Test]
    public void Switch_EncryptedLink_EncryptionPauses_DataWaits()
    {
        var hosts = new TwoHosts();
        hosts.EnableSimplePairing();
        hosts.Connect();
        hosts.Pair();
        hosts.Command(hosts.A, BecomePeripheral);
        hosts.Simulation.Advance(TimeSpan.FromMilliseconds(1.5));
        hosts.A.Send("02 2a 00 01 00 99");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[]
        {
            "041208" + "00" + TwoHosts.AddressOfA + "00", "043003002a00", "022a20010099",
        }));
        Assert.That(hosts.A.Take()[..2], Is.EqualTo(new[] { "041208" + "00" + TwoHosts.AddressOfB + "01", "043003002a00" }));
    }

    [Test]
    public void Switch_RefusedByPolicy_HereAndThere()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.Command(hosts.B, "01 0d 08 04 2a 00 00 00");
        hosts.B.Take();
        hosts.Command(hosts.A, BecomePeripheral);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "041208" + "21" + TwoHosts.AddressOfB + "00" }));
        Assert.That(hosts.B.Take(), Is.Empty);

        hosts.Command(hosts.A, "01 0d 08 04 2a 00 00 00");
        hosts.A.Take();
        hosts.A.Send(BecomePeripheral);
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f040c010b08" }));
    }

    [Test]
    public void Piconet_SevenPeripherals_TheEighthIsRefused()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        for (var i = 0; i < 6; i++)
        {
            ConnectNew(hosts, asCentral: true);
        }

        Assert.That(hosts.ControllerA.LinkCount, Is.EqualTo(7));
        hosts.A.Send("01 05 04 0d 010203040506 18cc 02 00 0000 01");
        hosts.Settle();
        hosts.A.Take("040f0409010504");
        ConnectNew(hosts, asCentral: false);
        Assert.That(hosts.ControllerA.LinkCount, Is.EqualTo(8), "as a peripheral it can join another piconet");
    }

    [Test]
    public void Sniff_ModeChangesAtBothEnds()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.Command(hosts.A, "01 03 08 0a 2a 00 20 03 90 01 04 00 01 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "041406002a00022003" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "041406002a00022003" }));
        hosts.Command(hosts.B, "01 04 08 02 2a 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "041406002a00000000" }));
    }

    [Test]
    public void ThreeHosts_OneRadio_DataGoesWhereItsHandleSays()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        var c = ConnectNew(hosts, asCentral: true);
        hosts.A.Send("02 2a 00 01 00 0b");
        hosts.A.Send("02 2b 00 01 00 0c");
        c.Send("02 0b 00 01 00 0a");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "022a2001000b" }));
        Assert.That(c.Take(), Is.EqualTo(new[] { "020b2001000c", "041305010b000100" }));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "022b2001000a", "041309022a0001002b000100" }));
    }

    private static RawHost ConnectNew(TwoHosts hosts, bool asCentral)
    {
        var controller = hosts.Radio.Add(new ControllerOptions());
        var host = RawHost.Open(controller);
        hosts.Command(host, "01 1a 0c 01 03");
        var address = Reverse(controller.Address.ToString());
        var (from, to, target) = asCentral ? (hosts.A, host, address) : (host, hosts.A, TwoHosts.AddressOfA);
        hosts.Command(from, "01 05 04 0d" + target + "18cc 02 00 0000 01");
        hosts.Settle();
        hosts.Command(to, "01 09 04 07" + to.Take("04040a")[6..18] + "01");
        hosts.Settle();
        from.Take("04030b00");
        from.Take();
        to.Take();
        return host;
    }

    private static string Reverse(string address) => string.Concat(address.Split(':').Reverse()).ToLowerInvariant();
}
