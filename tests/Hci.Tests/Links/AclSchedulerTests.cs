using HostStack.Hci.Links;
using HostStack.Hci.Wire;

namespace HostStack.Hci.Tests.Links;

[TestFixture]
internal sealed class AclSchedulerTests : AclSchedulerFixture
{
    [Test]
    public void Send_PduOfOnePacket_GoesOutInOneSpan()
    {
        var scheduler = Scheduler(packets: 8, dataLength: 1021);
        var link = Link(scheduler, 0x000B);
        Assert.That(scheduler.Send(link, Pdu(0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB), EgressClass.Data), Is.True);
        Assert.That(
            Transport.TakeSent(),
            Is.EqualTo((byte[])[0x02, 0x0B, 0x00, 0x06, 0x00, 0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB]));
        Assert.That((scheduler.Free, link.InFlight), Is.EqualTo((7, 1)));
    }

    [Test]
    public void Send_NoNonFlushablePackets_UsesTheFlushableStart()
    {
        var scheduler = Scheduler(packets: 8, dataLength: 4, nonFlushable: false);
        var link = Link(scheduler, 0x0EFF);
        scheduler.Send(link, Pdu(0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB), EgressClass.Data);
        Assert.That(Transport.TakeSent(), Is.EqualTo((byte[])[0x02, 0xFF, 0x2E, 0x04, 0x00, 0x02, 0x00, 0x40, 0x00]));
        Assert.That(Transport.TakeSent(), Is.EqualTo((byte[])[0x02, 0xFF, 0x1E, 0x02, 0x00, 0xAA, 0xBB]));
    }

    [Test]
    public void Send_PduOfSeveralPackets_FragmentsInOrder([Values(1, 2, 27, 310, 1021)] int dataLength)
    {
        var scheduler = Scheduler(packets: 4096, dataLength);
        var link = Link(scheduler, 0x0001);
        var octets = Enumerable.Range(0, 1500).Select(i => (byte)(i * 7)).ToArray();
        scheduler.Send(link, Pdu(octets), EgressClass.Data);
        Assert.That(Transport.Sent.SelectMany(packet => packet[5..]), Is.EqualTo(octets));
        Assert.That(Transport.Sent, Has.Count.EqualTo((1500 + dataLength - 1) / dataLength));
        Assert.That(Transport.Sent.Select(packet => packet[2] >> 4), Is.EqualTo(
            Enumerable.Range(0, Transport.Sent.Count).Select(i => i == 0 ? 0 : 1)));
        Assert.That(Transport.Sent.All(packet => packet[3] + (packet[4] << 8) == packet.Length - 5), Is.True);
    }

    [Test]
    public void Send_NoCreditLeft_WaitsForCompletion()
    {
        var scheduler = Scheduler(packets: 3, dataLength: 10);
        var link = Link(scheduler, 0x0001);
        scheduler.Send(link, Pdu(new byte[25]), EgressClass.Data);
        Assert.That(Transport.SentCount, Is.EqualTo(2));
        Assert.That(link.Queued, Is.EqualTo(1));
        scheduler.Completed(link.Handle, 1);
        Assert.That(Transport.SentCount, Is.EqualTo(3));
        Assert.That((link.Queued, link.InFlight, scheduler.Free), Is.EqualTo((0, 2, 1)));
    }

    [Test]
    public void Send_DataBeyondTheBound_IsRefusedAndControlUsesItsReserve()
    {
        var scheduler = Scheduler(packets: 1, dataLength: 100);
        var link = Link(scheduler, 0x0001);
        for (var i = 0; i < Limits.Data + 1; i++)
        {
            Assert.That(scheduler.Send(link, Pdu(1), EgressClass.Data), Is.True, $"{i}: one in flight, the rest queued");
        }

        Assert.That(link.HasRoom, Is.False);
        Assert.That(scheduler.Send(link, Pdu(1), EgressClass.Data), Is.False);
        Assert.That(scheduler.Send(link, Pdu(2), EgressClass.Control), Is.True);
        Assert.That(scheduler.Send(link, Pdu(2), EgressClass.Control), Is.True);
        Assert.That(scheduler.Send(link, Pdu(2), EgressClass.Control), Is.False);
        Assert.That(Counters.PdusDroppedQueueFull, Is.EqualTo(2));
        scheduler.Remove(link);
    }

    [Test]
    public void EgressReady_AfterTheQueueWasFull_IsToldOnceAtHalf()
    {
        var owner = new Owner();
        var scheduler = Scheduler(packets: 1, dataLength: 100);
        var link = new AclEgress(new ConnectionHandle(1), Limits, owner);
        scheduler.Add(link);
        for (var i = 0; i < Limits.Data + 1; i++)
        {
            scheduler.Send(link, Pdu(1), EgressClass.Data);
        }

        for (var i = 0; i < 3; i++)
        {
            scheduler.Completed(link.Handle, 1);
        }

        Assert.That(owner.Ready, Is.Zero);
        scheduler.Completed(link.Handle, 1);
        Assert.That((link.Queued, owner.Ready), Is.EqualTo((4, 1)));
        scheduler.Completed(link.Handle, 1);
        Assert.That(owner.Ready, Is.EqualTo(1));
        scheduler.Remove(link);
    }

