using HostStack.VirtualController.Controllers;
using HostStack.VirtualController.Radio;
using HostStack.VirtualController.Tests.Rig;

namespace HostStack.VirtualController.Tests.Radio;

public class AclTests
{
    [Test]
    public void MorePacketsThanBuffers_OverflowIsToldAndCounted()
    {
        var hosts = new TwoHosts(a: new ControllerOptions { AclCount = 2 });
        hosts.Connect();
        hosts.ControllerB.StallReception(true);
        hosts.Settle();
        for (var i = 0; i < 3; i++)
        {
            hosts.A.Send("02 2a 00 01 00 0" + i);
        }

        hosts.Settle();
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "041a0101" }));
        hosts.ControllerB.StallReception(false);
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "022a20010000", "022a20010001" }));
        Assert.That(hosts.A.Received.Sum(static packet => Convert.ToInt32(packet[12..14], 16)), Is.EqualTo(2), "both credits come back");
        Assert.That(hosts.ControllerA.Counters.BufferOverflows, Is.EqualTo(1));
        Assert.That(hosts.ControllerA.BuffersInUse, Is.Zero);
    }

    [Test]
    public void StalledPeer_DoesNotStopTheOthers()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        var c = RawHost.Open(hosts.Radio.Add(new ControllerOptions { Name = "c" }));
        hosts.Command(c, "01 05 04 0d" + TwoHosts.AddressOfA + "18cc 02 00 0000 00");
        hosts.Settle();
        hosts.Command(hosts.A, "01 09 04 07" + hosts.A.Take("04040a")[6..18] + "01");
        hosts.Settle();
        hosts.A.Take("04030b002b00");
        hosts.ControllerB.StallReception(true);
        hosts.Settle();
        hosts.A.Take();
        c.Take();

        hosts.A.Send("02 2a 00 01 00 01");
        hosts.A.Send("02 2b 00 01 00 02");
        hosts.Settle();
        Assert.That(c.Take(), Is.EqualTo(new[] { "020b20010002" }));
        Assert.That(hosts.A.Take(), Is.EqualTo(new[] { "041305012b000100" }));
        Assert.That(hosts.B.Take(), Is.Empty);
    }

    [Test]
    public void Fragments_AreCutForTheReceiver_WithItsBoundaryFlags()
    {
        var hosts = new TwoHosts(b: new ControllerOptions { ReceiveFragment = 4 });
        hosts.Connect();
        hosts.A.Send("02 2a 00 06 00 01 02 03 04 05 06");
        hosts.A.Send("02 2a 10 02 00 07 08");
        hosts.A.Send("02 2a 30 02 00 07 08");
        hosts.Settle();
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "022a20040001020304", "022a1002000506", "022a1002000708" }));
        Assert.That(hosts.ControllerA.Counters.Malformed, Is.EqualTo(1), "boundary flag 3 is no BR/EDR packet");
    }

    [TestCase("02 2a 00 05 00 01 02")]
    [TestCase("02 2a 00 01 00 01 02")]
    [TestCase("02 2a")]
    [TestCase("01")]
    [TestCase("01 03")]
    [TestCase("01 03 0c 04")]
    [TestCase("09 00 00")]
    public void MalformedPacket_IsCountedAndDropped(string packet)
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.A.Send(packet);
        hosts.Settle();
        Assert.That(hosts.ControllerA.Counters.Malformed, Is.EqualTo(1));
        Assert.That(hosts.B.Take(), Is.Empty);
        Assert.That(hosts.ControllerA.BuffersInUse, Is.Zero);
        hosts.Command(hosts.A, "01 03 0c 00");
    }

    [Test]
    public void Pace3Dh5_OneWay_Is2178KilobitsPerSecond()
    {
        var hosts = new TwoHosts(radio: new RadioOptions { Pace = RadioPace.Dh5At3 });
        hosts.Connect();
        var packet = new byte[5 + 1021];
        packet[0] = 0x02;
        packet[1] = 0x2A;
        packet[3] = 1021 & 0xFF;
        packet[4] = 1021 >> 8;
        hosts.A.Keep = hosts.B.Keep = false;
        var credits = 8;
        var start = hosts.Simulation.Time.Elapsed;
        for (var i = 0; i < 800; i += credits)
        {
            for (var j = 0; j < credits; j++)
            {
                hosts.A.SendRaw(packet);
            }

            // 8 packets of 6 slots: 30 ms.
            hosts.Simulation.Advance(TimeSpan.FromMilliseconds(30));
        }

        var seconds = (hosts.Simulation.Time.Elapsed - start).TotalSeconds;
        Assert.That(hosts.ControllerB.Counters.AclToHost, Is.EqualTo(800));
        Assert.That(800 * 1021 * 8 / seconds / 1000, Is.EqualTo(2178.1).Within(0.1));
        Assert.That(hosts.ControllerA.Counters.BufferOverflows, Is.Zero);
    }

    [TestCase("DM1", 17, 2)]
    [TestCase("DH5", 339, 6)]
    [TestCase("2-DH5", 679, 6)]
    [TestCase("3-DH5", 552, 4)]
    [TestCase("3-DH5", 83, 2)]
    [TestCase("DM1", 18, 4)]
    public void Pace_OnePacket_TakesItsSlots(string pace, int octets, int slots)
    {
        var hosts = new TwoHosts(radio: new RadioOptions { Pace = RadioPace.Find(pace)! });
        hosts.Connect();
        hosts.A.Send($"02 2a 00 {octets & 0xFF:x2} {octets >> 8:x2}" + new string('0', 2 * octets));
        hosts.Simulation.Advance((RadioPace.Slot * slots) - TimeSpan.FromTicks(1));
        Assert.That(hosts.B.Take(), Is.Empty);
        hosts.Simulation.Advance(TimeSpan.FromTicks(1));
        Assert.That(hosts.B.Take(), Has.Length.EqualTo(1));
    }

    [Test]
    public void Latency_DelaysEachPacket_KeepsTheOrder()
    {
        var hosts = new TwoHosts(radio: new RadioOptions { Latency = TimeSpan.FromMilliseconds(20) });
        hosts.Connect();
        hosts.A.Send("02 2a 00 01 00 01");
        hosts.Simulation.Advance(TimeSpan.FromMilliseconds(5));
        hosts.A.Send("02 2a 00 01 00 02");
        hosts.Simulation.Advance(TimeSpan.FromMilliseconds(15));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "022a20010001" }));
        hosts.Simulation.Advance(TimeSpan.FromMilliseconds(5));
        Assert.That(hosts.B.Take(), Is.EqualTo(new[] { "022a20010002" }));
    }

    [Test]
    public void Data_SteadyState_AllocatesNothing()
    {
        var hosts = new TwoHosts();
        hosts.Connect();
        hosts.A.Keep = hosts.B.Keep = false;
        var packet = Convert.FromHexString("022a000600020040" + "00aabb");
        void Exchange()
        {
            for (var i = 0; i < 4; i++)
            {
                hosts.A.SendRaw(packet);
                hosts.B.SendRaw(packet);
            }

            hosts.Radio.Loop.Pump();
        }

        for (var i = 0; i < 200; i++)
        {
            Exchange();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            Exchange();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(hosts.ControllerB.Counters.AclToHost, Is.EqualTo(4800));
    }
}
