using HostStack.Bnep.Control;
using HostStack.Bnep.Sessions;
using HostStack.Ethernet;
using HostStack.Hci.Loop;
using HostStack.L2cap.Channels;
using HostStack.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace HostStack.Bnep.Tests.Sessions;

/// <summary>The data path allocates nothing for a frame.</summary>
[TestFixture]
internal sealed class AllocationTests
{
    private const int Frames = 1000;

    [TestCase(Golden.GeneralIPv4)]
    [TestCase(Golden.CompressedIPv4)]
    [TestCase("03 00AA00554433 0800" + Golden.IPv4)]
    [TestCase("04 0030B7456789 0800" + Golden.IPv4)]
    [TestCase("82 0800 05 02 BEEF 4500")]
    [TestCase("82 0800 85 02 BEEF 00 02 0000 4500")]
    [TestCase("82 08")]
    [TestCase("7F 0800")]
    public void Receive_SteadyState_AllocatesNothing(string packet)
    {
        var (session, channel, user) = Open();
        var octets = Golden.Octets(packet);
        IChannelObserver observer = session;
        var allocated = Measure(() => observer.Received(channel, octets));
        Assert.That(allocated, Is.Zero);
        Assert.That(user.Frames + session.Counters.Malformed + session.Counters.Reserved, Is.EqualTo(2 * Frames));
    }

    [TestCase("")]
    [TestCase("85 02 BEEF 06 00")]
    public void Send_SteadyState_AllocatesNothing(string extensions)
    {
        var (session, channel, _) = Open();
        var payload = new byte[1400];
        var chain = Golden.Octets(extensions);
        var allocated = Measure(() =>
            session.Send(new EthernetFrame(Golden.Other, Golden.DeviceB, EtherType.IPv4, payload), chain));
        Assert.That(allocated, Is.Zero);
        Assert.That(session.Counters.FramesSent, Is.EqualTo(2 * Frames));
        Assert.That(channel.Outstanding, Is.Zero);
    }

    [Test]
    public void Send_WithFilters_AllocatesNothing()
    {
        var (session, channel, _) = Open();
        IChannelObserver observer = session;
        observer.Received(channel, Golden.Octets(Golden.FilterIPv4Arp));
        observer.Received(channel, Golden.Octets(Golden.FilterIPv6Multicast));
        var payload = new byte[64];
        var allocated = Measure(() =>
        {
            session.Send(new EthernetFrame(Golden.AllNodes, Golden.DeviceB, EtherType.IPv4, payload));
            session.Send(new EthernetFrame(Golden.AllNodes, Golden.DeviceB, EtherType.IPv6, payload));
            session.Send(new EthernetFrame(MacAddress.Broadcast, Golden.DeviceB, EtherType.Arp, payload));
        });
        Assert.That(allocated, Is.Zero);
        Assert.That(session.Counters.FramesSent, Is.EqualTo(2 * Frames));
        Assert.That(session.Counters.Filtered, Is.EqualTo(4 * Frames));
    }

    private static long Measure(Action act)
    {
        for (var i = 0; i < Frames; i++)
        {
            act();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Frames; i++)
        {
            act();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static (BnepSession Session, FakeL2capChannel Channel, CountingUser User) Open()
    {
        var user = new CountingUser();
        var channel = new FakeL2capChannel(new FakeAclLink(), Psm.Bnep, isInitiator: false) { KeepSent = false };
        var session = new BnepSession(
            Golden.DeviceB, Golden.DeviceA, new(), new TimerQueue(new ManualTime()), user, NullLogger.Instance);
        IChannelObserver observer = session;
        observer.Opened(channel);
        observer.Received(channel, Golden.Octets("01 01 02 1116 1115"));
        return (session, channel, user);
    }

    private sealed class CountingUser : IBnepSessionUser
    {
        public long Frames { get; private set; }

        public void ChannelOpened(BnepSession session)
        {
        }

        public void SetupRequested(BnepSession session, BnepUuid destination, BnepUuid source) =>
            session.Answer(SetupResponseCode.Success);

        public void SetupExpired(BnepSession session, BnepUuid destination, BnepUuid source)
        {
        }

        public void SetupCompleted(BnepSession session, SetupOutcome outcome)
        {
        }

        public void Opened(BnepSession session)
        {
        }

        public void Confirmed(BnepSession session)
        {
        }

        public void RoleChanged(BnepSession session, BnepUuid oldLocal, BnepUuid oldPeer)
        {
        }

        public void FrameReceived(BnepSession session, in EthernetFrame frame, ReadOnlySpan<byte> unknownExtensions) =>
            Frames++;

        public void FilterAnswered(BnepSession session, FilterKind kind, FilterResponseCode code)
        {
        }

        public void Writable(BnepSession session)
        {
        }

        public void Closed(BnepSession session, ChannelCloseReason reason)
        {
        }
    }
}
