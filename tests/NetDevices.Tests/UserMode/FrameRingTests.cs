using HostStack.Ethernet;
using HostStack.NetDevices.UserMode;

namespace HostStack.NetDevices.Tests.UserMode;

[TestFixture]
internal sealed class FrameRingTests
{
    [Test]
    public void Ring_ManyTurns_KeepsOrderAndBound()
    {
        var ring = new FrameRing(frames: 3, frameSize: 20);
        byte next = 0;
        byte expected = 0;
        for (var turn = 0; turn < 10; turn++)
        {
            while (ring.TryAdd(Frame([next])))
            {
                next++;
            }

            Assert.That(ring.Count, Is.EqualTo(3));
            for (var i = 0; i <= turn % 3; i++)
            {
                Assert.That(ring.TryPeek(out var octets), Is.True);
                Assert.That(octets.Length, Is.EqualTo(15));
                Assert.That(octets[14], Is.EqualTo(expected++));
                ring.RemoveFirst();
            }
        }
    }

    [Test]
    public void Ring_FrameThatIsTooLong_IsRefused()
    {
        var ring = new FrameRing(frames: 3, frameSize: 20);
        Assert.That(ring.TryAdd(Frame(new byte[6])), Is.True);
        Assert.That(ring.TryAdd(Frame(new byte[7])), Is.False);
        Assert.That(ring.Count, Is.EqualTo(1));
    }

    [Test]
    public void Clear_Full_TellsHowManyAndEmpties()
    {
        var ring = new FrameRing(frames: 3, frameSize: 20);
        ring.TryAdd(Frame([1]));
        ring.TryAdd(Frame([2]));
        Assert.That(ring.Clear(), Is.EqualTo(2));
        Assert.That(ring.TryPeek(out _), Is.False);
        Assert.That(ring.Clear(), Is.Zero);
    }

    [Test]
    public void Ring_InUse_AllocatesNothing()
    {
        var ring = new FrameRing(frames: 8, frameSize: 1518);
        var payload = new byte[1500];
        Turn(ring, payload, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Turn(ring, payload, 10_000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static void Turn(FrameRing ring, byte[] payload, int turns)
    {
        for (var i = 0; i < turns; i++)
        {
            ring.TryAdd(Frame(payload));
            ring.TryPeek(out _);
            ring.RemoveFirst();
        }
    }

    private static EthernetFrame Frame(byte[] payload) => new(new MacAddress(2), new MacAddress(4), EtherType.IPv4, payload);
}
