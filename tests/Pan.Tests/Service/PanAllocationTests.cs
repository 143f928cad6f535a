using HostStack.Ethernet;
using HostStack.Hci.Wire;
using HostStack.L2cap.Channels;
using HostStack.Pan.Authorization;
using HostStack.Pan.Switching;
using HostStack.Pan.Tests.Rig;
using HostStack.Testing;

namespace HostStack.Pan.Tests.Service;

/// <summary>From an SDU of one peer to the port and to the channel of another, and back: nothing is allocated.</summary>
[TestFixture]
internal sealed class PanAllocationTests
{
    private static readonly byte[] Setup = [0x01, 0x01, 0x02, 0x11, 0x17, 0x11, 0x15];

    [Test]
    public void Frames_ThroughAServedNetwork_Steady_AllocateNothing()
    {
        using var net = new RigNet();
        var host = net.Add(0x42);
        var port = new RigPort(host.Mac) { Keep = false };
        net.On(() => host.Pan.Serve(PanRole.Gn, port, new PanServiceOptions
        {
            Authorization = AuthorizationRule.All,
            Switch = new SwitchOptions { SourceBinding = SourceBinding.Learned },
        }));
        var (one, oneChannel) = Join(host, net, 0x1);
        var (_, otherChannel) = Join(host, net, 0x2);
        byte[] toOther = [0x00, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0x01, 0x08, 0x00, .. new byte[1400]];
        byte[] broadcast = [0x00, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0, 0x01, 0x08, 0x06, .. new byte[28]];
        var payload = new byte[1400];
        long allocated = -1;

        net.On(() =>
        {
            Exchange(200);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Exchange(1000);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return true;
        });

        Assert.That(allocated, Is.Zero);
        Assert.That(otherChannel.SentCount, Is.EqualTo(2401));
        Assert.That(port.Count, Is.EqualTo(1200));

        void Exchange(int count)
        {
            for (var i = 0; i < count; i++)
            {
                one.Received(oneChannel, toOther);
                one.Received(oneChannel, broadcast);
                port.Emit(new MacAddress(0x1), payload);
            }
        }
    }

    [Test]
    public void Frames_OfAPortOnAnotherThread_Steady_AllocateNothing()
    {
        using var net = new RigNet();
        var host = net.Add(0x42);
        var port = new RigPort(host.Mac) { Keep = false };
        net.On(() => host.Pan.Serve(PanRole.Gn, port, new PanServiceOptions { Authorization = AuthorizationRule.All }));
        var (_, oneChannel) = Join(host, net, 0x1);
        var (_, otherChannel) = Join(host, net, 0x2);
        var payload = new byte[1400];
        Exchange(200);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Exchange(1000);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That((oneChannel.SentCount, otherChannel.SentCount), Is.EqualTo((2401L, 1201L)));
        Assert.That(oneChannel.Rents, Is.EqualTo(1201), "of a unicast frame nothing is copied into a buffer of the channel's");

        void Exchange(int count)
        {
            for (var i = 0; i < count; i++)
            {
                port.Emit(new MacAddress(0x1), payload);
                port.Emit(MacAddress.Broadcast, payload);
                net.Pump();
            }
        }
    }

    private static (IChannelObserver Observer, FakeL2capChannel Channel) Join(RigHost host, RigNet net, ulong address)
    {
        var channel = new FakeL2capChannel(
            new FakeAclLink { Peer = new PeerAddress(new BdAddr(address)) }, Psm.Bnep, isInitiator: false);
        var observer = net.On(() =>
        {
            var accepted = host.Registration!.Accept(channel)!;
            accepted.Opened(channel);
            accepted.Received(channel, Setup);
            return accepted;
        });
        Assert.That(channel.TakeSent(), Is.EqualTo((byte[])[0x01, 0x02, 0x00, 0x00]));
        channel.KeepSent = false;
        return (observer, channel);
    }
}
