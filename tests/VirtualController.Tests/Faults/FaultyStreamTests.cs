using HostStack.VirtualController.Faults;
using HostStack.VirtualController.Time;

namespace HostStack.VirtualController.Tests.Faults;

public class FaultyStreamTests
{
    [Test]
    public void NoFaults_OctetsPassUnchanged()
    {
        var octets = new SeededRandom(1).Bytes(5000);
        using var inner = new MemoryStream();
        using (var stream = new FaultyStream(inner, 1, OctetFaults.None, OctetFaults.None))
        {
            stream.Write(octets);
            Assert.That(stream.Injected, Is.Zero);
        }

        Assert.That(inner.ToArray(), Is.EqualTo(octets));
    }

    [Test]
    public void Faults_DependOnTheSeed_NotOnTheSplit([Values(1, 7, 64, 5000)] int chunk)
    {
        Assert.That(Read(5, chunk), Is.EqualTo(Read(5, 333)), "seed 5");
        Assert.That(Read(5, chunk), Is.Not.EqualTo(Read(6, chunk)));
    }

    [Test]
    public void Faults_SwitchedOff_HarmNothingAndAreNotCounted()
    {
        var octets = new SeededRandom(1).Bytes(500);
        using var inner = new MemoryStream();
        using var stream = new FaultyStream(inner, 3, OctetFaults.None, new OctetFaults(1, 0, 0)) { IsFaulty = false };
        stream.Write(octets);
        Assert.That((inner.ToArray(), stream.Injected), Is.EqualTo((octets, 0L)));
        stream.IsFaulty = true;
        stream.Write(octets);
        Assert.That((inner.Length, stream.Injected), Is.EqualTo(((long)octets.Length, (long)octets.Length)));
    }

    [Test]
    public void EachFault_DoesWhatItSays()
    {
        Assert.That(Written(new OctetFaults(1, 0, 0)), Is.Empty);
        Assert.That(Written(new OctetFaults(0, 1, 0)), Has.Length.EqualTo(8));
        Assert.That(Written(new OctetFaults(0, 0, 1)).Select(static octet => System.Numerics.BitOperations.PopCount(octet)),
            Is.All.EqualTo(1));
    }

    private static byte[] Written(OctetFaults faults)
    {
        using var inner = new MemoryStream();
        using var stream = new FaultyStream(inner, 3, OctetFaults.None, faults);
        stream.Write(new byte[4]);
        return inner.ToArray();
    }

    private static byte[] Read(ulong seed, int chunk)
    {
        using var stream = new FaultyStream(
            new MemoryStream(new SeededRandom(1).Bytes(5000)), seed, new OctetFaults(0.01, 0.01, 0.01), OctetFaults.None);
        var all = new List<byte>();
        var buffer = new byte[chunk];
        for (var count = stream.Read(buffer); count > 0; count = stream.Read(buffer))
        {
            all.AddRange(buffer.AsSpan(0, count));
        }

        return [.. all];
    }
}