    [Test]
    public void EgressReady_OwnerSendsWithinTheCall_KeepsTheOrder()
    {
        var scheduler = Scheduler(packets: 1, dataLength: 100);
        var owner = new Owner();
        var link = new AclEgress(new ConnectionHandle(1), Limits, owner);
        scheduler.Add(link);
        byte next = 0;
        while (scheduler.Send(link, Pdu(next), EgressClass.Data))
        {
            next++;
        }

        owner.OnReady = () =>
        {
            while (next < 60 && link.HasRoom)
            {
                scheduler.Send(link, Pdu(next++), EgressClass.Data);
            }
        };
        for (var i = 0; i < 70; i++)
        {
            scheduler.Completed(link.Handle, 1);
        }

        Assert.That(Transport.Sent.Select(packet => packet[5]), Is.EqualTo(Enumerable.Range(0, 60)));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void Completed_MoreThanInFlight_IsBelievedAsFarAsTheAccountGoes()
    {
        var scheduler = Scheduler(packets: 4, dataLength: 10);
        var link = Link(scheduler, 1);
        scheduler.Send(link, Pdu(1), EgressClass.Data);
        scheduler.Completed(link.Handle, 0xFFFF);
        Assert.That((scheduler.Free, link.InFlight), Is.EqualTo((4, 0)));
        Assert.That(Counters.OverCompleted, Is.EqualTo(0xFFFE));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void Completed_UnknownHandle_IsCountedAndIgnored()
    {
        var scheduler = Scheduler(packets: 4, dataLength: 10);
        scheduler.Completed(new ConnectionHandle(0x0123), 4);
        Assert.That(scheduler.Free, Is.EqualTo(4));
        Assert.That(Counters.CompletionsUnknownHandle, Is.EqualTo(1));
    }

    [Test]
    public void Remove_WithPacketsInFlight_ReclaimsThemForTheOthers()
    {
        var scheduler = Scheduler(packets: 3, dataLength: 10);
        var gone = Link(scheduler, 1);
        scheduler.Send(gone, Pdu(new byte[50]), EgressClass.Data);
        var other = Link(scheduler, 2);
        scheduler.Send(other, Pdu(new byte[20]), EgressClass.Data);
        Assert.That((other.InFlight, scheduler.Free), Is.EqualTo((1, 0)));

        scheduler.Remove(gone);
        Assert.That(other.InFlight, Is.EqualTo(2));
        Assert.That((Counters.BuffersReclaimed, Counters.PdusDroppedLinkDown), Is.EqualTo((2, 1)));
        scheduler.Completed(gone.Handle, 2);
        Assert.That(Counters.CompletionsUnknownHandle, Is.EqualTo(1), "a late completion of the link that ended");
        Assert.That(scheduler.Free + scheduler.InFlight, Is.EqualTo(3));
    }

    [Test]
    public void Send_WithoutHeadroom_IsTheCallersMistake()
    {
        var scheduler = Scheduler(packets: 2, dataLength: 10);
        var link = Link(scheduler, 1);
        var pool = new PacketPool(headroom: 4, payload: 10);
        var pdu = pool.Rent();
        pdu.Append(4);
        Assert.That(() => scheduler.Send(link, pdu, EgressClass.Data), Throws.ArgumentException);
        Assert.That(() => scheduler.Send(link, Pool.Rent(), EgressClass.Data), Throws.ArgumentException);
        Assert.That(pool.Rented, Is.Zero);
    }

    [Test]
    public void Send_InSteadyState_AllocatesNothing()
    {
        var scheduler = Scheduler(packets: 8, dataLength: 310);
        var link = Link(scheduler, 1);
        Transport.KeepSent = false;
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Run();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run()
        {
            var pdu = Pool.Rent();
            pdu.Append(1500);
            scheduler.Send(link, pdu, EgressClass.Data);
            scheduler.Completed(link.Handle, 5);
        }
    }

    [Test]
    public void AnySteps_InFlightAndFree_AreAlwaysTheTotal([Values(1, 2, 3, 4, 5)] int seed)
    {
        var random = new Random(seed);
        var total = random.Next(1, 12);
        var scheduler = Scheduler(total, random.Next(1, 400));
        var links = new List<AclEgress>();
        ushort handle = 1;
        for (var step = 0; step < 5_000; step++)
        {
            switch (random.Next(10))
            {
                case 0 when links.Count < 7:
                    links.Add(Link(scheduler, handle++));
                    break;
                case 1 when links.Count > 0 && random.Next(10) == 0:
                    var gone = links[random.Next(links.Count)];
                    links.Remove(gone);
                    scheduler.Remove(gone);
                    break;
                case < 6 when links.Count > 0:
                    var egress = (EgressClass)random.Next(2);
                    scheduler.Send(links[random.Next(links.Count)], Pdu(new byte[random.Next(1, 1700)]), egress);
                    break;
                default:
                    scheduler.Completed(new ConnectionHandle((ushort)random.Next(1, handle + 1)), random.Next(0, 4));
                    break;
            }

            var account = $"seed {seed}, step {step}";
            Assert.That(scheduler.Free + scheduler.InFlight, Is.EqualTo(total), account);
            Assert.That(scheduler.Free, Is.InRange(0, total), account);
            Assert.That(links.Sum(link => link.InFlight), Is.EqualTo(scheduler.InFlight), account);
            Assert.That(Pool.Rented, Is.EqualTo(links.Sum(link => link.Queued)), account);
        }

        links.ForEach(scheduler.Remove);
        Assert.That(scheduler.Free, Is.EqualTo(total));
    }
}
