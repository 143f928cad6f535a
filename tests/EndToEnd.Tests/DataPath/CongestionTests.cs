using HostStack.Bench.Rig;
using HostStack.Ethernet;

namespace HostStack.EndToEnd.Tests.DataPath;

/// <summary>A link whose controller completes nothing: memory stays where it was, and nothing is lost for good.</summary>
[TestFixture]
internal sealed class CongestionTests
{
    private const int Frames = 5000;
    private const int Payload = 1500;

    // What a link may hold: the egress bound of its data, and the PDU whose first packets are in the controller.
    private const int MostBuffers = 32 + 1;

    private static readonly byte[] s_payload = new byte[Payload];

    [Test]
    public void Send_WithoutCredits_HoldsABoundedNumberOfBuffersAndAllocatesNothing()
    {
        using var rig = new DataPathRig(new RigOptions { AclLength = 310 });
        SendMany(rig);
        var most = rig.BuffersOut;
        var before = GC.GetAllocatedBytesForCurrentThread();
        SendMany(rig);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(most, Is.GreaterThan(1).And.AtMost(MostBuffers));
        Assert.That(rig.BuffersOut, Is.EqualTo(most));
    }

    [Test]
    public void Send_CreditsComeBack_DrainsTheQueueAndReleasesEveryBuffer()
    {
        using var rig = new DataPathRig(new RigOptions { AclLength = 310 });
        SendMany(rig);
        for (var i = 0; i < Frames && rig.BuffersOut > 0; i++)
        {
            rig.Complete();
        }

        rig.Complete();
        Assert.That(rig.BuffersOut, Is.Zero);
        var packets = rig.PacketsSent;
        rig.Send(0, Frame(rig));
        Assert.That(rig.PacketsSent - packets, Is.EqualTo(5), "1507 octets in packets of 310, eight buffers free");
    }

    [Test]
    public void Broadcast_OnePeerSilent_TheOthersAreServed()
    {
        using var rig = new DataPathRig(new RigOptions { Peers = 7, Switched = true, Credits = 14 });
        var before = rig.PacketsSent;
        for (var i = 0; i < 100; i++)
        {
            rig.Forward(new EthernetFrame(MacAddress.Broadcast, rig.Local, EtherType.Arp, s_payload.AsSpan(0, 46)));
            rig.Complete(exceptPeer: 3);
        }

        // The silent peer may hold half of the controller's buffers, and no more.
        Assert.That(rig.PacketsSent - before, Is.EqualTo(600 + 7));
    }

    private static EthernetFrame Frame(DataPathRig rig) => new(rig.AddressOf(0), rig.Local, EtherType.IPv4, s_payload);

    private static void SendMany(DataPathRig rig)
    {
        for (var i = 0; i < Frames; i++)
        {
            rig.Send(0, Frame(rig));
        }
    }
}
