using HostStack.Hci.Links;
using HostStack.Hci.Wire;
using HostStack.Testing;

namespace HostStack.Hci.Tests.Links;

/// <summary>A scheduler over a transport that keeps what is sent.</summary>
internal abstract class AclSchedulerFixture
{
    protected static EgressLimits Limits { get; } = new(Data: 8, ControlReserve: 2);

    protected PacketPool Pool { get; } = new(headroom: 5, payload: 2048);

    protected FakeHciTransport Transport { get; private set; } = null!;

    protected HciCounters Counters { get; private set; } = null!;

    [SetUp]
    public void SetUp()
    {
        Transport = new FakeHciTransport();
        Counters = new HciCounters();
    }

    [TearDown]
    public async Task TearDown()
    {
        await Transport.DisposeAsync();
        Assert.That(Pool.Rented, Is.Zero, "every buffer was released");
    }

    protected AclScheduler Scheduler(int packets, int dataLength, bool nonFlushable = true) =>
        new(Transport, new AclBuffers(packets, dataLength), nonFlushable, Counters);

    protected static AclEgress Link(AclScheduler scheduler, ushort handle)
    {
        var link = new AclEgress(new ConnectionHandle(handle), Limits, new Owner());
        scheduler.Add(link);
        return link;
    }

    protected PacketBuffer Pdu(params byte[] octets)
    {
        var buffer = Pool.Rent();
        octets.CopyTo(buffer.Append(octets.Length));
        return buffer;
    }

    protected sealed class Owner : IEgressOwner
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
