using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Links;

[TestFixture]
public sealed class AclSchedulerTests
{
    private static readonly EgressLimits Limits = new(Data: 8, ControlReserve: 2);

    private readonly PacketPool _pool = new(headroom: 5, payload: 2048);
    private FakeHciTransport _transport = null!;
    private HciCounters _counters = null!;

    [SetUp]
    public void SetUp()
    {
        _transport = new FakeHciTransport();
        _counters = new HciCounters();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _transport.DisposeAsync();
        Assert.That(_pool.Rented, Is.Zero, "every buffer was released");
    }

    [Test]
    public void Send_PduOfOnePacket_GoesOutInOneSpan()
    {
        var scheduler = Scheduler(packets: 8, dataLength: 1021);
        var link = Link(scheduler, 0x000B);
        Assert.That(scheduler.Send(link, Pdu(0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB), EgressClass.Data), Is.True);
        Assert.That(
            _transport.TakeSent(),
            Is.EqualTo((byte[])[0x02, 0x0B, 0x00, 0x06, 0x00, 0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB]));
        Assert.That((scheduler.Free, link.InFlight), Is.EqualTo((7, 1)));
    }

    [Test]
    public void Send_NoNonFlushablePackets_UsesTheFlushableStart()
    {
        var scheduler = Scheduler(packets: 8, dataLength: 4, nonFlushable: false);
        var link = Link(scheduler, 0x0EFF);
        scheduler.Send(link, Pdu(0x02, 0x00, 0x40, 0x00, 0xAA, 0xBB), EgressClass.Data);
        Assert.That(_transport.TakeSent(), Is.EqualTo((byte[])[0x02, 0xFF, 0x2E, 0x04, 0x00, 0x02, 0x00, 0x40, 0x00]));
        Assert.That(_transport.TakeSent(), Is.EqualTo((byte[])[0x02, 0xFF, 0x1E, 0x02, 0x00, 0xAA, 0xBB]));
    }

    [Test]
    public void Send_PduOfSeveralPackets_FragmentsInOrder([Values(1, 2, 27, 310, 1021)] int dataLength)
    {
        var scheduler = Scheduler(packets: 4096, dataLength);
        var link = Link(scheduler, 0x0001);
        var octets = Enumerable.Range(0, 1500).Select(i => (byte)(i * 7)).ToArray();
        scheduler.Send(link, Pdu(octets), EgressClass.Data);
        Assert.That(_transport.Sent.SelectMany(packet => packet[5..]), Is.EqualTo(octets));
        Assert.That(_transport.Sent, Has.Count.EqualTo((1500 + dataLength - 1) / dataLength));
        Assert.That(_transport.Sent.Select(packet => packet[2] >> 4), Is.EqualTo(
            Enumerable.Range(0, _transport.Sent.Count).Select(i => i == 0 ? 0 : 1)));
        Assert.That(_transport.Sent.All(packet => packet[3] + (packet[4] << 8) == packet.Length - 5), Is.True);
    }

    [Test]
    public void Send_NoCreditLeft_WaitsForCompletion()
    {
        var scheduler = Scheduler(packets: 3, dataLength: 10);
        var link = Link(scheduler, 0x0001);
        scheduler.Send(link, Pdu(new byte[25]), EgressClass.Data);
        Assert.That(_transport.SentCount, Is.EqualTo(2));
        Assert.That(link.Queued, Is.EqualTo(1));
        scheduler.Completed(link.Handle, 1);
        Assert.That(_transport.SentCount, Is.EqualTo(3));
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
        Assert.That(_counters.PdusDroppedQueueFull, Is.EqualTo(2));
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

        Assert.That(_transport.Sent.Select(packet => packet[5]), Is.EqualTo(Enumerable.Range(0, 60)));
    }

