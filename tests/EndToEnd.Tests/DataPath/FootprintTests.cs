using HostStack.Bench.Rig;

namespace HostStack.EndToEnd.Tests.DataPath;

/// <summary>What a host and its peers take in memory. All that was ever allocated to bring them up bounds what they hold, and
/// is counted exactly; resident memory is what <c>tools/bench --memory</c> prints.</summary>
[TestFixture]
internal sealed class FootprintTests
{
    private const long Kibibyte = 1024;
    private const long HostLimit = 384 * Kibibyte;
    private const long PeerLimit = 64 * Kibibyte;

    [Test]
    public void Host_OnePeer_TakesLittleMemory() => Assert.That(Allocated(peers: 1), Is.AtMost(HostLimit));

    [Test]
    public void Peer_EachFurtherOne_TakesLittleMemory() =>
        Assert.That((Allocated(peers: 7) - Allocated(peers: 1)) / 6, Is.AtMost(PeerLimit));

    [Test]
    public void SilentPeers_WithFullQueues_HoldABoundedNumberOfBuffers()
    {
        using var rig = new DataPathRig(new RigOptions { Peers = 7, Switched = true });
        var payload = new byte[1500];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            rig.Forward(new(Ethernet.MacAddress.Broadcast, rig.Local, Ethernet.EtherType.IPv4, payload));
        }

        // Seven queues of 32 PDUs, each in a buffer of some four kibibytes.
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.AtMost(7 * 33 * 5 * Kibibyte));
        Assert.That(rig.BuffersOut, Is.AtMost(7 * 33));
    }

    private static long Allocated(int peers)
    {
        // Once before: what is made once for all, types and tables, is not of this host.
        new DataPathRig(new RigOptions { Peers = peers }).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var rig = new DataPathRig(new RigOptions { Peers = peers });
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Out.WriteLine($"{peers} peers: {allocated} bytes allocated");
        return allocated;
    }
}
