using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Controllers;

/// <summary>LE commands of a dual-mode controller where there is no LE air (Core, Vol 4, Part E, 7.8).</summary>
public class LowEnergyTests
{
    private const string CreateConnection = "01 0d 20 19 6000 6000 00 00 42000001aa00 00 1800 2800 0000 2a00 0000 0000";

    private static TwoHosts DualMode()
    {
        var hosts = new TwoHosts(a: new ControllerOptions { DualMode = true });
        hosts.Command(hosts.A, "01 01 20 08 1f 00 00 00 00 00 00 00");      // every LE event
        return hosts;
    }

    private static string Ask(TwoHosts hosts, string command)
    {
        hosts.A.Send(command);
        hosts.Simulation.Settle();
        return hosts.A.Take()[0];
    }

    [Test]
    public void Connecting_WaitsUntilItIsCancelled_AndIsToldSo()
    {
        var hosts = DualMode();
        Assert.That(Ask(hosts, CreateConnection), Is.EqualTo("040f0400010d20"));
        Assert.That(Ask(hosts, CreateConnection), Is.EqualTo("040f040c010d20"), "one at a time");
        hosts.Simulation.Advance(TimeSpan.FromMinutes(5));
        Assert.That(hosts.A.Take(), Is.Empty);

        hosts.A.Send("01 0e 20 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[]
        {
            "040e04010e2000",
            "043e130102" + new string('0', 2 * 17),                         // LE Connection Complete: Unknown Connection
        }));
        Assert.That(Ask(hosts, "01 0e 20 00"), Is.EqualTo("040e04010e200c"), "nothing to cancel");
    }

    [Test]
    public void ConnectionCancelled_MaskedEvent_IsHeldBack([Values("01 20 08 1e 00 00 00 00 00 00 00", "01 0c 08 ff ff ff ff ff ff ff 1f")] string mask)
    {
        var hosts = DualMode();
        hosts.Command(hosts.A, "01 " + mask);
        Ask(hosts, CreateConnection);
        hosts.A.Send("01 0e 20 00");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040e04010e2000" }));
        Assert.That(hosts.ControllerA.Counters.MaskedEvents, Is.EqualTo(1));
    }

    [Test]
    public void AcceptList_HoldsEight_TheSameOneOnce()
    {
        var hosts = DualMode();
        for (var i = 0; i < 8; i++)
        {
            Assert.That(Ask(hosts, $"01 11 20 07 00 0{i}0001aa0000"), Is.EqualTo("040e0401112000"));
        }

        Assert.That(Ask(hosts, "01 11 20 07 00 070001aa0000"), Is.EqualTo("040e0401112000"), "it is there already");
        Assert.That(Ask(hosts, "01 11 20 07 00 080001aa0000"), Is.EqualTo("040e0401112007"), "full");
        Assert.That(Ask(hosts, "01 12 20 07 00 000001aa0000"), Is.EqualTo("040e0401122000"));
        Assert.That(Ask(hosts, "01 11 20 07 00 080001aa0000"), Is.EqualTo("040e0401112000"));
        Assert.That(Ask(hosts, "01 10 20 00"), Is.EqualTo("040e0401102000"));
        Assert.That(Ask(hosts, "01 11 20 07 01 090001aa0000"), Is.EqualTo("040e0401112000"));
    }

    [Test]
    public void Scanning_HearsNobody_AndItsParametersWaitUntilItEnds()
    {
        var hosts = DualMode();
        Assert.That(Ask(hosts, "01 0b 20 07 01 1200 1200 00 00"), Is.EqualTo("040e04010b2000"));
        Assert.That(Ask(hosts, "01 0b 20 07 01 1200 1300 00 00"), Is.EqualTo("040e04010b2012"), "the window is longer than the interval");
        Assert.That(Ask(hosts, "01 0c 20 02 01 00"), Is.EqualTo("040e04010c2000"));
        Assert.That(Ask(hosts, "01 0b 20 07 01 1200 1200 00 00"), Is.EqualTo("040e04010b200c"));
        hosts.Simulation.Advance(TimeSpan.FromMinutes(1));
        Assert.That(hosts.A.Take(), Is.Empty);
        Assert.That(Ask(hosts, "01 0c 20 02 00 00"), Is.EqualTo("040e04010c2000"));
        Assert.That(Ask(hosts, "01 0b 20 07 01 1200 1200 00 00"), Is.EqualTo("040e04010b2000"));
        Assert.That(Ask(hosts, "01 0c 20 02 02 00"), Is.EqualTo("040e04010c2012"));
    }

    [Test]
    public void Advertising_ItsParametersWaitUntilItEnds_DataIsThirtyOneOctets()
    {
        const string parameters = "01 06 20 0f 0008 0008 00 00 00 000000000000 07 00";
        var hosts = DualMode();
        Assert.That(Ask(hosts, parameters), Is.EqualTo("040e0401062000"));
        Assert.That(Ask(hosts, "01 08 20 20 03 020106" + new string('0', 2 * 28)), Is.EqualTo("040e0401082000"));
        Assert.That(Ask(hosts, "01 09 20 20 20" + new string('0', 2 * 31)), Is.EqualTo("040e0401092012"));
        Assert.That(Ask(hosts, "01 0a 20 01 01"), Is.EqualTo("040e04010a2000"));
        Assert.That(Ask(hosts, parameters), Is.EqualTo("040e040106200c"));
        Assert.That(Ask(hosts, "01 0a 20 01 00"), Is.EqualTo("040e04010a2000"));
        Assert.That(Ask(hosts, parameters), Is.EqualTo("040e0401062000"));
    }
}
