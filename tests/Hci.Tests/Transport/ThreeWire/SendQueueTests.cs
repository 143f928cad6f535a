using HostStack.Hci.Transport.ThreeWire;

namespace HostStack.Hci.Tests.Transport.ThreeWire;

[TestFixture]
public sealed class SendQueueTests
{
    /// <summary>Against a plain queue: the same packets, the same order, and no more octets than there is room for.</summary>
    [Test]
    public void TryAdd_RandomLoad_IsAQueueWithinItsBound([Values(1, 2, 3, 4)] int seed)
    {
        const int room = 256;
        var random = new Random(seed);
        var queue = new SendQueue(room, packets: 8);
        var model = new Queue<byte[]>();
        for (var step = 0; step < 20_000; step++)
        {
            if (random.Next(2) == 0)
            {
                var packet = new byte[random.Next(1, 100)];
                random.NextBytes(packet);
                if (queue.TryAdd(ThreeWirePacketType.AclData, packet))
                {
                    model.Enqueue(packet);
                }
                else
                {
                    Assert.That(model.Count == 8 || model.Sum(static kept => kept.Length) + packet.Length > room / 2, $"seed {seed}, step {step}");
                }
            }
            else if (model.Count > 0)
            {
                var count = random.Next(1, model.Count + 1);
                queue.Remove(count);
                for (var i = 0; i < count; i++)
                {
                    model.Dequeue();
                }
            }

            Assert.That(queue.Count, Is.EqualTo(model.Count));
            Assert.That(model.Sum(static kept => kept.Length), Is.LessThanOrEqualTo(room));
            var index = 0;
            foreach (var kept in model)
            {
                Assert.That(queue.Peek(index++, out _).SequenceEqual(kept), $"seed {seed}, step {step}");
            }
        }
    }

    /// <summary>As many as are promised find room at any time, whatever came and went before, others between them.</summary>
    [Test]
    public void RoomFor_RandomLoad_IsAlwaysThere([Values(1, 2, 3, 4)] int seed)
    {
        const int length = 100;
        const int otherLength = 60;
        const int others = 3;
        var random = new Random(seed);
        var queue = new SendQueue(1200, packets: 32);
        var room = queue.RoomFor(length, otherLength, others);
        Assert.That(room, Is.EqualTo(8));
        var kept = new Queue<bool>();
        for (var step = 0; step < 50_000; step++)
        {
            var isOther = random.Next(4) == 0;
            if (kept.Count(held => held == isOther) < (isOther ? others : room))
            {
                var size = random.Next(3) == 0 ? random.Next(1, otherLength) : isOther ? otherLength : length;
                Assert.That(queue.TryAdd(ThreeWirePacketType.AclData, new byte[size]), $"seed {seed}, step {step}");
                kept.Enqueue(isOther);
            }
            else
            {
                var count = random.Next(1, kept.Count + 1);
                queue.Remove(count);
                for (var i = 0; i < count; i++)
                {
                    kept.Dequeue();
                }
            }
        }
    }

    [Test]
    public void TryAdd_LongerThanAll_IsRefused() =>
        Assert.That(new SendQueue(16, 4).TryAdd(ThreeWirePacketType.AclData, new byte[17]), Is.False);
}