    [Test]
    public void Send_SeveralLinks_TakeTurns()
    {
        var scheduler = Scheduler(packets: 2, dataLength: 10);
        var links = Enumerable.Range(1, 3).Select(handle => Link(scheduler, (ushort)handle)).ToArray();
        foreach (var link in links)
        {
            scheduler.Send(link, Pdu(new byte[40]), EgressClass.Data);
        }

        while (scheduler.InFlight > 0)
        {
            scheduler.Completed(new ConnectionHandle(_transport.Sent[^1][1]), 1);
            foreach (var link in links)
            {
                if (link.InFlight > 0)
                {
                    scheduler.Completed(link.Handle, 1);
                }
            }
        }

        var firstEight = _transport.Sent.Take(8).GroupBy(packet => packet[1]).Select(group => group.Count()).ToArray();
        Assert.That(firstEight, Has.Length.EqualTo(3));
        Assert.That(firstEight.Max() - firstEight.Min(), Is.LessThanOrEqualTo(2));
        Assert.That(_transport.Sent, Has.Count.EqualTo(12));
    }

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(3, 2)]
    [TestCase(4, 2)]
    [TestCase(8, 6)]
    public void Send_OneLinkAlone_LeavesTheLastBuffers(int packets, int expected)
    {
        var scheduler = Scheduler(packets, dataLength: 10);
        var link = Link(scheduler, 1);
        scheduler.Send(link, Pdu(new byte[200]), EgressClass.Data);
        Assert.That((link.InFlight, scheduler.Free), Is.EqualTo((expected, packets - expected)));
        scheduler.Remove(link);
    }

    [TestCase(2, 1)]
    [TestCase(3, 1)]
    [TestCase(4, 2)]
    [TestCase(8, 2)]
    public void Send_LinkThatComesUpBesideSilentPeers_IsHeard(int packets, int silent)
    {
        var scheduler = Scheduler(packets, dataLength: 10);
        var links = new List<AclEgress>();
        for (ushort handle = 1; handle <= silent; handle++)
        {
            links.Add(Link(scheduler, handle));
            scheduler.Send(links[^1], Pdu(new byte[200]), EgressClass.Data);
        }

        links.Add(Link(scheduler, 9));
        scheduler.Send(links[^1], Pdu(7), EgressClass.Control);
        Assert.That(links.Select(link => link.InFlight), Is.All.GreaterThan(0));
        Assert.That(scheduler.Free + scheduler.InFlight, Is.EqualTo(packets));
        links.ForEach(scheduler.Remove);
    }

    [TestCase(8, 2, 4)]
    [TestCase(8, 7, 4)]
    [TestCase(7, 2, 4)]
    [TestCase(1, 3, 1)]
    public void Send_SilentPeerAmongOthers_LeavesBuffersForThem(int packets, int links, int expected)
    {
        var scheduler = Scheduler(packets, dataLength: 10);
        var silent = Link(scheduler, 1);
        for (var i = 2; i <= links; i++)
        {
            Link(scheduler, (ushort)i);
        }

        scheduler.Send(silent, Pdu(new byte[200]), EgressClass.Data);
        Assert.That(silent.InFlight, Is.EqualTo(expected));
        scheduler.Remove(silent);
    }

    [Test]
    public void Send_OneSilentPeerOfSeven_TheOthersKeepTheirThroughput()
    {
        var scheduler = Scheduler(packets: 8, dataLength: 100);
        var links = Enumerable.Range(1, 7).Select(handle => Link(scheduler, (ushort)handle)).ToArray();
        var sent = new int[8];
        for (var round = 0; round < 700; round++)
        {
            foreach (var link in links)
            {
                scheduler.Send(link, Pdu(new byte[50]), EgressClass.Data);
            }

            foreach (var link in links[1..])
            {
                sent[link.Handle.Value] += link.InFlight;
                scheduler.Completed(link.Handle, link.InFlight);
            }
        }

        Assert.That(links[0].InFlight, Is.LessThanOrEqualTo(4));
        Assert.That(links[0].Queued, Is.EqualTo(Limits.Data));
        Assert.That(sent[2..].Min(), Is.GreaterThan(700 * 9 / 10));
        scheduler.Remove(links[0]);
        Array.ForEach(links[1..], scheduler.Remove);
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
        Assert.That(_counters.OverCompleted, Is.EqualTo(0xFFFE));
    }

    [Test]
    [Category("Attack")]
    [Property("Id", "lying controller")]
    public void Completed_UnknownHandle_IsCountedAndIgnored()
    {
        var scheduler = Scheduler(packets: 4, dataLength: 10);
        scheduler.Completed(new ConnectionHandle(0x0123), 4);
        Assert.That(scheduler.Free, Is.EqualTo(4));
        Assert.That(_counters.CompletionsUnknownHandle, Is.EqualTo(1));
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
        Assert.That((_counters.BuffersReclaimed, _counters.PdusDroppedLinkDown), Is.EqualTo((2, 1)));
        scheduler.Completed(gone.Handle, 2);
        Assert.That(_counters.CompletionsUnknownHandle, Is.EqualTo(1), "a late completion of the link that ended");
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
        Assert.That(() => scheduler.Send(link, _pool.Rent(), EgressClass.Data), Throws.ArgumentException);
        Assert.That(pool.Rented, Is.Zero);
    }

    [Test]
    public void Send_InSteadyState_AllocatesNothing()
    {
        var scheduler = Scheduler(packets: 8, dataLength: 310);
        var link = Link(scheduler, 1);
        _transport.KeepSent = false;
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            Run();
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run()
        {
            var pdu = _pool.Rent();
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
            Assert.That(_pool.Rented, Is.EqualTo(links.Sum(link => link.Queued)), account);
        }

        links.ForEach(scheduler.Remove);
        Assert.That(scheduler.Free, Is.EqualTo(total));
    }

    private AclScheduler Scheduler(int packets, int dataLength, bool nonFlushable = true) =>
        new(_transport, new AclBuffers(packets, dataLength), nonFlushable, _counters);

    private static AclEgress Link(AclScheduler scheduler, ushort handle)
    {
        var link = new AclEgress(new ConnectionHandle(handle), Limits, new Owner());
        scheduler.Add(link);
        return link;
    }

    private PacketBuffer Pdu(params byte[] octets)
    {
        var buffer = _pool.Rent();
        octets.CopyTo(buffer.Append(octets.Length));
        return buffer;
    }

    private sealed class Owner : IEgressOwner
    {
        public int Ready { get; private set; }

        public Action? OnReady { get; set; }

        public int Drained { get; private set; }

        public void EgressDrained() => Drained++;

        public void EgressReady()
        {
            Ready++;
            OnReady?.Invoke();
        }
    }
}
