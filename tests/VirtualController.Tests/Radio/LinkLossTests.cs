using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Radio;

public class LinkLossTests
{
    [Test]
    public void Supervision_ControllerVanishes_PeerSeesItToTheTick()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.Command(hosts.A, "01 37 0c 04 2a 00 80 0c");     // 3200 slots: 2 s
        hosts.Settle();
        hosts.A.Take();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "0438042a00800c" }), "the peripheral's host is told");

        hosts.ControllerA.PowerOff();
        hosts.Simulation.Settle();
        hosts.Simulation.Advance(TimeSpan.FromSeconds(2) - TimeSpan.FromTicks(1));
        Assert.That(hosts.B.Take(), Is.Empty);
        hosts.Simulation.Advance(TimeSpan.FromTicks(1));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040504002a0008" }));
        Assert.That(hosts.ControllerB.LinkCount, Is.Zero);
    }

    [Test]
    public void Supervision_HostClosesOrResets_IsAVanishedDeviceToo([Values] bool reset)
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        if (reset)
        {
            hosts.Command(hosts.A, "01 03 0c 00");
        }
        else
        {
            _ = hosts.A.DisposeAsync().AsTask();
        }

        hosts.Simulation.Advance(TimeSpan.FromSeconds(19.9));
        Assert.That(hosts.B.Take(), Is.Empty);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(0.2));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040504002a0008" }), "the default timeout is 20 s");
    }

    [Test]
    public void OutOfReach_DataWaits_AndArrivesWhenItComesBackInTime()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.ControllerB.SetReachable(false);
        hosts.Simulation.Settle();
        hosts.A.Send("02 2a 00 02 00 aa bb");
        hosts.Simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.That(hosts.B.Take(), Is.Empty);
        Assert.That(hosts.A.Take(), Is.Empty, "its buffer is in use");

        hosts.ControllerB.SetReachable(true);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(30));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "022a200200aabb" }));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "041305012a000100" }));
    }

    [Test]
    public void OutOfReach_TooLong_EndsBothEnds_AndTheHandleComesBack()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.ControllerB.SetReachable(false);
        hosts.Simulation.Advance(TimeSpan.FromSeconds(21));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040504002a0008" }));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "040504002a0008" }));

        hosts.ControllerB.SetReachable(true);
        hosts.Settle();
        hosts.Connect();
    }

    [Test]
    public void HostPackets_AfterTheEnd_AreCountedAndDropped()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.Command(hosts.B, "01 06 04 03 2a 00 15");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "040504002a0015" }));
        hosts.A.Send("02 2a 00 02 00 aa bb");
        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.Empty);
        Assert.That(hosts.ControllerA.Counters.UnknownHandles, Is.EqualTo(1));
        Assert.That(hosts.ControllerA.BuffersInUse, Is.Zero);
    }
}
