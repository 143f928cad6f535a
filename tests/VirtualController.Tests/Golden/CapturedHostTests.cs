using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Golden;

/// <summary>Commands as the Linux kernel sent them, and events as it received them, octet for octet: from the captures of
/// BlueZ 5.66 connecting, pairing and disconnecting (gn-accepted-agent.client and .server).</summary>
public class CapturedHostTests
{
    [Test]
    public void Connection_CommandsOfTheKernel_GiveTheEventsOfTheCapture()
    {
        var hosts = new TwoHosts();

        hosts.A.Send("01 05 04 0d 42 00 00 01 aa 00 18 00 00 00 00 80 01");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f0400010504" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "04040a42000101aa0000000001" }));

        hosts.B.Send("01 09 04 07 42 00 01 01 aa 00 01");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[]
        {
            "040f0400010904",
            "04030b002a0042000101aa000100",
            "041b032a0005",
        }));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[]
        {
            "04030b002a0042000001aa000100",
            "041b032a0005",
        }));
    }

    [Test]
    public void AcceptAsCentral_RoleSwitchAllowed_RoleChangeComesBeforeConnectionComplete()
    {
        var hosts = new TwoHosts();
        hosts.A.Send("01 05 04 0d 42 00 00 01 aa 00 18 00 00 00 00 80 01");
        hosts.Settle();
        hosts.A.Take();
        hosts.B.Take();

        // The kernel accepts with role 0: it wants to be central.
        hosts.B.Send("01 09 04 07 42 00 01 01 aa 00 00");
        hosts.Settle();

        Assert.That(hosts.B.Take()[..3], Is.EqualTo(new[]
        {
            "040f0400010904",
            "0412080042000101aa0000",
            "04030b002a0042000101aa000100",
        }));
        Assert.That(hosts.A.Take()[..2], Is.EqualTo(new[]
        {
            "0412080042000001aa0001",
            "04030b002a0042000001aa000100",
        }));
    }

    [Test]
    public void JustWorks_CommandsOfTheKernel_GiveTheEventsOfTheCapture()
    {
        var hosts = new TwoHosts();
        hosts.EnableSimplePairing();
        hosts.Connect();

        hosts.A.Send("01 11 04 02 2a 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f0400011104", "04170642000001aa00" }));

        hosts.A.Send("01 0c 04 06 42 00 00 01 aa 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040e0a010c040042000001aa00", "04310642000001aa00" }));

        hosts.A.Send("01 2b 04 09 42 00 00 01 aa 00 03 00 02");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040e0a012b040042000001aa00" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "04320942000101aa00030002", "04310642000101aa00" }));

        hosts.B.Send("01 2b 04 09 42 00 01 01 aa 00 03 00 02");
        hosts.Settle();
        var atA = hosts.A.Take();
        var atB = hosts.B.Take();
        Assert.That(atB[0], Is.EqualTo("040e0a012b040042000101aa00"));
        Assert.That(atA[0], Is.EqualTo("04320942000001aa00030002"));
        Assert.That(atA[1], Does.StartWith("04330a42000001aa00"));
        Assert.That(atB[1], Does.StartWith("04330a42000101aa00"));
        Assert.That(atA[1][18..], Is.EqualTo(atB[1][18..]), "both show the same six digits");

        hosts.A.Send("01 2c 04 06 42 00 00 01 aa 00");
        hosts.B.Send("01 2c 04 06 42 00 01 01 aa 00");
        hosts.Settle();
        atA = hosts.A.Take();
        atB = hosts.B.Take();
        Assert.That(atA[..2], Is.EqualTo(new[] { "040e0a012c040042000001aa00", "0436070042000001aa00" }));
        Assert.That(atB[..2], Is.EqualTo(new[] { "040e0a012c040042000101aa00", "0436070042000101aa00" }));
        Assert.That(atA[2], Does.Match("^04181742000001aa00[0-9a-f]{32}07$"), "Just Works on P-256 makes a key of type 7");
        Assert.That(atB[2], Is.EqualTo(atA[2].Replace("42000001aa00", "42000101aa00")), "both get the same key");
        Assert.That(atA[3..], Is.EqualTo(new[] { "040603002a00" }));
        Assert.That(atB, Has.Length.EqualTo(3));

        hosts.A.Send("01 13 04 03 2a 00 01");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f0400011304", "040804002a0002" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040804002a0002" }));

        hosts.B.Send("01 08 14 02 2a 00");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040e07010814002a0010" }));
    }

    [Test]
    public void Data_L2capInformationRequestOfTheKernel_ArrivesAndIsCompleted()
    {
        var hosts = new TwoHosts();
        hosts.Connect();

        // Boundary flag 0 (first, not flushable) becomes 2 at the receiver (Core, Vol 4, Part E, 5.4.2).
        hosts.A.Send("02 2a 00 0a 00 06 00 01 00 0a 01 02 00 02 00");
        hosts.A.Send("02 2a 00 10 00 0c 00 01 00 0b 01 08 00 02 00 00 00 b8 02 00 00");
        hosts.Settle();

        Assert.That(hosts.B.Take(), Is.EqualTo(new[]
        {
            "022a200a00060001000a0102000200",
            "022a2010000c0001000b01080002000000b8020000",
        }));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "041305012a000200" }), "one event for both packets");
    }

    [Test]
    public void Disconnection_CommandOfTheKernel_EndsBothEnds()
    {
        var hosts = new TwoHosts();
        hosts.Connect();

        hosts.A.Send("01 06 04 03 2a 00 13");
        hosts.Settle();

        // The specification's reason for the host that asked is 0x16 (the emulator of the capture says 0x13).
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040f0400010604", "040504002a0016" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040504002a0013" }));
        Assert.That(hosts.ControllerA.LinkCount + hosts.ControllerB.LinkCount, Is.Zero);
    }
}
